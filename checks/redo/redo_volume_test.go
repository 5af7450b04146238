package redo_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRedoVolume(t *testing.T) {
	t.Parallel()
	redoOf := func(threads ...datasource.RedoThread) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactOracleRedo: datasource.OracleRedo{Threads: threads},
			datasource.FactArchivedLogs: datasource.ArchivedLogs{Threads: []datasource.ArchivedThread{{Thread: "1", Logs: 3}}}}
	}
	switching := func(n int) datasource.RedoThread {
		return datasource.RedoThread{Thread: "1", Switches: map[string]int{"2026-03-01 10": 1, "2026-03-01 11": n}}
	}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"20 switches in an hour", redoOf(switching(20)), checktest.Expectation{}},
		{"21 switches in an hour", redoOf(switching(21)), checktest.Expectation{Want: []string{"warning many_switches 1"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: checktest.Oracle19With(tc.facts), Route: checktest.OracleToOceanBase(checks.Incremental)}
			tc.Hold(t, redo.RedoVolume, facts)
		})
	}
}
