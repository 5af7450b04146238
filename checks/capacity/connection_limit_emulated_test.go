package capacity_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestCapacityOfOracleEmulated reads each fact from each release: healthy, with a defect, and without the privilege.
func TestCapacityOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, end := checktest.EmulatedOracle(t, release, "ORDERS")
			srv.SetNow(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
			srv.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "USERS", "PROFILE": "DEFAULT"})
			older, dest := checktest.EmulatedOracle(t, release)
			older.Set("V$TIMEZONE_FILE", row{"VERSION": 31})
			older.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "USERS"})
			task := checktest.Real{Source: end, Dest: dest, Settings: checks.Settings{Deep: true, Connections: 5}}
			expect := func(c *checks.Check, outcome engine.Outcome, want ...string) {
				t.Helper()
				got := task.Run(t, c)
				if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
					got.Outcome != outcome {
					t.Errorf("%s is %s, want %s (-want +got):\n%s\n%s", c.Type, got.Outcome, outcome, diff,
						got.Message(20))
				}
			}
			// denied revokes the privilege on each view and grants it again.
			denied := func(on *oracletest.Server, c *checks.Check, views ...string) {
				t.Helper()
				for _, view := range views {
					on.Deny(942, view)
					if got := task.Run(t, c); got.Outcome != engine.Unknown ||
						!strings.Contains(got.Message(20),
							"GRANT SELECT ON SYS."+strings.Replace(view, "V$", "V_$", 1)+` TO "PRECHECK"`) {
						t.Errorf("%s without %s is %s:\n%s", c.Type, view, got.Outcome, got.Message(20))
					}
					on.Deny(0, view)
				}
			}

			column := func(name, dataType string) {
				srv.Insert("DBA_TAB_COLS",
					row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": name, "COLUMN_ID": 1,
						"DATA_TYPE":   dataType,
						"DATA_LENGTH": 13, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
			}
			column("DAY", "DATE")
			expect(settings.TimeZone, engine.Passed)
			column("PLACED", "TIMESTAMP(6) WITH TIME ZONE")
			expect(settings.TimeZone, engine.Warned, "older_file time zone file")
			older.Set("V$TIMEZONE_FILE", row{"VERSION": 32})
			expect(settings.TimeZone, engine.Passed)
			denied(older, settings.TimeZone, "V$TIMEZONE_FILE")

			expect(capacity.Timeouts, engine.Passed)
			srv.Insert("DBA_PROFILES", row{"PROFILE": "DEFAULT", "RESOURCE_NAME": "IDLE_TIME", "LIMIT": "15"},
				row{"PROFILE": "APPS", "RESOURCE_NAME": "IDLE_TIME", "LIMIT": "DEFAULT"},
				row{"PROFILE": "APPS", "RESOURCE_NAME": "SESSIONS_PER_USER", "LIMIT": "6"},
				row{"PROFILE": "APPS", "RESOURCE_NAME": "CONNECT_TIME", "LIMIT": "UNLIMITED"})
			expect(capacity.Timeouts, engine.Warned, "profile_idle PRECHECK")
			expect(capacity.ConnectionLimit, engine.Passed)
			srv.Set("DBA_USERS", row{"PROFILE": "APPS"})
			expect(capacity.Timeouts, engine.Warned, "profile_idle PRECHECK")
			denied(srv, capacity.Timeouts, "DBA_USERS", "DBA_PROFILES", "V$PARAMETER")

			srv.Insert("V$SESSION", row{"SID": 1, "TYPE": "BACKGROUND"},
				row{"SID": 2, "TYPE": "USER", "USERNAME": "PRECHECK"},
				row{"SID": 3, "TYPE": "USER", "USERNAME": "APP"})
			expect(capacity.ConnectionLimit, engine.Passed)
			srv.Insert("V$SESSION", row{"SID": 4, "TYPE": "USER", "USERNAME": "PRECHECK"})
			expect(capacity.ConnectionLimit, engine.Warned, "account_in_use PRECHECK")
			denied(srv, capacity.ConnectionLimit, "V$SESSION", "V$RESOURCE_LIMIT", "DBA_PROFILES")
			srv.Set("DBA_USERS", row{"PROFILE": "DEFAULT"})
			srv.Set("V$RESOURCE_LIMIT", row{"LIMIT_VALUE": "        92"})
			expect(capacity.ConnectionLimit, engine.Warned, "server_in_use sessions")
			srv.Set("V$RESOURCE_LIMIT", row{"LIMIT_VALUE": " UNLIMITED"})
			expect(capacity.ConnectionLimit, engine.Passed)
			task.Settings.Connections = 470 // three user sessions exist, the limit of the database is 472
			expect(capacity.ConnectionLimit, engine.Warned, "server_in_use sessions")
			srv.Clear("V$RESOURCE_LIMIT")
			expect(capacity.ConnectionLimit, engine.Warned, "server_in_use sessions")

			expect(capacity.UndoRetention, engine.Passed)
			srv.Set("DBA_TABLESPACES", row{"RETENTION": "GUARANTEE"})
			srv.Set("DBA_DATA_FILES", row{"AUTOEXTENSIBLE": "NO"})
			expect(capacity.UndoRetention, engine.Passed)
			srv.Set("DBA_TABLESPACES", row{"RETENTION": "NOGUARANTEE"})
			expect(capacity.UndoRetention, engine.Unknown)
			srv.Insert("V$UNDOSTAT", row{"TUNED_UNDORETENTION": 3600, "SSOLDERRCNT": 0},
				row{"TUNED_UNDORETENTION": 901, "SSOLDERRCNT": 0})
			expect(capacity.UndoRetention, engine.Passed)
			srv.Insert("V$UNDOSTAT", row{"TUNED_UNDORETENTION": 899, "SSOLDERRCNT": 2})
			expect(capacity.UndoRetention, engine.Warned, "fixed_size UNDOTBS1", "too_old UNDOTBS1")
			denied(srv, capacity.UndoRetention, "V$PARAMETER", "V$UNDOSTAT", "DBA_TABLESPACES", "DBA_DATA_FILES")
			srv.Clear("DBA_TABLESPACES")
			expect(capacity.UndoRetention, engine.Unknown)

			address := []byte{1, 2, 3, 4}
			srv.Insert("V$SESSION",
				row{"SID": 7, "SERIAL#": 33, "SADDR": address, "USERNAME": "APP", "STATUS": "ACTIVE",
					"TYPE": "USER"})
			srv.Insert("V$TRANSACTION", row{"SES_ADDR": address, "START_DATE": "2024-03-10 11:50:01", "USED_UREC": 5})
			expect(capacity.LongTransaction, engine.Passed)
			srv.Set("V$TRANSACTION", row{"START_DATE": "2024-03-10 11:50:00"})
			expect(capacity.LongTransaction, engine.Warned, "long session 7,33,@1")
			if got := task.Run(t, capacity.LongTransaction); !strings.Contains(got.Message(20),
				"A transaction of APP (session 7,33,@1) is open for 10 min. It has written 5 undo records and is "+
					"running a "+
					"statement.") {
				t.Errorf("a long transaction:\n%s", got.Message(20))
			}
			denied(srv, capacity.LongTransaction, "GV$TRANSACTION", "GV$SESSION")
			srv.Insert("V$TRANSACTION", row{"START_DATE": "2024-03-09", "USED_UREC": 1, "SES_ADDR": []byte{9}})
			srv.Set("V$TRANSACTION", row{"SES_ADDR": []byte{9}})
			expect(capacity.LongTransaction, engine.Warned, "distributed distributed transaction",
				"distributed distributed transaction")
		})
	}
}
