package oracle_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

var shopT = datasource.TableName{Schema: "SHOP", Name: "T"}

// ofTable gives a snapshot of a source whose only table is SHOP.T with these columns.
func ofTable(columns ...datasource.Column) datasource.Snapshot {
	return with(datasource.Snapshot{
		datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
		datasource.FactTables:  datasource.Tables{{TableName: shopT, Kind: datasource.BaseTable}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: shopT, Rows: columns}),
	})
}

func ofType(t datasource.ColumnType) datasource.Column {
	if t.Oracle == nil {
		t.Oracle = &datasource.OracleColumn{}
	}
	return datasource.Column{Name: "C", ColumnType: &t}
}

// judged runs a check over facts and compares the rules of what it finds.
func judged(t *testing.T, f checktest.Facts, c *checks.Check, unknown bool, want ...string) {
	t.Helper()
	findings, _, err := f.Run(t, c)
	if (err != nil) != unknown {
		t.Errorf("error %v, want one: %v", err, unknown)
	}
	if diff := cmp.Diff(want, checktest.Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// emulatedShop puts an empty schema SHOP with these tables into an emulated dictionary.
func emulatedShop(srv *oracletest.Server, tables ...string) {
	srv.Insert("DBA_USERS", row{"USERNAME": "SHOP", "USER_ID": 101})
	for _, table := range tables {
		emulatedTable(srv, table, nil)
	}
}

func emulatedTable(srv *oracletest.Server, name string, more row) {
	all := row{"OWNER": "SHOP", "TABLE_NAME": name, "TEMPORARY": "N", "NESTED": "NO", "SECONDARY": "N", "DROPPED": "NO"}
	maps.Copy(all, more)
	srv.Insert("DBA_ALL_TABLES", all)
}

func emulatedColumn(srv *oracletest.Server, table, name, dataType string, more row) {
	all := row{"OWNER": "SHOP", "TABLE_NAME": table, "COLUMN_NAME": name, "COLUMN_ID": 1, "DATA_TYPE": dataType, "DATA_LENGTH": 22,
		"NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"}
	maps.Copy(all, more)
	srv.Insert("DBA_TAB_COLS", all)
}

// toMySQL turns a task of an emulated listener into one to MySQL.
func toMySQL(t *testing.T, task checktest.Real) checktest.Real {
	t.Helper()
	to := dbtest.Get(t, dbtest.MySQL)
	task.Dest = checktest.End{Server: to, Schema: to.Database(t)}
	return task
}

// found compares what a check found: rule and object of each finding.
func found(t *testing.T, got engine.Result, want ...string) {
	t.Helper()
	var lines []string
	for _, f := range got.Findings {
		lines = append(lines, f.Rule+" "+f.Object.String())
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
	}
}
