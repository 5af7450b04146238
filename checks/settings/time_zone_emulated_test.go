package settings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestCapacityFromOracleEmulated checks a destination that uses the MySQL protocol by its own limits.
func TestCapacityFromOracleEmulated(t *testing.T) {
	t.Parallel()
	for product, statement := range map[dbtest.Product]string{dbtest.MySQL: "--max-execution-time=1000",
		dbtest.MariaDB: "--max-statement-time=2.5"} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "ORDERS")
			to := dbtest.Start(t, product, "--max-connections=12", statement)
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)},
				Settings: checks.Settings{Connections: 12, Deep: true}}
			variable, _, _ := strings.Cut(strings.TrimPrefix(statement, "--"), "=")
			check := func(c *checks.Check, want ...string) {
				t.Helper()
				got := task.Run(t, c, checks.Dest)
				if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
					got.Outcome != engine.Warned {
					t.Errorf("%s is %s (-want +got):\n%s\n%s", c.Type, got.Outcome, diff, got.Message(20))
				}
				checktest.Fix(t, task, got.Findings)
				if got := task.Run(t, c, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("%s: after the fix it is still %s:\n%s", c.Type, got.Outcome, got.Message(20))
				}
			}
			check(capacity.Timeouts, "short_statement "+strings.ReplaceAll(variable, "-", "_"))
			check(capacity.ConnectionLimit, "server_in_use max_connections")

			srv.Insert("DBA_TAB_COLS",
				row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "COLUMN_NAME": "PLACED", "COLUMN_ID": 1,
					"DATA_TYPE": "TIMESTAMP(6) WITH TIME ZONE", "DATA_LENGTH": 13, "NULLABLE": "Y",
					"HIDDEN_COLUMN":  "NO",
					"VIRTUAL_COLUMN": "NO"})
			got := task.Run(t, settings.TimeZone)
			if diff := cmp.Diff([]string{"no_zones_for_columns time_zone"},
				checktest.RulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
				t.Errorf("RDB_TIME_ZONE is %s (-want +got):\n%s", got.Outcome, diff)
			}
			to.Exec(t, "INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (1, 'N'), (2, 'N')",
				"INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('UTC', 1), ('Asia/Shanghai', 2)",
				"INSERT INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, `Offset`, Is_DST, "+
					"Abbreviation) "+
					"VALUES (1, 0, 0, 0, 'UTC'), (2, 0, 28800, 0, 'CST')")
			if got := task.Run(t, settings.TimeZone); got.Outcome != engine.Passed {
				t.Errorf("with named zones RDB_TIME_ZONE is %s:\n%s", got.Outcome, got.Message(20))
			}

			srv.Insert("DBA_SEGMENTS",
				row{"OWNER": "SHOP", "SEGMENT_NAME": "ORDERS", "SEGMENT_TYPE": "TABLE", "BYTES": 3 << 30})
			if got := task.Run(t, capacity.DiskSpace); got.Outcome != engine.Passed ||
				!strings.Contains(strings.Join(got.Notes, " "), "The tables use 3 GiB on the source") {
				t.Errorf("RDB_DISK_SPACE is %s: %s", got.Outcome, got.Message(5))
			}
		})
	}
}
