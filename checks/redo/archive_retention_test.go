package redo_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestArchiveRetention(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 10, 12, 0, 0, 0, time.UTC)
	reach := func(d time.Duration) datasource.ArchivedThread {
		return datasource.ArchivedThread{Thread: "1", Logs: 5, Available: 5, Oldest: now.Add(-d)}
	}
	for _, tc := range []struct {
		name     string
		thread   datasource.ArchivedThread
		settings checks.Settings
		want     []string
	}{
		{"long enough", reach(49 * time.Hour), checks.Settings{}, nil},
		{"too short", reach(47 * time.Hour), checks.Settings{}, []string{"short"}},
		{"long enough for the task", reach(25 * time.Hour), checks.Settings{LogRetention: 24 * time.Hour}, nil},
		{"too short for the task", reach(49 * time.Hour), checks.Settings{LogRetention: 72 * time.Hour},
			[]string{"short"}},
		{"a missing log", datasource.ArchivedThread{Thread: "1", Logs: 5, Available: 4, Oldest: now.Add(-2 * time.Hour),
			Missing: "7"}, checks.Settings{}, []string{"gap"}},
		{"a missing log before the retention", datasource.ArchivedThread{Thread: "1", Logs: 5, Available: 4,
			Oldest: now.Add(-49 * time.Hour), Missing: "7"}, checks.Settings{}, nil},
		{"the newest log is gone", datasource.ArchivedThread{Thread: "1", Logs: 5, Available: 4, Missing: "9"},
			checks.Settings{}, []string{"gap"}},
		{"all deleted", datasource.ArchivedThread{Thread: "1", Logs: 5}, checks.Settings{}, []string{"none_kept"}},
		{"all deleted, of a disabled thread", datasource.ArchivedThread{Thread: "2", Logs: 5}, checks.Settings{}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(
				datasource.Snapshot{datasource.FactArchivedLogs: datasource.ArchivedLogs{Now: now,
					Threads: []datasource.ArchivedThread{tc.thread}},
					datasource.FactOracleRedo: datasource.OracleRedo{Threads: []datasource.RedoThread{{Thread: "1",
						Enabled: true},
						{Thread: "2"}}}})
			findings, _, err := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental),
				Settings: tc.settings}.Run(t, redo.ArchiveRetention)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
