package redo_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLogMinerTable(t *testing.T) {
	t.Parallel()
	column := func(name, dataType, owner string, bytes int64) datasource.Column {
		return datasource.Column{Name: name, ColumnType: &datasource.ColumnType{DataType: dataType,
			ColumnType: dataType, ByteLength: bytes, Oracle: &datasource.OracleColumn{TypeOwner: owner}}}
	}
	id := column("ID", "NUMBER", "", 22)
	key := func(primary bool, columns ...string) datasource.Index {
		i := datasource.Index{Name: "K", Primary: primary, Unique: true}
		for _, c := range columns {
			i.Columns = append(i.Columns, datasource.IndexColumn{Name: c})
		}
		return i
	}
	part := func(kind, path string) []datasource.CollectionColumn {
		return []datasource.CollectionColumn{{Path: path, Kind: kind}}
	}
	table := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	old := checktest.ServerAt(datasource.FlavorOracle, "11.2.0.4")
	for _, tc := range []struct {
		name       string
		server     datasource.Server
		columns    []datasource.Column
		parts      []datasource.CollectionColumn
		indexes    []datasource.Index
		uncaptured any
		want       []string
		unknown    bool
	}{
		{name: "regular", columns: []datasource.Column{id}, indexes: []datasource.Index{key(true, "ID")}},
		{name: "a column name of 30 bytes",
			columns: []datasource.Column{column(strings.Repeat("C", 30), "NUMBER", "", 22)}},
		{name: "a column name of 31 bytes",
			columns: []datasource.Column{column(strings.Repeat("C", 31), "NUMBER", "", 22)},
			want:    []string{"long_column_name"}},
		{name: "a name of 15 Chinese characters in GBK",
			columns: []datasource.Column{column(strings.Repeat("订", 15), "NUMBER", "", 22)}},
		{name: "a name of 16 Chinese characters in GBK",
			columns: []datasource.Column{column(strings.Repeat("订", 16), "NUMBER", "", 22)},
			want:    []string{"long_column_name"}},
		{name: "BFILE", columns: []datasource.Column{id, column("B", "BFILE", "", 530)}, want: []string{"ignored"}},
		{name: "VARRAY", columns: []datasource.Column{column("V", "PHONES", "SHOP", 0)}, parts: part("VARRAY", "V"),
			want: []string{"ignored"}},
		{name: "REF in an object", columns: []datasource.Column{column("O", "PERSON", "SHOP", 0)},
			parts: part("REF", `"O"."BOSS"`), want: []string{"ignored"}},
		{name: "an attribute of another column", columns: []datasource.Column{column("O", "PERSON", "SHOP", 0)},
			parts: part("REF", "OTHER.BOSS")},
		{name: "an object without collections", columns: []datasource.Column{column("O", "PERSON", "SHOP", 0)}},
		{name: "an object of 11.2", server: old, columns: []datasource.Column{column("O", "PERSON", "SHOP", 0)},
			want: []string{"ignored"}},
		{name: "XMLTYPE of 11.2", server: old, columns: []datasource.Column{column("X", "XMLTYPE", "SYS", 0)}},
		{name: "SDO_GEOMETRY", columns: []datasource.Column{column("G", "SDO_GEOMETRY", "MDSYS", 0)},
			parts: part("VARRAY", `"G"."SDO_ORDINATES"`)},
		{name: "an extended primary key", columns: []datasource.Column{id, column("W", "VARCHAR2", "", 4001)},
			indexes: []datasource.Index{key(true, "W"), key(false, "ID")}, want: []string{"extended_key"}},
		{name: "one of two unique keys is extended", columns: []datasource.Column{id, column("W", "RAW", "", 2001)},
			indexes: []datasource.Index{key(false, "W"), key(false, "ID")}},
		{name: "the longest text that is not extended", columns: []datasource.Column{column("W", "VARCHAR2", "", 4000)},
			indexes: []datasource.Index{key(true, "W")}},
		{name: "not captured", columns: []datasource.Column{id}, uncaptured: datasource.ByName[bool]{table: true},
			want: []string{"not_captured"}},
		{name: "capture is not shown", columns: []datasource.Column{id}, uncaptured: checktest.ErrRefusedView},
		{name: "the connection is lost", columns: []datasource.Column{id},
			uncaptured: &datasource.Error{Class: datasource.ErrLost}, unknown: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(datasource.Snapshot{
				datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables:  datasource.Tables{{TableName: table, Kind: datasource.BaseTable}},
				datasource.FactNLS:     datasource.NLS{"NLS_CHARACTERSET": "ZHS16GBK"},
				datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: table,
					Rows: tc.columns}),
				datasource.FactIndexes: datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: table,
					Rows: tc.indexes}),
				datasource.FactCollectionColumns: datasource.GroupByTable(
					datasource.RowsOf[datasource.CollectionColumn]{Table: table, Rows: tc.parts}),
				datasource.FactUncapturedTables: datasource.ByName[bool]{},
				datasource.FactOracleTables:     datasource.TableRows[datasource.OracleTable]{},
			})
			if tc.server.Version.Major != 0 {
				source[datasource.FactServer] = tc.server
			}
			if tc.uncaptured != nil {
				source[datasource.FactUncapturedTables] = tc.uncaptured
			}
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			checktest.WantOutcome(t, facts, redo.LogMinerTable, tc.unknown, tc.want...)
		})
	}
}

func TestLogMinerTableEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.Insert("DBA_USERS", oracletest.Row{"USERNAME": "SHOP", "USER_ID": 101})
		for _, name := range []string{"PLAIN", "PHONES", "NONE", "CUSTOMER_ACCOUNT_PRIVILEGE_HIST"} {
			table(srv, name)
		}
		srv.Insert("DBA_TAB_COLS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PHONES", "COLUMN_NAME": "NUMBERS",
			"COLUMN_ID": 2, "DATA_TYPE": "PHONE_LIST", "DATA_TYPE_OWNER": "SHOP", "NULLABLE": "Y",
			"HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
		srv.Insert("DBA_VARRAYS", oracletest.Row{"OWNER": "SHOP", "PARENT_TABLE_NAME": "PHONES",
			"PARENT_TABLE_COLUMN": "NUMBERS", "TYPE_OWNER": "SHOP", "TYPE_NAME": "PHONE_LIST"})
		srv.Insert("DBA_GOLDENGATE_SUPPORT_MODE",
			oracletest.Row{"OWNER": "SHOP", "OBJECT_NAME": "PLAIN", "SUPPORT_MODE": "FULL"},
			oracletest.Row{"OWNER": "SHOP", "OBJECT_NAME": "PHONES", "SUPPORT_MODE": "NONE"},
			oracletest.Row{"OWNER": "SHOP", "OBJECT_NAME": "NONE", "SUPPORT_MODE": "NONE"})
		checktest.WantFindings(t, task.Run(t, redo.LogMinerTable), "ignored SHOP.PHONES.NUMBERS",
			"long_table_name SHOP.CUSTOMER_ACCOUNT_PRIVILEGE_HIST", "not_captured SHOP.NONE")
		srv.Deny(942, "DBA_GOLDENGATE_SUPPORT_MODE", "DBA_VARRAYS")
		got := task.Run(t, redo.LogMinerTable)
		checktest.WantFindings(t, got, "ignored SHOP.PHONES.NUMBERS",
			"long_table_name SHOP.CUSTOMER_ACCOUNT_PRIVILEGE_HIST")
		if got.Outcome != engine.Failed || len(got.Notes) != 1 {
			t.Errorf("without the view of GoldenGate it is %s with the notes %q", got.Outcome, got.Notes)
		}
	})
}
