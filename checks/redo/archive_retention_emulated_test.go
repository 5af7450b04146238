package redo_test

import (
	"strings"
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
		archived := func(thread, sequence int, first, deleted, status string) {
			srv.Insert("V$ARCHIVED_LOG",
				oracletest.Row{"THREAD#": thread, "SEQUENCE#": sequence, "RESETLOGS_CHANGE#": 7, "ARCHIVED": "YES",
					"DELETED": deleted, "STATUS": status, "STANDBY_DEST": "NO", "FIRST_TIME": first})
		}
		archived(1, 8, "2024-03-05", "NO", "A")
		archived(2, 1, "2024-02-23", "NO", "A") // of no use, as the next one is gone
		archived(2, 2, "2024-03-05", "YES", "D")
		archived(2, 3, "2024-03-10", "NO", "A")
		got := task.Run(t, redo.ArchiveRetention)
		if got.Outcome != engine.Warned || len(got.Findings) != 1 || got.Findings[0].Object.Name != "2" ||
			got.Findings[0].Rule != "gap" || got.Findings[0].Actual != "12 h" {
			t.Errorf("it is %s:\n%s", got.Outcome, got.Message(5))
		}
		archived(2, 2, "2024-03-05", "NO", "A") // a second copy
		if got := task.Run(t, redo.ArchiveRetention); got.Outcome != engine.Passed {
			t.Errorf("with an unbroken sequence it is %s:\n%s", got.Outcome, got.Message(5))
		}
		archived(2, 4, "2024-03-10 06:00:00", "NO", "X") // expired
		got = task.Run(t, redo.ArchiveRetention)
		if got.Outcome != engine.Warned || len(got.Findings) != 1 || got.Findings[0].Rule != "gap" ||
			!strings.Contains(got.Findings[0].Message, "log 4 is missing") {
			t.Errorf("without the newest log it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Insert("V$LOG", oracletest.Row{"THREAD#": 2, "SEQUENCE#": 4, "STATUS": "INACTIVE",
			"FIRST_TIME": "2024-03-10 06:00:00"})
		if got := task.Run(t, redo.ArchiveRetention); got.Outcome != engine.Passed {
			t.Errorf("with the newest log online it is %s:\n%s", got.Outcome, got.Message(5))
		}
	})
}
