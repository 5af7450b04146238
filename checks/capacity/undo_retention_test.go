package capacity_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestUndoRetentionOfOracle(t *testing.T) {
	t.Parallel()
	growing := datasource.OracleUndo{Tablespace: "UNDOTBS1", Growing: []string{"4"}, Fixed: []string{"9"},
		Intervals: 576,
		Retained:  time.Minute}
	fixed := func(kept time.Duration, guarantee bool) datasource.OracleUndo {
		return datasource.OracleUndo{Tablespace: "UNDOTBS1", Guarantee: guarantee, Fixed: []string{"4", "5"},
			Bytes:     1 << 30,
			Intervals: 10, Retained: kept}
	}
	failed := growing
	failed.TooOld = 3
	grow := "ALTER DATABASE DATAFILE 4 AUTOEXTEND ON;ALTER DATABASE DATAFILE 5 AUTOEXTEND ON"
	for _, tc := range []struct {
		name    string
		seconds string
		undo    any
		bytes   int64
		deep    bool
		checktest.Expectation
	}{
		{"the default", "900", growing, 1 << 50, false, checktest.Expectation{}},
		{"less", "899", growing, 0, false,
			checktest.Expectation{Want: []string{"warning short undo_retention"},
				SQL: "ALTER SYSTEM SET undo_retention = 900"}},
		{"less, guaranteed", "899", fixed(time.Hour, true), 0, false,
			checktest.Expectation{Want: []string{"warning short undo_retention"},
				SQL: "ALTER SYSTEM SET undo_retention = 900"}},
		{"a large table", "900", growing, 72000 << 20, true,
			checktest.Expectation{Want: []string{"warning short_for_table undo_retention"},
				SQL: "ALTER SYSTEM SET undo_retention = 7200"}},
		{"enough for a large table", "7200", growing, 72000 << 20, true, checktest.Expectation{}},
		{"a fixed size that keeps enough", "60", fixed(time.Hour, false), 0, false, checktest.Expectation{}},
		{"a fixed size that does not", "7200", fixed(time.Minute, false), 0, false,
			checktest.Expectation{Want: []string{"warning fixed_size UNDOTBS1"}, SQL: grow}},
		{"a fixed size that does not, with a short setting", "60", fixed(time.Minute, false), 0, false,
			checktest.Expectation{Want: []string{"warning fixed_size UNDOTBS1"},
				SQL: grow + ";ALTER SYSTEM SET undo_retention = 900"}},
		{"a fixed size without statistics", "900", datasource.OracleUndo{Tablespace: "UNDOTBS1", Fixed: []string{"4"}},
			0,
			false, checktest.Expectation{Unknown: true}},
		{"queries that failed", "900", failed, 0, false,
			checktest.Expectation{Want: []string{"warning too_old UNDOTBS1"}}},
		{"an unreadable view", "900", checktest.ErrRefusedView, 0, false, checktest.Expectation{Unknown: true}},
		{"no variable", "", growing, 0, false, checktest.Expectation{Unknown: true}},
		{"manual undo", "manual", growing, 0, false, checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			variables := datasource.Variables{"undo_retention": tc.seconds, "undo_management": "AUTO"}
			if tc.seconds == "manual" {
				variables = datasource.Variables{"undo_retention": "900", "undo_management": "MANUAL"}
			}
			source := checktest.Oracle19(checktest.OracleTable("DATE"),
				datasource.Snapshot{datasource.FactVariables: variables, datasource.FactOracleUndo: tc.undo,
					datasource.FactTableSizes: datasource.GroupByTable(
						datasource.RowsOf[datasource.TableSize]{Table: datasource.TableName{Schema: "SHOP", Name: "T"},
							Rows: []datasource.TableSize{{Bytes: tc.bytes}}})})
			tc.Verify(t, capacity.UndoRetention,
				checktest.Facts{Source: source, Route: checks.Route{Source: datasource.Oracle},
					Settings: checks.Settings{Deep: tc.deep}})
		})
	}
}

func TestUndoRetentionOfATenantInOracleMode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		facts checktest.Facts
		checktest.Expectation
	}{
		{"undo", tenantInOracleMode(datasource.FactVariables, datasource.Variables{"undo_retention": "1800"}),
			checktest.Expectation{}},
		{"little undo", tenantInOracleMode(datasource.FactVariables, datasource.Variables{"undo_retention": "900"}),
			checktest.Expectation{Want: []string{"warning short undo_retention"},
				SQL: "SET GLOBAL undo_retention = 1800"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, capacity.UndoRetention, tc.facts)
		})
	}
}

func TestUndoRetention(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, seconds string
		bytes         int64
		deep          bool
		want, sql     []string
		unknown       bool
	}{
		{"the default", "1800", 1 << 50, false, nil, nil, false},
		{"less", "1799", 0, false, []string{"short undo_retention"}, []string{"SET GLOBAL undo_retention = 1800"},
			false},
		{"a large table", "1800", 72000 << 20, true, []string{"short_for_table undo_retention"},
			[]string{"SET GLOBAL undo_retention = 7200"}, false},
		{"enough for a large table", "7200", 72000 << 20, true, nil, nil, false},
		{"a small table", "60", 1 << 20, true, []string{"short undo_retention"},
			[]string{"SET GLOBAL undo_retention = 1800"},
			false},
		{"no variable", "", 0, false, nil, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := sized(tc.bytes)
			source[datasource.FactVariables] = datasource.Variables{"undo_retention": tc.seconds}
			if tc.unknown {
				source[datasource.FactVariables] = datasource.Variables{}
			}
			findings, _, err := checktest.Facts{Source: source, Settings: checks.Settings{Deep: tc.deep}}.Run(t,
				capacity.UndoRetention)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if tc.sql != nil && !cmp.Equal(findings[0].SQL, tc.sql) {
				t.Errorf("SQL %v, want %v", findings[0].SQL, tc.sql)
			}
		})
	}
}
