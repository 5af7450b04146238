package engine_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/render"
)

// sizes are the numbers of tables of the benchmarks.
var sizes = []int{10_000, 100_000}

// large returns the facts of a server with so many tables of ten columns and two indexes. Each has a column that is a
// finding where the other server is MySQL.
func large(server datasource.Server, tables int) datasource.Snapshot {
	types := []datasource.ColumnType{
		{DataType: "int", ColumnType: "int(11)"},
		{DataType: "varchar", ColumnType: "varchar(40)", Charset: "utf8mb4", Collation: "utf8mb4_general_ci"},
		{DataType: "datetime", ColumnType: "datetime"},
		{DataType: "decimal", ColumnType: "decimal(10,2)"},
		{DataType: "uuid", ColumnType: "uuid"},
	}
	var list []datasource.Table
	var columns datasource.TableRowsBuilder[datasource.Column]
	var indexes datasource.TableRowsBuilder[datasource.Index]
	for i := range tables {
		name := datasource.TableName{Schema: "shop", Name: fmt.Sprintf("t%06d", i)}
		list = append(list, datasource.Table{TableName: name, Kind: datasource.BaseTable, Engine: "InnoDB",
			Collation: "utf8mb4_general_ci"})
		for c := range 10 {
			columns.Add(name, datasource.Column{Name: fmt.Sprint("c", c), ColumnType: &types[min(c, 4)%(4+c/9)]})
		}
		indexes.Add(name, datasource.Index{Name: "PRIMARY", Primary: true, Unique: true,
			Columns: []datasource.IndexColumn{{Name: "c0"}}})
		indexes.Add(name, datasource.Index{Name: "c1", Columns: []datasource.IndexColumn{{Name: "c1"}}})
	}
	facts := checktest.Snapshot(server, nil, nil, nil)
	maps.Copy(facts, datasource.Snapshot{
		datasource.FactTables:  datasource.SortTables(list),
		datasource.FactColumns: columns.Build(nil), datasource.FactIndexes: indexes.Build(nil),
	})
	return facts
}

// between runs a task over such facts: the tables are not on the destination yet.
func between(b *testing.B, source datasource.Snapshot) *engine.Report {
	b.Helper()
	open := func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		if e.Host == "a" {
			return source, nil
		}
		return large(checktest.ServerAt(datasource.FlavorMySQL, "9.7"), 0), nil
	}
	e, err := engine.New(engine.WithOpener(open))
	if err != nil {
		b.Fatal(err)
	}
	wanted := task()
	wanted.Phases = checks.Schema | checks.Full
	wanted.Source.Type = datasource.MariaDB
	report, err := e.Run(b.Context(), wanted)
	if err != nil {
		b.Fatal(err)
	}
	return report
}

func BenchmarkRun(b *testing.B) {
	for _, tables := range sizes {
		source := large(checktest.MariaDB1011, tables)
		b.Run(fmt.Sprint("tables=", tables), func(b *testing.B) {
			b.ReportAllocs()
			found := 0
			for b.Loop() {
				found = 0
				for _, r := range between(b, source).Results {
					found += len(r.Findings)
				}
			}
			if found < tables {
				b.Fatalf("%d findings of %d tables with a type that MySQL does not have", found, tables)
			}
			b.ReportMetric(float64(found), "findings")
		})
	}
}

func BenchmarkRender(b *testing.B) {
	for _, tables := range sizes {
		report := between(b, large(checktest.MariaDB1011, tables))
		for _, format := range render.Formats() {
			b.Run(fmt.Sprintf("tables=%d/%s", tables, format), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := render.Write(io.Discard, format, report, render.Options{}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	for _, tables := range sizes {
		facts := large(checktest.MariaDB1011, tables)
		for _, fact := range []datasource.AnyFact{datasource.FactTables, datasource.FactColumns,
			datasource.FactIndexes} {
			data, err := json.Marshal(facts[fact])
			if err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("tables=%d/%s", tables, fact.Name()), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if _, err := fact.Decode(data); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
