package checktest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// Tables makes tables of names of the form schema.table; a final ! makes a view.
func Tables(names ...string) datasource.Tables {
	var list []datasource.Table
	for _, n := range names {
		kind := datasource.BaseTable
		if view, ok := strings.CutSuffix(n, "!"); ok {
			n, kind = view, datasource.View
		}
		schema, name, _ := strings.Cut(n, ".")
		list = append(list, datasource.Table{TableName: datasource.TableName{Schema: schema, Name: name}, Kind: kind})
	}
	return datasource.SortTables(list)
}

// RulesAndObjects writes each finding as "rule object".
func RulesAndObjects[F checks.Finding | engine.Finding](findings []F) []string {
	var lines []string
	for _, f := range findings {
		switch f := any(f).(type) {
		case checks.Finding:
			lines = append(lines, f.Rule+" "+f.Object.String())
		case engine.Finding:
			lines = append(lines, f.Rule+" "+f.Object.String())
		}
	}
	return lines
}

// Directions runs f from MariaDB to MySQL and from MySQL to MariaDB, as parallel subtests.
func Directions(t *testing.T, f func(t *testing.T, source, dest *dbtest.Server)) {
	for _, d := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(d[0])+" to "+string(d[1]), func(t *testing.T) {
			t.Parallel()
			f(t, dbtest.Get(t, d[0]), dbtest.Get(t, d[1]))
		})
	}
}

// ColumnOf gives the first column of what a query of the administrator gives.
func ColumnOf(t *testing.T, s *dbtest.Server, query string) []string {
	t.Helper()
	rows, err := s.DB(t).QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return list
}

func Sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// FoundIn writes what a result found as "rule object", in its order, without the schema's name.
func FoundIn(res engine.Result, schema string) []string {
	var lines []string
	for _, f := range res.Findings {
		lines = append(lines, f.Rule+" "+strings.TrimPrefix(f.Object.String(), schema+"."))
	}
	return lines
}

// WantFound runs a check over real servers and compares what it found.
func WantFound(t *testing.T, task Real, c *checks.Check, want ...string) engine.Result {
	t.Helper()
	got := task.Run(t, c)
	schema := task.Source.Schema
	if got.Item.Side == checks.Dest {
		schema = task.Dest.Schema
	}
	if got.Outcome == engine.Unknown || got.Outcome == engine.Blocked {
		t.Fatalf("%s: %s", got.Outcome, got.Message(20))
	}
	if diff := cmp.Diff(want, FoundIn(got, schema)); diff != "" {
		t.Fatalf("found (-want +got):\n%s%s", diff, got.Message(20))
	}
	return got
}

func WantEqual(t *testing.T, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// WantCreated creates a table as the destination of a task would, in a schema of its own on s, and
// compares whether s accepts it.
func WantCreated(t *testing.T, s *dbtest.Server, accepted bool, statements ...string) {
	t.Helper()
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), "USE "+s.Database(t)); err != nil {
		t.Fatal(err)
	}
	for i, statement := range statements {
		_, err = conn.ExecContext(t.Context(), statement)
		if err != nil && (accepted || i < len(statements)-1) {
			t.Errorf("%s %s refuses %s: %v", s.Product, s.Version, shorten(statement), err)
			return
		}
	}
	if err == nil && !accepted {
		t.Errorf("%s %s accepts %s", s.Product, s.Version, shorten(statements[len(statements)-1]))
	}
}

// WantTaken creates tables on one server, and compares which of them another one takes.
func WantTaken(t *testing.T, from, to *dbtest.Server, use string, tables map[string]bool) {
	t.Helper()
	for table, accepted := range tables {
		from.Exec(t, use, "CREATE TABLE "+table)
		WantCreated(t, to, accepted, "CREATE TABLE "+table)
	}
}

func shorten(s string) string {
	if len(s) > 200 {
		return s[:200] + "…"
	}
	return s
}

// Repeat joins n texts made by a format with a number.
func Repeat(n int, format string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = fmt.Sprintf(format, i)
	}
	return strings.Join(parts, ", ")
}

// PairOf gives both servers, in the direction from, to.
func PairOf(t *testing.T, from, to dbtest.Product) (source, dest *dbtest.Server, task Real) {
	t.Helper()
	source, dest = dbtest.Get(t, from), dbtest.Get(t, to)
	return source, dest, Real{Source: End{Server: source, Schema: source.Database(t)}, Dest: End{Server: dest, Schema: dest.Database(t)}}
}

// Facts of servers and tables for tests over literal facts.
var MySQL97 = datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 9, Minor: 7}}

var MySQL80 = datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 8, Minor: 0, Patch: 36}}

var MySQL57 = datasource.Server{Flavor: datasource.FlavorMySQL, Version: datasource.Version{Major: 5, Minor: 7, Patch: 44}}

var MariaDB1011 = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 11}}

var MariaDB118 = datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 11, Minor: 8}}

var OB43 = datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3}, Mode: "MYSQL"}

var ShopT = datasource.TableName{Schema: "shop", Name: "t"}

// Snapshot holds the table shop.t with these columns and indexes, and more facts.
func Snapshot(server datasource.Server, columns []datasource.Column, indexes []datasource.Index, more datasource.Snapshot) datasource.Snapshot {
	s := datasource.Snapshot{
		datasource.FactServer:         server,
		datasource.FactVariables:      datasource.Variables{},
		datasource.FactStorageEngines: datasource.StorageEngines{{Name: "InnoDB", Support: "DEFAULT"}},
		datasource.FactSchemas:        []datasource.Schema{{Name: "shop"}},
		datasource.FactTables:         datasource.Tables{{TableName: ShopT, Kind: datasource.BaseTable, Engine: "InnoDB"}},
		datasource.FactColumns:        datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: ShopT, Rows: columns}),
		datasource.FactIndexes:        datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: ShopT, Rows: indexes}),

		datasource.FactCheckConstraints: datasource.ByTable[datasource.CheckConstraint]{},
		datasource.FactForeignKeys:      datasource.ByTable[datasource.ForeignKey]{},
	}
	for fact, value := range more {
		s[fact] = value
	}
	return s
}

// WantRules runs a check over literal facts and compares the rules that it finds.
func WantRules(t *testing.T, f Facts, c *checks.Check, want ...string) []checks.Finding {
	t.Helper()
	findings, _, err := f.Run(t, c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	return findings
}

// Verdict says how a check ended: its outcome, and the rules and objects of what it found.
type Verdict struct {
	Outcome engine.Outcome
	Found   []string
}

func VerdictOf(res engine.Result) Verdict {
	v := Verdict{Outcome: res.Outcome}
	for _, f := range res.Findings {
		v.Found = append(v.Found, f.Rule+" "+f.Object.String())
	}
	return v
}

func RulesOf(findings []engine.Finding) []string {
	var list []string
	for _, f := range findings {
		list = append(list, f.Rule)
	}
	return list
}
