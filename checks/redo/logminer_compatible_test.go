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

func TestLogMinerCompatible(t *testing.T) {
	t.Parallel()
	table := datasource.TableName{Schema: "SHOP", Name: "DOCUMENTS"}
	column := func(dataType string) datasource.Column {
		return datasource.Column{Name: "C", ColumnType: &datasource.ColumnType{DataType: dataType,
			ColumnType: dataType, Oracle: &datasource.OracleColumn{}}}
	}
	unread := &datasource.Error{Class: datasource.ErrPrivilege}
	for _, tc := range []struct {
		name       string
		release    string
		compatible any // text, or the error of reading it
		columns    []datasource.Column
		kind       datasource.OracleTable
		want       []string
		unknown    bool
	}{
		{name: "SecureFiles", release: "11.2.0.4", compatible: "11.1.0.0.0",
			kind: datasource.OracleTable{SecureFiles: []string{"C"}},
			want: []string{"failure compatible SHOP.DOCUMENTS"}},
		{name: "SecureFiles from 11.2 on", release: "11.2.0.4", compatible: "11.2.0.0.0",
			kind: datasource.OracleTable{SecureFiles: []string{"C"}}},
		{name: "BasicFiles", release: "11.2.0.4", compatible: "11.1.0.0.0",
			columns: []datasource.Column{column("CLOB")}},
		{name: "Hybrid Columnar Compression", release: "12.1.0.2", compatible: "11.1.0",
			kind: datasource.OracleTable{Compression: []string{"QUERY HIGH"}},
			want: []string{"failure compatible SHOP.DOCUMENTS"}},
		{name: "other compression", release: "12.1.0.2", compatible: "11.1.0",
			kind: datasource.OracleTable{Compression: []string{"OLTP"}}},
		{name: "encrypted columns", release: "11.2.0.3", compatible: "10.2.0.4",
			kind: datasource.OracleTable{Encrypted: []string{"C"}},
			want: []string{"failure compatible SHOP.DOCUMENTS"}},
		{name: "index-organized", release: "11.2.0.3", compatible: "10.1.0",
			kind: datasource.OracleTable{IOT: true}},
		{name: "index-organized with an overflow segment", release: "11.2.0.3", compatible: "10.1.0",
			kind: datasource.OracleTable{IOT: true, Overflow: true},
			want: []string{"failure compatible SHOP.DOCUMENTS"}},
		{name: "index-organized with a large object", release: "11.2.0.3", compatible: "10.1.0",
			columns: []datasource.Column{column("BLOB")}, kind: datasource.OracleTable{IOT: true},
			want: []string{"failure compatible SHOP.DOCUMENTS"}},
		{name: "XMLTYPE in 19c", release: "19", compatible: "11.2.0",
			columns: []datasource.Column{column("XMLTYPE")}, want: []string{"warning compatible SHOP.DOCUMENTS"}},
		{name: "XMLTYPE with a later COMPATIBLE", release: "19", compatible: "19.0.0",
			columns: []datasource.Column{column("XMLTYPE")}},
		{name: "COMPATIBLE is not shown and matters", release: "19", compatible: unread,
			columns: []datasource.Column{column("XMLTYPE")}, unknown: true},
		{name: "COMPATIBLE is not shown and does not matter", release: "19", compatible: unread,
			kind: datasource.OracleTable{SecureFiles: []string{"C"}, IOT: true, Compression: []string{"QUERY HIGH"}}},
		{name: "XMLTYPE in 21c", release: "21", compatible: unread, columns: []datasource.Column{column("XMLTYPE")}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if text, ok := tc.compatible.(string); ok {
				tc.compatible = datasource.Variables{"compatible": text}
			}
			source := checktest.Oracle19With(datasource.Snapshot{
				datasource.FactServer:  checktest.ServerAt(datasource.FlavorOracle, tc.release),
				datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables:  datasource.Tables{{TableName: table, Kind: datasource.BaseTable}},
				datasource.FactNLS:     datasource.NLS{"NLS_CHARACTERSET": "AL32UTF8"},
				datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: table,
					Rows: tc.columns}),
				datasource.FactIndexes:           datasource.TableRows[datasource.Index]{},
				datasource.FactCollectionColumns: datasource.TableRows[datasource.CollectionColumn]{},
				datasource.FactUncapturedTables:  datasource.ByName[bool]{},
				datasource.FactVariables:         tc.compatible,
				datasource.FactOracleTables: datasource.GroupByTable(datasource.RowsOf[datasource.OracleTable]{
					Table: table, Rows: []datasource.OracleTable{tc.kind}}),
			})
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			checktest.Expectation{Want: tc.want, Unknown: tc.unknown}.Verify(t, redo.LogMinerTable, facts)
		})
	}
}

// The dictionary shows which large objects are SecureFiles, and overflow segments as tables.
func TestLogMinerCompatibleEmulated(t *testing.T) {
	t.Parallel()
	srv, task := checktest.Emulated(t, oracletest.Release11g)
	checktest.InsertShop(srv, "BASIC", "SECURE")
	checktest.InsertTable(srv, "IOT", oracletest.Row{"IOT_TYPE": "IOT"})
	checktest.InsertTable(srv, "IOT_PLAIN", oracletest.Row{"IOT_TYPE": "IOT"})
	checktest.InsertTable(srv, "SYS_IOT_OVER_7", oracletest.Row{"IOT_TYPE": "IOT_OVERFLOW", "IOT_NAME": "IOT"})
	for table, secure := range map[string]string{"BASIC": "NO", "SECURE": "YES"} {
		srv.Insert("DBA_LOBS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": "DOC",
			"SECUREFILE": secure, "LOGGING": "YES"})
	}
	srv.Insert("V$PARAMETER", oracletest.Row{"NAME": "compatible", "VALUE": "10.1.0"})
	checktest.WantFound(t, task, redo.LogMinerTable, "compatible IOT", "compatible SECURE")
	srv.Deny(942, "V$PARAMETER")
	got := task.Run(t, redo.LogMinerTable)
	if text := got.Message(5); got.Outcome != engine.Unknown || !strings.Contains(text, "V_$PARAMETER") {
		t.Errorf("without COMPATIBLE it is %s: %s", got.Outcome, text)
	}
}
