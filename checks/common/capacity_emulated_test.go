package common_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

// Each fact is read from each release, healthy at first, then with a defect, then without the right.
func TestCapacityOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, end := emulatedOracle(t, release, "ORDERS")
			srv.SetNow(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
			srv.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "USERS", "PROFILE": "DEFAULT"})
			older, dest := emulatedOracle(t, release)
			older.Set("V$TIMEZONE_FILE", row{"VERSION": 31})
			older.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "USERS"})
			task := checktest.Real{Source: end, Dest: dest, Settings: checks.Settings{Deep: true, Connections: 5}}
			expect := func(c *checks.Check, outcome engine.Outcome, want ...string) {
				t.Helper()
				got := task.Run(t, c)
				if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != outcome {
					t.Errorf("%s is %s, want %s (-want +got):\n%s\n%s", c.Type, got.Outcome, outcome, diff, got.Message(20))
				}
			}
			// denied takes the right on a view away, and gives it back.
			denied := func(on *oracletest.Server, c *checks.Check, views ...string) {
				t.Helper()
				for _, view := range views {
					on.Deny(942, view)
					if got := task.Run(t, c); got.Outcome != engine.Unknown || !strings.Contains(got.Message(20), "GRANT SELECT ON SYS."+strings.Replace(view, "V$", "V_$", 1)+` TO "PRECHECK"`) {
						t.Errorf("%s without %s is %s:\n%s", c.Type, view, got.Outcome, got.Message(20))
					}
					on.Deny(0, view)
				}
			}

			column := func(name, dataType string) {
				srv.Insert("DBA_TAB_COLS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": name, "COLUMN_ID": 1, "DATA_TYPE": dataType, "DATA_LENGTH": 13, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
			}
			column("DAY", "DATE")
			expect(common.TimeZone, engine.Passed)
			column("PLACED", "TIMESTAMP(6) WITH TIME ZONE")
			expect(common.TimeZone, engine.Warned, "older_file time zone file")
			older.Set("V$TIMEZONE_FILE", row{"VERSION": 32})
			expect(common.TimeZone, engine.Passed)
			denied(older, common.TimeZone, "V$TIMEZONE_FILE")

			expect(common.Timeouts, engine.Passed)
			srv.Insert("DBA_PROFILES", row{"PROFILE": "DEFAULT", "RESOURCE_NAME": "IDLE_TIME", "LIMIT": "15"}, row{"PROFILE": "APPS", "RESOURCE_NAME": "IDLE_TIME", "LIMIT": "DEFAULT"},
				row{"PROFILE": "APPS", "RESOURCE_NAME": "SESSIONS_PER_USER", "LIMIT": "6"}, row{"PROFILE": "APPS", "RESOURCE_NAME": "CONNECT_TIME", "LIMIT": "UNLIMITED"})
			expect(common.Timeouts, engine.Warned, "profile_idle PRECHECK")
			expect(common.ConnectionLimit, engine.Passed)
			srv.Set("DBA_USERS", row{"PROFILE": "APPS"})
			expect(common.Timeouts, engine.Warned, "profile_idle PRECHECK")
			denied(srv, common.Timeouts, "DBA_USERS", "DBA_PROFILES", "V$PARAMETER")

			srv.Insert("V$SESSION", row{"SID": 1, "TYPE": "BACKGROUND"}, row{"SID": 2, "TYPE": "USER", "USERNAME": "PRECHECK"}, row{"SID": 3, "TYPE": "USER", "USERNAME": "APP"})
			expect(common.ConnectionLimit, engine.Passed)
			srv.Insert("V$SESSION", row{"SID": 4, "TYPE": "USER", "USERNAME": "PRECHECK"})
			expect(common.ConnectionLimit, engine.Warned, "account_in_use PRECHECK")
			denied(srv, common.ConnectionLimit, "V$SESSION", "V$RESOURCE_LIMIT", "DBA_PROFILES")
			srv.Set("DBA_USERS", row{"PROFILE": "DEFAULT"})
			srv.Set("V$RESOURCE_LIMIT", row{"LIMIT_VALUE": "        92"})
			expect(common.ConnectionLimit, engine.Warned, "server_in_use sessions")
			srv.Set("V$RESOURCE_LIMIT", row{"LIMIT_VALUE": " UNLIMITED"})
			expect(common.ConnectionLimit, engine.Passed)
			task.Settings.Connections = 470 // three sessions of users are there, 472 the database may have
			expect(common.ConnectionLimit, engine.Warned, "server_in_use sessions")
			srv.Clear("V$RESOURCE_LIMIT")
			expect(common.ConnectionLimit, engine.Warned, "server_in_use sessions")

			expect(common.UndoRetention, engine.Passed)
			srv.Set("DBA_TABLESPACES", row{"RETENTION": "GUARANTEE"})
			srv.Set("DBA_DATA_FILES", row{"AUTOEXTENSIBLE": "NO"})
			expect(common.UndoRetention, engine.Passed)
			srv.Set("DBA_TABLESPACES", row{"RETENTION": "NOGUARANTEE"})
			expect(common.UndoRetention, engine.Unknown)
			srv.Insert("V$UNDOSTAT", row{"TUNED_UNDORETENTION": 3600, "SSOLDERRCNT": 0}, row{"TUNED_UNDORETENTION": 901, "SSOLDERRCNT": 0})
			expect(common.UndoRetention, engine.Passed)
			srv.Insert("V$UNDOSTAT", row{"TUNED_UNDORETENTION": 899, "SSOLDERRCNT": 2})
			expect(common.UndoRetention, engine.Warned, "fixed_size UNDOTBS1", "too_old UNDOTBS1")
			denied(srv, common.UndoRetention, "V$PARAMETER", "V$UNDOSTAT", "DBA_TABLESPACES", "DBA_DATA_FILES")
			srv.Clear("DBA_TABLESPACES")
			expect(common.UndoRetention, engine.Unknown)

			address := []byte{1, 2, 3, 4}
			srv.Insert("V$SESSION", row{"SID": 7, "SERIAL#": 33, "SADDR": address, "USERNAME": "APP", "STATUS": "ACTIVE", "TYPE": "USER"})
			srv.Insert("V$TRANSACTION", row{"SES_ADDR": address, "START_DATE": "2024-03-10 11:50:01", "USED_UREC": 5})
			expect(common.LongTransaction, engine.Passed)
			srv.Set("V$TRANSACTION", row{"START_DATE": "2024-03-10 11:50:00"})
			expect(common.LongTransaction, engine.Warned, "long session 7,33,@1")
			if got := task.Run(t, common.LongTransaction); !strings.Contains(got.Message(20), "A transaction of APP (session 7,33,@1) is open for 10m0s; it has written 5 undo record(s) and is running a statement.") {
				t.Errorf("a long transaction:\n%s", got.Message(20))
			}
			denied(srv, common.LongTransaction, "GV$TRANSACTION", "GV$SESSION")
			srv.Insert("V$TRANSACTION", row{"START_DATE": "2024-03-09", "USED_UREC": 1, "SES_ADDR": []byte{9}})
			srv.Set("V$TRANSACTION", row{"SES_ADDR": []byte{9}})
			expect(common.LongTransaction, engine.Warned, "distributed distributed transaction", "distributed distributed transaction")
		})
	}
}

// The size of a table is that of its rows, indexes and large objects, and goes to the tablespace of the
// destination's schema.
func TestDiskSpaceOfOracleEmulated(t *testing.T) {
	t.Parallel()
	const mib = 1 << 20
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, from := emulatedOracle(t, release, "ORDERS", "PLAIN")
			to, dest := emulatedOracle(t, release)
			to.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "DATA"})
			segment := func(name, kind string, size int) {
				srv.Insert("DBA_SEGMENTS", row{"OWNER": "SHOP", "SEGMENT_NAME": name, "SEGMENT_TYPE": kind, "BYTES": size * mib})
			}
			srv.Insert("DBA_INDEXES", row{"OWNER": "SHOP", "INDEX_NAME": "ORDERS_PK", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS"}, row{"OWNER": "SHOP", "INDEX_NAME": "SYS_IL1", "TABLE_OWNER": "SHOP", "TABLE_NAME": "ORDERS"})
			srv.Insert("DBA_LOBS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": "NOTE", "SEGMENT_NAME": "SYS_LOB1"})
			srv.Insert("DBA_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": "PLAIN", "CLUSTER_NAME": "GROUPED"}, row{"OWNER": "SHOP", "TABLE_NAME": "QUITE", "CLUSTER_NAME": "GROUPED"})
			segment("ORDERS", "TABLE PARTITION", 100)
			segment("ORDERS", "TABLE PARTITION", 200)
			segment("ORDERS_PK", "INDEX", 40)
			segment("SYS_IL1", "LOBINDEX", 1)
			segment("SYS_LOB1", "LOBSEGMENT", 500)
			segment("GROUPED", "CLUSTER", 59)
			segment("OTHER", "TABLE", 9999)
			to.Insert("DBA_SYS_PRIVS", row{"GRANTEE": "SHOP", "PRIVILEGE": "UNLIMITED TABLESPACE"})
			task := checktest.Real{Source: from, Dest: dest, Settings: checks.Settings{Deep: true}}
			expect := func(outcome engine.Outcome, text string, want ...string) {
				t.Helper()
				got := task.Run(t, common.DiskSpace)
				if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != outcome || !strings.Contains(got.Message(20), text) {
					t.Errorf("it is %s, want %s with %q (-want +got):\n%s\n%s", got.Outcome, outcome, text, diff, got.Message(20))
				}
			}
			expect(engine.Failed, "the tables take 900.0 MiB", "small_tablespace DATA")
			to.Insert("DBA_DATA_FILES", row{"TABLESPACE_NAME": "DATA", "FILE_ID": 8, "BYTES": 100 * mib, "AUTOEXTENSIBLE": "YES", "MAXBYTES": 1300 * mib}, row{"TABLESPACE_NAME": "DATA", "FILE_ID": 9, "BYTES": 100 * mib, "AUTOEXTENSIBLE": "NO", "MAXBYTES": 0})
			expect(engine.Warned, "0.0 MiB free and must grow, which it may by 1.2 GiB", "growing_tablespace DATA")
			to.Insert("DBA_FREE_SPACE", row{"TABLESPACE_NAME": "DATA", "BYTES": 600 * mib}, row{"TABLESPACE_NAME": "DATA", "BYTES": 600 * mib})
			expect(engine.Passed, "Tablespace DATA has 1.2 GiB free, the tables take 900.0 MiB")
			to.Clear("DBA_SYS_PRIVS")
			expect(engine.Failed, "0.0 MiB", "small_quota SHOP")
			to.Insert("DBA_TS_QUOTAS", row{"DROPPED": "NO", "USERNAME": "SHOP", "TABLESPACE_NAME": "DATA", "BYTES": 0, "MAX_BYTES": 901 * mib})
			expect(engine.Warned, "901.0 MiB", "scarce_quota SHOP")
			to.Set("DBA_TS_QUOTAS", row{"DROPPED": "NO", "MAX_BYTES": -1})
			expect(engine.Passed, "")

			srv.Deny(942, "DBA_SEGMENTS")
			expect(engine.Unknown, `GRANT SELECT ON SYS.DBA_SEGMENTS TO "PRECHECK"`)
			srv.Deny(0, "DBA_SEGMENTS")
			for _, view := range []string{"DBA_FREE_SPACE", "DBA_DATA_FILES", "DBA_USERS", "DBA_TS_QUOTAS", "DBA_SYS_PRIVS"} {
				to.Deny(942, view)
				if got := task.Run(t, common.DiskSpace); got.Outcome != engine.Unknown || !strings.Contains(got.Message(20), view) {
					t.Errorf("without %s it is %s:\n%s", view, got.Outcome, got.Message(20))
				}
				to.Deny(0, view)
			}
		})
	}
}

// An account that migrates its own schema sees the sizes of its own segments.
func TestOwnSegmentsOfOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	srv, from := emulatedOracle(t, oracletest.Release19c)
	from.Schema = srv.User
	srv.Insert("DBA_ALL_TABLES", row{"OWNER": srv.User, "TABLE_NAME": "MINE", "TEMPORARY": "N"})
	srv.Insert("DBA_SEGMENTS", row{"OWNER": srv.User, "SEGMENT_NAME": "MINE", "SEGMENT_TYPE": "TABLE", "BYTES": 3 << 20}, row{"OWNER": "OTHER", "SEGMENT_NAME": "MINE", "SEGMENT_TYPE": "TABLE", "BYTES": 3 << 30})
	srv.Deny(942, "DBA_SEGMENTS", "DBA_TAB_COLS")
	got := checktest.Real{Source: from, Dest: from, Settings: checks.Settings{Deep: true}}.Run(t, common.TableCount)
	if got.Outcome != engine.Passed || !strings.Contains(got.Message(20), "3.0 MiB in all") {
		t.Errorf("it is %s:\n%s", got.Outcome, got.Message(20))
	}
}

// A destination that speaks the MySQL protocol is judged by its own limits, whatever the source is.
func TestCapacityFromOracleEmulated(t *testing.T) {
	t.Parallel()
	for product, statement := range map[dbtest.Product]string{dbtest.MySQL: "--max-execution-time=1000", dbtest.MariaDB: "--max-statement-time=2.5"} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, from := emulatedOracle(t, oracletest.Release19c, "ORDERS")
			to := dbtest.Start(t, product, "--max-connections=12", statement)
			task := checktest.Real{Source: from, Dest: checktest.End{Server: to, Schema: to.Database(t)}, Settings: checks.Settings{Connections: 12, Deep: true}}
			variable, _, _ := strings.Cut(strings.TrimPrefix(statement, "--"), "=")
			check := func(c *checks.Check, want ...string) {
				t.Helper()
				got := task.Run(t, c, checks.Dest)
				if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
					t.Errorf("%s is %s (-want +got):\n%s\n%s", c.Type, got.Outcome, diff, got.Message(20))
				}
				checktest.Mend(t, to, got.Findings)
				if got := task.Run(t, c, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("%s, mended, is still %s:\n%s", c.Type, got.Outcome, got.Message(20))
				}
			}
			check(common.Timeouts, "short_statement "+strings.ReplaceAll(variable, "-", "_"))
			check(common.ConnectionLimit, "server_in_use max_connections")

			srv.Insert("DBA_TAB_COLS", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": "PLACED", "COLUMN_ID": 1, "DATA_TYPE": "TIMESTAMP(6) WITH TIME ZONE", "DATA_LENGTH": 13, "NULLABLE": "Y", "HIDDEN_COLUMN": "NO", "VIRTUAL_COLUMN": "NO"})
			got := task.Run(t, common.TimeZone)
			if diff := cmp.Diff([]string{"no_zones_for_columns time_zone"}, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
				t.Errorf("RDB_TIME_ZONE is %s (-want +got):\n%s", got.Outcome, diff)
			}
			to.Exec(t, "INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (1, 'N'), (2, 'N')",
				"INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('UTC', 1), ('Asia/Shanghai', 2)",
				"INSERT INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, `Offset`, Is_DST, Abbreviation) VALUES (1, 0, 0, 0, 'UTC'), (2, 0, 28800, 0, 'CST')")
			if got := task.Run(t, common.TimeZone); got.Outcome != engine.Passed {
				t.Errorf("with named zones RDB_TIME_ZONE is %s:\n%s", got.Outcome, got.Message(20))
			}

			srv.Insert("DBA_SEGMENTS", row{"OWNER": "SHOP", "SEGMENT_NAME": "ORDERS", "SEGMENT_TYPE": "TABLE", "BYTES": 3 << 30})
			if got := task.Run(t, common.DiskSpace); got.Outcome != engine.Unknown || !strings.Contains(got.Reason, "the tables take 3.0 GiB at the source") {
				t.Errorf("RDB_DISK_SPACE is %s: %s", got.Outcome, got.Reason)
			}
		})
	}
}
