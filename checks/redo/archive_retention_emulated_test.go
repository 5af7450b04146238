package redo_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestArchiveRetentionEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.SetNow(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
		srv.Set("V$DATABASE", oracletest.Row{"RESETLOGS_CHANGE#": 7})
		archived := func(thread int, first, deleted string) {
			srv.Insert("V$ARCHIVED_LOG",
				oracletest.Row{"THREAD#": thread, "RESETLOGS_CHANGE#": 7, "ARCHIVED": "YES", "DELETED": deleted,
					"STANDBY_DEST": "NO", "FIRST_TIME": first})
		}
		archived(1, "2024-03-05", "NO")
		archived(2, "2024-03-05", "YES")
		archived(2, "2024-03-10", "NO")
		got := task.Run(t, redo.ArchiveRetention)
		if got.Outcome != engine.Warned || len(got.Findings) != 1 || got.Findings[0].Object.Name != "2" ||
			got.Findings[0].Actual != "12 h" {
			t.Errorf("it is %s:\n%s", got.Outcome, got.Message(5))
		}
		archived(2, "2024-03-06", "NO")
		if got := task.Run(t, redo.ArchiveRetention); got.Outcome != engine.Passed {
			t.Errorf("with a log that is old enough it is %s:\n%s", got.Outcome, got.Message(5))
		}
	})
}
