package key_test

import (
	"errors"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPrimaryKey(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "shop", Name: "orders"}
	for _, tc := range []struct {
		name    string
		indexes []datasource.Index
		phases  checks.Phases
		want    []string
	}{
		{"a primary key", []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true}}, checks.Incremental, nil},
		{"a unique key over NOT NULL",
			[]datasource.Index{{Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Name: "a"}}}},
			checks.Incremental,
			nil},
		{"a unique key over a nullable column",
			[]datasource.Index{{Name: "u", Unique: true,
				Columns: []datasource.IndexColumn{{Name: "a"}, {Name: "b", Nullable: true}}}}, checks.Incremental,
			[]string{"no_key_incremental"}},
		{"a unique key over an expression",
			[]datasource.Index{{Name: "u", Unique: true, Columns: []datasource.IndexColumn{{Expression: "lower(a)"}}}},
			checks.Full, []string{"no_key"}},
		{"no key, changes replicated", nil, checks.Full | checks.Incremental, []string{"no_key_incremental"}},
		{"no key, rows copied only", nil, checks.Full, []string{"no_key"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{
				datasource.FactServer:     datasource.Server{},
				datasource.FactSchemas:    []datasource.Schema{{Name: "shop"}},
				datasource.FactVariables:  datasource.Variables{},
				datasource.FactColumns:    datasource.GroupByTable[datasource.Column](),
				datasource.FactPartitions: datasource.GroupByTable[datasource.Partitioning](),
				datasource.FactTables: datasource.Tables{{TableName: orders, Kind: datasource.BaseTable},
					{TableName: datasource.TableName{Schema: "shop", Name: "v"}, Kind: datasource.View}},
				datasource.FactIndexes: datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: orders,
					Rows: tc.indexes}),
			}
			findings, _, err := checktest.Facts{Source: source, Route: checks.Route{Phases: tc.phases}}.Run(t,
				key.PrimaryKey)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrimaryKeyUnknownIndexes(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := datasource.Snapshot{
		datasource.FactServer:  datasource.Server{},
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables: datasource.Tables{{TableName: datasource.TableName{Schema: "shop", Name: "t"},
			Kind: datasource.BaseTable}},
		datasource.FactIndexes: lost,
	}
	if _, _, err := (checktest.Facts{Source: source}).Run(t, key.PrimaryKey); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

// A missing key is reported even if no statement can be given.
func TestPrimaryKeyUnknownPartitions(t *testing.T) {
	t.Parallel()
	f := checktest.Facts{Source: checktest.Snapshot(checktest.MySQL97, nil, nil,
		datasource.Snapshot{datasource.FactPartitions: errors.New("connection lost")}),
		Dest:  checktest.Snapshot(checktest.MySQL97, nil, nil, nil),
		Route: checks.Route{Phases: checks.Full}}
	findings := checktest.WantRules(t, f, key.PrimaryKey, "no_key")
	if findings[0].SQL != nil {
		t.Errorf("statements %q", findings[0].SQL)
	}
}

func TestPrimaryKeyStatement(t *testing.T) {
	t.Parallel()
	column := func(name, extra string) datasource.Column {
		return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: "int", Extra: extra}}
	}
	index := func(columns ...string) []datasource.Index {
		i := datasource.Index{Name: "k"}
		for _, c := range columns {
			i.Columns = append(i.Columns, datasource.IndexColumn{Name: c})
		}
		return []datasource.Index{i}
	}
	full := make([]datasource.Column, 1017)
	for i := range full {
		full[i] = column("c", "")
	}
	nullable := column("a", "")
	nullable.Nullable = true
	numbered := "ALTER TABLE `shop`.`t` ADD COLUMN `precheck_id` BIGINT UNSIGNED NOT NULL AUTO_INCREMENT INVISIBLE " +
		"PRIMARY KEY"
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		columns      []datasource.Column
		indexes      []datasource.Index
		more         datasource.Snapshot
		want         []string
	}{
		{"a column is added", checktest.MySQL97, checktest.MariaDB1011, []datasource.Column{column("a", "")}, nil, nil,
			[]string{numbered}},
		{"the column is visible if necessary", checktest.MySQL97, checktest.MySQL57,
			[]datasource.Column{column("a", "")},
			nil, nil, []string{strings.Replace(numbered, " INVISIBLE", "", 1)}},
		{"the name of the column is taken", checktest.MySQL97, checktest.MySQL97,
			[]datasource.Column{column("Precheck_ID", ""), column("precheck_id2", "")}, nil, nil,
			[]string{strings.Replace(numbered, "_id", "_id3", 1)}},
		{"the table numbers its rows", checktest.MySQL97, checktest.MySQL97,
			[]datasource.Column{column("n", "auto_increment")}, index("n"), nil,
			[]string{"ALTER TABLE `shop`.`t` ADD PRIMARY KEY (`n`)"}},
		{"an AUTO_INCREMENT column that numbers groups", checktest.MySQL97, checktest.MySQL97,
			[]datasource.Column{column("g", ""), column("n", "auto_increment")}, index("g", "n"), nil, nil},
		{"no space for a column", checktest.MySQL97, checktest.MySQL97, full, nil, nil, nil},
		{"no space in the row", checktest.MySQL97, checktest.MySQL97,
			[]datasource.Column{checktest.BytesOf("varbinary", 65526)}, nil, nil, nil},
		{"a table partitioned by a column", checktest.MySQL97, checktest.MySQL97,
			[]datasource.Column{column("a", ""), column("b", "")}, nil,
			datasource.Snapshot{datasource.FactPartitions: datasource.GroupByTable(
				datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
					Rows: []datasource.Partitioning{{Method: "HASH", Expression: "(`a` % 7)"}}})},
			[]string{strings.Replace(numbered, " PRIMARY KEY", ", ADD PRIMARY KEY (`precheck_id`, `a`)", 1)}},
		{"a table partitioned by a column that may be NULL", checktest.MySQL97, checktest.MySQL97,
			[]datasource.Column{nullable}, nil,
			datasource.Snapshot{datasource.FactPartitions: datasource.GroupByTable(
				datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
					Rows: []datasource.Partitioning{{Method: "KEY", Expression: "`a`"}}})}, nil},
		{"a partitioned table", checktest.MySQL97, checktest.MySQL97, []datasource.Column{column("a", "")}, nil,
			datasource.Snapshot{datasource.FactPartitions: datasource.GroupByTable(
				datasource.RowsOf[datasource.Partitioning]{Table: checktest.ShopT,
					Rows: []datasource.Partitioning{{Method: "HASH"}}})}, nil},
		{"a system-versioned table", checktest.MariaDB1011, checktest.MariaDB1011, []datasource.Column{column("a", "")},
			nil,
			datasource.Snapshot{datasource.FactTables: datasource.Tables{{TableName: checktest.ShopT,
				Kind: datasource.SystemVersioned, Engine: "InnoDB"}}}, nil},
		{"an engine without keys", checktest.MariaDB1011, checktest.MariaDB1011, []datasource.Column{column("a", "")},
			nil,
			datasource.Snapshot{datasource.FactTables: datasource.Tables{{TableName: checktest.ShopT,
				Kind:   datasource.BaseTable,
				Engine: "CSV"}}}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Snapshot(tc.source, tc.columns, tc.indexes,
				datasource.Snapshot{datasource.FactPartitions: datasource.GroupByTable[datasource.Partitioning]()})
			maps.Copy(source, tc.more)
			findings := checktest.WantRules(t,
				checktest.Facts{Source: source, Dest: checktest.Snapshot(tc.dest, nil, nil, nil),
					Route: checks.Route{Phases: checks.Full}}, key.PrimaryKey, "no_key")
			if diff := cmp.Diff(tc.want, findings[0].SQL); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}
