package settings_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestServerLimitsOnRealServers checks a destination with another time zone, short limits and few
// connections. Each must be reported, and no longer reported after the statement of the finding.
func TestServerLimitsOnRealServers(t *testing.T) {
	t.Parallel()
	for product, args := range map[dbtest.Product][]string{
		dbtest.MySQL: {"--default-time-zone=+05:30", "--max-connections=12", "--wait-timeout=60",
			"--net-read-timeout=5",
			"--max-execution-time=1000"},
		dbtest.MariaDB: {"--default-time-zone=+05:30", "--max-connections=12", "--wait-timeout=60",
			"--net-read-timeout=5",
			"--max-statement-time=2.5"},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s, other := dbtest.Get(t, product), dbtest.Start(t, product, args...)
			from, to := s.Database(t), other.Database(t)
			s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY, at TIMESTAMP NULL)")
			task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
				Dest: checktest.Endpoint{Server: other, Schema: to}, Settings: checks.Settings{Connections: 12}}
			statement := map[dbtest.Product]string{dbtest.MySQL: "max_execution_time",
				dbtest.MariaDB: "max_statement_time"}[product]
			check := func(c *checks.Check, outcome engine.Outcome, want ...string) {
				t.Helper()
				got := task.Run(t, c, checks.Dest)
				if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
					got.Outcome != outcome {
					t.Errorf("%s is %s, want %s (-want +got):\n%s", c.Type, got.Outcome, outcome, diff)
					return
				}
				checktest.Fix(t, task, got.Findings)
				if got := task.Run(t, c, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("%s: after the fix it is still %s:\n%s", c.Type, got.Outcome, got.Message(20))
				}
			}
			check(settings.TimeZone, engine.Warned, "differs time_zone")
			check(capacity.Timeouts, engine.Warned, "short_idle wait_timeout", "short_network net_read_timeout",
				"short_statement "+statement)
			check(capacity.ConnectionLimit, engine.Warned, "server_in_use max_connections")
			task.Settings.Connections = 1000
			check(capacity.ConnectionLimit, engine.Failed, "server_below_plan max_connections")
			for _, c := range []*checks.Check{capacity.Timeouts, capacity.TableCount, capacity.LongTransaction} {
				if got := task.Run(t, c); got.Outcome != engine.Passed {
					t.Errorf("%s of the source is %s:\n%s", c.Type, got.Outcome, got.Message(20))
				}
			}

			back := checktest.Real{Source: checktest.Endpoint{Server: other, Schema: to},
				Dest: checktest.Endpoint{Server: s, Schema: from}}
			other.Exec(t, "CREATE TABLE "+to+".t (id INT PRIMARY KEY)",
				"INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (1, 'N'), (2, 'N')",
				"INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('UTC', 1), ('Asia/Shanghai', 2)",
				"INSERT INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, `Offset`, Is_DST, "+
					"Abbreviation) "+
					"VALUES (1, 0, 0, 0, 'UTC'), (2, 0, 28800, 0, 'CST')",
				"SET GLOBAL time_zone = 'Asia/Shanghai'")
			got := back.Run(t, settings.TimeZone)
			if diff := cmp.Diff([]string{"no_named_zones time_zone", "differs_without_timestamps time_zone"},
				checktest.RulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("from a server with named zones (-want +got):\n%s", diff)
			}
			if i := slices.IndexFunc(got.Findings,
				func(f engine.Finding) bool { return f.Level == checks.Info }); i >= 0 &&
				got.Findings[i].Expected != "Asia/Shanghai (+08:00)" {
				t.Errorf("the source's zone is %s", got.Findings[i].Expected)
			}
			if _, err := s.DB(t).ExecContext(t.Context(), "SET SESSION time_zone = 'Asia/Shanghai'"); err == nil {
				t.Error("the destination accepted Asia/Shanghai")
			}
			back.Dest = checktest.Endpoint{Server: other, Schema: from}
			if got := back.Run(t, settings.TimeZone); got.Outcome != engine.Passed {
				t.Errorf("into a server with named zones: %s\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}
