package table_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

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
		{"regular", datasource.OracleTable{Tablespace: "USERS"}, datasource.MySQL, checks.AllPhases, nil, 0},
		{"index-organized, without changes", datasource.OracleTable{IOT: true}, datasource.MySQL, checks.Full,
			[]string{"index_organized"}, checks.Info},
		{"index-organized, with changes", datasource.OracleTable{IOT: true}, datasource.MySQL, checks.AllPhases,
			[]string{"index_organized"}, checks.Warn},
		{"index-organized, with changes to OceanBase", datasource.OracleTable{IOT: true}, datasource.OceanBaseMySQL,
			checks.AllPhases, []string{"index_organized"}, checks.Fail},
		{"object table, to MySQL", object, datasource.MySQL, checks.Full, []string{"object_table"}, checks.Fail},
		{"object table, to Oracle", object, datasource.Oracle, checks.Full, []string{"object_table"}, checks.Warn},
		{"with nested tables", datasource.OracleTable{Nested: true}, datasource.OceanBaseMySQL, checks.Full,
			[]string{"nested"}, checks.Fail},
		{"external", datasource.OracleTable{External: true}, datasource.MySQL, checks.Full, []string{"external"},
			checks.Warn},
		{"hybrid partitioned", datasource.OracleTable{External: true, Hybrid: true}, datasource.MySQL, checks.Full,
			[]string{"external"}, checks.Warn},
		{"queue table", datasource.OracleTable{Queue: true}, datasource.MySQL, checks.Full, []string{"queue"},
			checks.Warn},
		{"in a cluster", datasource.OracleTable{Cluster: "C"}, datasource.MySQL, checks.Full, []string{"clustered"},
			checks.Info},
		{"temporary", datasource.OracleTable{Temporary: true}, datasource.MySQL, checks.Full, []string{"temporary"},
			checks.Warn},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: ofKind(tc.table),
				Route: checks.Route{Source: datasource.Oracle, Dest: tc.dest, Phases: tc.phases}}
			checktest.WantOutcome(t, facts, table.TableKind, false, tc.want...)
			if findings, _, _ := facts.Run(t, table.TableKind); len(findings) > 0 && findings[0].Level != tc.level {
				t.Errorf("level %s, want %s", findings[0].Level, tc.level)
			}
		})
	}
	checktest.WantOutcome(t, checktest.Facts{Source: ofKind(checktest.ErrRefusedView)}, table.TableKind, true)
	ocean := checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.Oracle}
	checktest.WantOutcome(t, checktest.Facts{Source: ofKind(datasource.OracleTable{External: true}), Route: ocean},
		table.TableKind, false, "external")
	checktest.WantOutcome(t, checktest.Facts{Source: ofKind(datasource.OracleTable{}), Route: ocean}, table.TableKind,
		false)
}
