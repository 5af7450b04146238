package oracle_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/oracle"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// ofKind gives a snapshot of a source whose only table is SHOP.T, made as given.
func ofKind(table any) datasource.Snapshot {
	s := ofTable()
	if t, ok := table.(datasource.OracleTable); ok {
		table = datasource.GroupByTable(datasource.TableRows[datasource.OracleTable]{Table: shopT, Rows: []datasource.OracleTable{t}})
	}
	s[datasource.FactOracleTables] = table
	return s
}

func TestTableKind(t *testing.T) {
	t.Parallel()
	object := datasource.OracleTable{Type: "ADDRESS"}
	for _, tc := range []struct {
		name   string
		table  any
		dest   datasource.Type
		phases checks.Phases
		want   []string
		level  checks.Level
	}{
		{"plain", datasource.OracleTable{Tablespace: "USERS"}, datasource.MySQL, checks.AllPhases, nil, 0},
		{"index-organized, rows alone", datasource.OracleTable{IOT: true}, datasource.MySQL, checks.Full, []string{"index_organized"}, checks.Info},
		{"index-organized, with changes", datasource.OracleTable{IOT: true}, datasource.MySQL, checks.AllPhases, []string{"index_organized"}, checks.Warn},
		{"index-organized, with changes to OceanBase", datasource.OracleTable{IOT: true}, datasource.OceanBaseMySQL, checks.AllPhases, []string{"index_organized"}, checks.Fail},
		{"of objects, to MySQL", object, datasource.MySQL, checks.Full, []string{"object_table"}, checks.Fail},
		{"of objects, to Oracle", object, datasource.Oracle, checks.Full, []string{"object_table"}, checks.Warn},
		{"with nested tables", datasource.OracleTable{Nested: true}, datasource.OceanBaseMySQL, checks.Full, []string{"nested"}, checks.Fail},
		{"external", datasource.OracleTable{External: true}, datasource.MySQL, checks.Full, []string{"external"}, checks.Warn},
		{"partly external", datasource.OracleTable{External: true, Hybrid: true}, datasource.MySQL, checks.Full, []string{"external"}, checks.Warn},
		{"a queue", datasource.OracleTable{Queue: true}, datasource.MySQL, checks.Full, []string{"queue"}, checks.Warn},
		{"in a cluster", datasource.OracleTable{Cluster: "C"}, datasource.MySQL, checks.Full, []string{"clustered"}, checks.Info},
		{"temporary", datasource.OracleTable{Temporary: true}, datasource.MySQL, checks.Full, []string{"temporary"}, checks.Warn},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: ofKind(tc.table), Route: checks.Route{Source: datasource.Oracle, Dest: tc.dest, Phases: tc.phases}}
			judged(t, facts, oracle.TableKind, false, tc.want...)
			if findings, _, _ := facts.Run(t, oracle.TableKind); len(findings) > 0 && findings[0].Level != tc.level {
				t.Errorf("it is a %s, want a %s", findings[0].Level, tc.level)
			}
		})
	}
	judged(t, checktest.Facts{Source: ofKind(refused)}, oracle.TableKind, true)
	ocean := checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.Oracle}
	judged(t, checktest.Facts{Source: ofKind(datasource.OracleTable{External: true}), Route: ocean}, oracle.TableKind, false, "external")
	judged(t, checktest.Facts{Source: ofKind(datasource.OracleTable{}), Route: ocean}, oracle.TableKind, false)
}

func TestTableKindEmulated(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		emulatedShop(srv, "EXT", "GOOD", "QT", "NESTING")
		emulatedTable(srv, "GTT", row{"TEMPORARY": "Y"})
		emulatedTable(srv, "IOT", row{"IOT_TYPE": "IOT"})
		emulatedTable(srv, "OBJ", row{"TABLE_TYPE": "ADDRESS", "TABLE_TYPE_OWNER": "SHOP"})
		emulatedTable(srv, "CLU", row{"CLUSTER_NAME": "C"})
		srv.Insert("DBA_EXTERNAL_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": "EXT"})
		srv.Insert("DBA_QUEUE_TABLES", row{"OWNER": "SHOP", "QUEUE_TABLE": "QT"})
		srv.Insert("DBA_NESTED_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": "STORED", "PARENT_TABLE_NAME": "NESTING"})
		got := task.Run(t, oracle.TableKind)
		found(t, got, "external SHOP.EXT", "index_organized SHOP.IOT", "nested SHOP.NESTING", "object_table SHOP.OBJ", "queue SHOP.QT", "temporary SHOP.GTT", "clustered SHOP.CLU")
		srv.Deny(942, "*_ALL_TABLES")
		if got := task.Run(t, oracle.TableKind); got.Outcome == engine.Passed || got.Outcome == engine.Failed {
			t.Errorf("without its view it is %s: %s", got.Outcome, got.Message(5))
		}
	})
}
