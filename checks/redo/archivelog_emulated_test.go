package redo_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestArchivelogEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.Set("V$DATABASE", oracletest.Row{"RESETLOGS_CHANGE#": 7})
		srv.Insert("V$ARCHIVED_LOG",
			oracletest.Row{"THREAD#": 1, "SEQUENCE#": 1, "RESETLOGS_CHANGE#": 6, "ARCHIVED": "YES", "DELETED": "NO",
				"STANDBY_DEST": "NO", "FIRST_TIME": "2024-03-01"})
		if got := task.Run(t, redo.Archivelog); got.Outcome != engine.Failed ||
			!strings.Contains(got.Message(5), "has been archived yet") {
			t.Errorf("with logs of another incarnation only it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Insert("V$ARCHIVED_LOG",
			oracletest.Row{"THREAD#": 1, "SEQUENCE#": 2, "RESETLOGS_CHANGE#": 7, "ARCHIVED": "YES", "DELETED": "YES",
				"STANDBY_DEST": "NO", "FIRST_TIME": "2024-03-02"})
		if got := task.Run(t, redo.Archivelog); got.Outcome != engine.Passed {
			t.Errorf("after the fix it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Set("V$DATABASE", oracletest.Row{"LOG_MODE": "NOARCHIVELOG"})
		if got := task.Run(t, redo.Archivelog); got.Outcome != engine.Failed ||
			!strings.Contains(got.Message(5), "NOARCHIVELOG") {
			t.Errorf("without archiving it is %s:\n%s", got.Outcome, got.Message(5))
		}
		srv.Deny(942, "V$DATABASE")
		if got := task.Run(t, redo.Archivelog); got.Outcome != engine.Unknown ||
			!strings.Contains(got.Message(5), `GRANT SELECT ON SYS.V_$DATABASE TO "PRECHECK"`) {
			t.Errorf("without the privilege it is %s:\n%s", got.Outcome, got.Message(5))
		}
	})
}
