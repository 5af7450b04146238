package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRAC(t *testing.T) {
	t.Parallel()
	redoOf := func(threads ...datasource.RedoThread) datasource.Snapshot {
		return datasource.Snapshot{datasource.FactOracleRedo: datasource.OracleRedo{Threads: threads},
			datasource.FactArchivedLogs: datasource.ArchivedLogs{Threads: []datasource.ArchivedThread{{Thread: "1",
				Logs: 3}}}}
	}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"one thread", redoOf(datasource.RedoThread{Thread: "1", Enabled: true}), checktest.Expectation{}},
		{"a disabled thread", redoOf(datasource.RedoThread{Thread: "1", Enabled: true},
			datasource.RedoThread{Thread: "2"}),
			checktest.Expectation{}},
		{"a thread that is not archived",
			redoOf(datasource.RedoThread{Thread: "1", Enabled: true},
				datasource.RedoThread{Thread: "2", Enabled: true}),
			checktest.Expectation{Want: []string{"warning thread_not_archived 2"}}},
		{"unreadable redo", datasource.Snapshot{datasource.FactOracleRedo: checktest.ErrRefusedView},
			checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(tc.facts)
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			tc.Verify(t, server.RAC, facts)
		})
	}
}
