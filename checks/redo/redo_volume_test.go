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
	switching := func(n int) datasource.Snapshot {
		thread := datasource.RedoThread{Thread: "1", Switches: map[string]int{"2026-03-01 10": 1, "2026-03-01 11": n}}
		return datasource.Snapshot{
			datasource.FactOracleRedo: datasource.OracleRedo{Threads: []datasource.RedoThread{thread}}}
	}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"20 switches in an hour", switching(20), checktest.Expectation{}},
		{"21 switches in an hour", switching(21), checktest.Expectation{Want: []string{"warning many_switches 1"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(tc.facts)
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			tc.Verify(t, redo.RedoVolume, facts)
		})
	}
}
