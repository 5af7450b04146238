package capacity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestInstanceEmulated reads each fact from each release, first with a defect, then healthy.
func TestInstanceEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		srv.SetNow(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
		expect := func(c *checks.Check, want engine.Outcome, text string) {
			t.Helper()
			got := task.Run(t, c)
			if got.Outcome != want || !strings.Contains(got.Message(20), text) {
				t.Errorf("%s is %s, want %s with %q:\n%s", c.Type, got.Outcome, want, text, got.Message(20))
			}
		}
		srv.Set("V$DATABASE", oracletest.Row{"RESETLOGS_CHANGE#": 7})

		expect(redo.LogMiner, engine.Failed, "SYS.DBMS_LOGMNR_D does not exist")
		srv.Insert("DBA_OBJECTS", oracletest.Row{"OWNER": "SYS", "OBJECT_NAME": "DBMS_LOGMNR", "OBJECT_TYPE": "PACKAGE",
			"STATUS": "VALID"},
			oracletest.Row{"OWNER": "SYS", "OBJECT_NAME": "DBMS_LOGMNR_D", "OBJECT_TYPE": "PACKAGE", "STATUS": "VALID"})
		expect(redo.LogMiner, engine.Passed, "")

		srv.Set("DBA_USERS", oracletest.Row{"EXPIRY_DATE": "2024-03-20"})
		expect(capacity.Account, engine.Warned, "expires on 2024-03-20")
		srv.Set("DBA_USERS", oracletest.Row{"EXPIRY_DATE": "2024-09-20"})
		expect(capacity.Account, engine.Passed, "")

		srv.Insert("V$THREAD", oracletest.Row{"THREAD#": 1, "ENABLED": "PUBLIC"},
			oracletest.Row{"THREAD#": 2, "ENABLED": "PUBLIC"})
		srv.Insert("V$ARCHIVED_LOG",
			oracletest.Row{"THREAD#": 1, "SEQUENCE#": 1, "STATUS": "A", "RESETLOGS_CHANGE#": 7,
				"ARCHIVED": "YES", "DELETED": "NO",
				"STANDBY_DEST": "NO",
				"FIRST_TIME":   "2024-03-01"})
		expect(server.RAC, engine.Warned, "Thread 2")
		srv.Insert("V$ARCHIVED_LOG",
			oracletest.Row{"THREAD#": 2, "SEQUENCE#": 1, "STATUS": "A", "RESETLOGS_CHANGE#": 7,
				"ARCHIVED": "YES", "DELETED": "NO",
				"STANDBY_DEST": "NO",
				"FIRST_TIME":   "2024-03-01"})
		expect(server.RAC, engine.Passed, "")

		srv.Insert("V$LOG", oracletest.Row{"THREAD#": 1, "GROUP#": 1, "BYTES": 100 << 20},
			oracletest.Row{"THREAD#": 1, "GROUP#": 2, "BYTES": 50 << 20})
		began := func(at string) { srv.Insert("V$LOG_HISTORY", oracletest.Row{"THREAD#": 1, "FIRST_TIME": at}) }
		for range 21 {
			began("2024-02-20 10:10:00") // before the period
		}
		for range 20 {
			began("2024-03-09 10:10:00")
		}
		expect(redo.RedoVolume, engine.Passed,
			"20 of them in the hour from 2024-03-09 10:00. Its smallest log is 50 MiB")
		began("2024-03-09 10:59:59")
		expect(redo.RedoVolume, engine.Warned, "switched its log 21 times in the hour from 2024-03-09 10:00")

		srv.Insert("V$PARAMETER", oracletest.Row{"NAME": "compatible", "VALUE": "19.0.0"})
		expect(settings.Parameters, engine.Passed, "compatible is 19.0.0")
		srv.Insert("V$PARAMETER", oracletest.Row{"NAME": "_serial_direct_read", "VALUE": "never"})
		expect(settings.Parameters, engine.Passed, "_serial_direct_read")

		expect(privilege.DictionaryPrivilege, engine.Passed, "")
		srv.Deny(942, "V$LOG_HISTORY")
		expect(privilege.DictionaryPrivilege, engine.Warned, "SYS.V$LOG_HISTORY")
		expect(redo.RedoVolume, engine.Unknown, `GRANT SELECT ON SYS.V_$LOG_HISTORY TO "PRECHECK"`)
		srv.Deny(942, "DBA_PROFILES", "DBA_USERS")
		expect(capacity.Account, engine.Passed, "")
		srv.Set("DBA_USERS", oracletest.Row{"EXPIRY_DATE": "2024-03-20"})
		expect(capacity.Account, engine.Warned, "UNLIMITED in its profile")
	})
}
