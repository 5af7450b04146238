package conversion_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/conversion"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// tableOf returns what becomes of the table SHOP.T, which is mapped to db.t, as its parent SHOP.P is to db.p.
func tableOf(t *testing.T, dest datasource.Server, k datasource.CheckConstraint, columns ...datasource.Column,
) conversion.Table {
	t.Helper()
	name, parent := datasource.TableName{Schema: "SHOP", Name: "T"}, datasource.TableName{Schema: "SHOP", Name: "P"}
	own, other := &datasource.Table{TableName: name, Comment: "it's\nall"}, &datasource.Table{TableName: parent}
	pairs := []checks.TablePair{
		{Source: parent, Dest: datasource.TableName{Schema: "db", Name: "p"}, Table: other},
		{Source: name, Dest: datasource.TableName{Schema: "db", Name: "t"}, Table: own}}
	part := func(name string) datasource.IndexColumn { return datasource.IndexColumn{Name: name} }
	facts := datasource.NewFacts(t.Context(), datasource.Snapshot{
		datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: name,
			Rows: columns}),
		datasource.FactIndexes: datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: name,
			Rows: []datasource.Index{{Name: "PK", Primary: true, Columns: []datasource.IndexColumn{part("ID")}},
				{Name: "U", Unique: true, Columns: []datasource.IndexColumn{{Name: "A", Descending: true}}},
				{Name: "F", Columns: []datasource.IndexColumn{{Expression: "UPPER(A)"}}}}}),
		datasource.FactForeignKeys: datasource.GroupByTable(datasource.RowsOf[datasource.ForeignKey]{Table: name,
			Rows: []datasource.ForeignKey{{Name: "FK", Columns: []string{"A"}, Parent: parent,
				ParentColumns: []string{"ID"}, OnDelete: "SET NULL"}}}),
		datasource.FactCheckConstraints: datasource.GroupByTable(datasource.RowsOf[datasource.CheckConstraint]{
			Table: name, Rows: []datasource.CheckConstraint{k}}),
		datasource.FactPartitions: datasource.GroupByTable(datasource.RowsOf[datasource.Partitioning]{Table: name,
			Rows: []datasource.Partitioning{{Method: "RANGE"}}}),
	})
	source, err := conversion.Read(t.Context(), facts, &checks.Mapping{Tables: pairs})
	if err != nil {
		t.Fatal(err)
	}
	return source.Table(pairs[1], dest)
}

func TestTable(t *testing.T) {
	t.Parallel()
	id := checktest.OracleColumnOf(datasource.ColumnType{DataType: "NUMBER", Precision: 10, HasScale: true})
	id.Name = "ID"
	got := tableOf(t, checktest.MySQL97, datasource.CheckConstraint{Name: "K", Clause: `"A` + "`" + `" <> 'b\'`}, id)
	want := "CREATE TABLE `t` (\n  `ID` decimal(10,0) NOT NULL,\n  PRIMARY KEY (`ID`),\n" +
		"  UNIQUE KEY `U` (`A` DESC),\n" +
		"  CONSTRAINT `FK` FOREIGN KEY (`A`) REFERENCES `db`.`p` (`ID`) ON DELETE SET NULL,\n" +
		"  CONSTRAINT `K` CHECK (`A``` <> 'b\\\\') NOT ENFORCED\n) COMMENT='it''s\\nall'"
	if got.SQL != want {
		t.Errorf("got:\n%s\nwant:\n%s", got.SQL, want)
	}
	omitted := []conversion.Part{{Kind: conversion.Index, Name: "F"}, {Kind: conversion.Partitions}}
	if !slices.Equal(got.Omitted, omitted) {
		t.Errorf("omitted: %v", got.Omitted)
	}
}

// A default that is no constant is omitted, not left to the destination.
func TestDefault(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ dataType, preset, want string }{
		{"VARCHAR2", `'O''Brien\'`, `DEFAULT 'O''Brien\\'`}, {"VARCHAR2", "N'x' ", "DEFAULT 'x'"},
		{"VARCHAR2", "''", ""}, {"NUMBER", "null", ""}, {"NUMBER", "-1.5e3", "DEFAULT -1.5e3"},
		{"DATE", "SYSDATE", "DEFAULT CURRENT_TIMESTAMP"},
		{"TIMESTAMP(6)", "systimestamp", "DEFAULT CURRENT_TIMESTAMP(6)"},
		{"DATE", "DATE '2020-01-01'", "DEFAULT '2020-01-01'"},
		{"CLOB", "'x'", "omitted"}, {"NUMBER", "1+1", "omitted"}, {"NUMBER", `"SHOP"."S"."NEXTVAL"`, "omitted"},
		{"VARCHAR2", "'a'||'b'", "omitted"}, {"VARCHAR2", "SYS_GUID()", "omitted"}, {"NUMBER", "SYSDATE", "omitted"},
	} {
		c := checktest.OracleColumnOf(datasource.ColumnType{DataType: tc.dataType, CharLength: 20, Nullable: true})
		if strings.HasPrefix(tc.dataType, "TIMESTAMP") {
			c.DataType, c.Scale = "TIMESTAMP", 6
		}
		c.Name, c.Default = "C", &tc.preset
		table := tableOf(t, checktest.MariaDB1011, datasource.CheckConstraint{Cut: true}, c)
		line := strings.Split(table.SQL, "\n")[1]
		isOmitted := slices.Contains(table.Omitted, conversion.Part{Kind: conversion.Default, Name: "C"})
		if isOmitted != (tc.want == "omitted") || !isOmitted && (!strings.Contains(line, tc.want) ||
			tc.want == "" && strings.Contains(line, "DEFAULT")) {
			t.Errorf("%s DEFAULT %s: %s %v", tc.dataType, tc.preset, line, table.Omitted)
		}
	}
}
