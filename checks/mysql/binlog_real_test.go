package mysql_test

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// verdict says how a check ended: its outcome, and the rules and objects of what it found.
type verdict struct {
	Outcome engine.Outcome
	Found   []string
}

func verdictOf(res engine.Result) verdict {
	v := verdict{Outcome: res.Outcome}
	for _, f := range res.Findings {
		v.Found = append(v.Found, f.Rule+" "+f.Object.String())
	}
	return v
}

// The servers that the other tests share are as a source should be.
func TestLoggingOfHealthyServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY)")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}}
		for _, c := range []*checks.Check{mysql.BinlogEnabled, mysql.BinlogFormat, mysql.BinlogRowImage, mysql.BinlogRowValueOptions, mysql.BinlogRowMetadata,
			mysql.BinlogRetention, mysql.BinlogFilter, mysql.BinlogPosition, mysql.ServerID, mysql.GTIDMode, mysql.LogReplicaUpdates, mysql.BinlogEncryption} {
			if got := task.Run(t, c); got.Outcome != engine.Passed {
				t.Errorf("%s is %s:\n%s", c.Type, got.Outcome, got.Message(20))
			}
		}
	})
}

// Each setting that a server is started with is found; the statements that the findings carry are
// executed, and it is found no more.
func TestLoggingOfBadlySetServers(t *testing.T) {
	t.Parallel()
	type expectation struct {
		check *checks.Check
		want  verdict
		mends bool
	}
	failed := func(found ...string) verdict { return verdict{engine.Failed, found} }
	for product, server := range map[dbtest.Product]struct {
		args []string
		want []expectation
	}{
		dbtest.MySQL: {
			[]string{"--binlog-format=STATEMENT", "--binlog-row-image=MINIMAL", "--binlog-row-value-options=PARTIAL_JSON", "--binlog-transaction-compression=ON", "--binlog-row-metadata=MINIMAL",
				"--binlog-expire-logs-seconds=3600", "--binlog-do-db=shop", "--server-id=0", "--gtid-mode=OFF", "--enforce-gtid-consistency=OFF"},
			[]expectation{
				{mysql.BinlogFormat, failed("not_row binlog_format"), true},
				{mysql.BinlogRowImage, failed("not_full binlog_row_image"), true},
				{mysql.BinlogRowValueOptions, failed("partial_json binlog_row_value_options", "compressed binlog_transaction_compression"), true},
				{mysql.BinlogRowMetadata, verdict{engine.Passed, []string{"not_full binlog_row_metadata"}}, true},
				{mysql.BinlogRetention, verdict{engine.Warned, []string{"too_short binlog_expire_logs_seconds"}}, true},
				{mysql.BinlogFilter, failed("not_logged other"), false},
				{mysql.ServerID, failed("zero server_id"), false},
				{mysql.GTIDMode, verdict{engine.Warned, []string{"off gtid_mode"}}, true},
			},
		},
		dbtest.MariaDB: {
			[]string{"--binlog-format=MIXED", "--binlog-row-image=MINIMAL", "--log-bin-compress=ON", "--expire-logs-days=1", "--binlog-ignore-db=other"},
			[]expectation{
				{mysql.BinlogFormat, failed("not_row binlog_format"), true},
				{mysql.BinlogRowImage, failed("not_full binlog_row_image"), true},
				{mysql.BinlogRowValueOptions, verdict{engine.Warned, []string{"compressed log_bin_compress"}}, true},
				{mysql.BinlogRowMetadata, verdict{engine.Passed, []string{"not_full binlog_row_metadata"}}, true},
				{mysql.BinlogRetention, verdict{engine.Warned, []string{"too_short binlog_expire_logs_seconds"}}, true},
				{mysql.BinlogFilter, failed("ignored other"), false},
			},
		},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, server.args...)
			s.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.t (id INT PRIMARY KEY)", "CREATE DATABASE other", "CREATE TABLE other.t (id INT PRIMARY KEY)")
			both := &checks.Selection{Include: []string{"shop.*", "other.*"}}
			end := checktest.End{Server: s}
			task := checktest.Real{Source: end, Dest: end, Phases: checks.Full | checks.Incremental, Selection: both}
			for _, e := range server.want {
				if e.check == mysql.BinlogRetention && product == dbtest.MariaDB && !s.AtLeast(10, 6, 1) {
					e.want.Found = []string{"too_short expire_logs_days"}
				}
				got := task.Run(t, e.check)
				if diff := cmp.Diff(e.want, verdictOf(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s\n%s", e.check.Type, diff, got.Message(20))
				}
				if !e.mends {
					continue
				}
				checktest.Mend(t, s, got.Findings)
				if got := task.Run(t, e.check); got.Outcome != engine.Passed || len(got.Findings) > 0 {
					t.Errorf("%s: mended, it is still %s:\n%s", e.check.Type, got.Outcome, got.Message(20))
				}
			}
			// What a filter leaves alone is not reported.
			task.Selection = &checks.Selection{Include: []string{"shop.*"}}
			if got := task.Run(t, mysql.BinlogFilter); got.Outcome != engine.Passed {
				t.Errorf("a logged schema: %s", got.Message(20))
			}
		})
	}
}

func TestBinlogOffOnRealServer(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, "--skip-log-bin")
			end := checktest.End{Server: s, Schema: s.Database(t)}
			task := checktest.Real{Source: end, Dest: end}
			off := verdict{engine.Failed, []string{"off log_bin"}}
			if diff := cmp.Diff(off, verdictOf(task.Run(t, mysql.BinlogEnabled))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			// The log of the destination is read where changes are carried back.
			task.Source.Server, task.Phases = dbtest.Get(t, product), checks.Full|checks.Reverse
			if diff := cmp.Diff(off, verdictOf(task.Run(t, mysql.BinlogEnabled, checks.Dest))); diff != "" {
				t.Errorf("back (-want +got):\n%s", diff)
			}
		})
	}
}

// A session that logs otherwise than the server is found while it is there.
func TestSessionSettingsOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MySQL) // its own: other tests look for such sessions, too
	user, password := s.Account(t, "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO %s")
	connector, err := driver.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	db.SetMaxIdleConns(0) // a session ends with its settings
	end := checktest.End{Server: s, Schema: s.Database(t)}
	task := checktest.Real{Source: end, Dest: end}
	for _, tc := range []struct {
		set   string
		check *checks.Check
		rule  string
	}{
		{"SET SESSION binlog_format = 'STATEMENT'", mysql.BinlogFormat, "session_not_row"},
		{"SET SESSION binlog_row_image = 'MINIMAL'", mysql.BinlogRowImage, "session_not_full"},
		{"SET SESSION binlog_row_value_options = 'PARTIAL_JSON'", mysql.BinlogRowValueOptions, "session_partial_json"},
		{"SET SESSION sql_log_bin = OFF", mysql.BinlogEnabled, "session_off"},
	} {
		conn, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.ExecContext(t.Context(), tc.set); err != nil {
			t.Fatalf("%s: %v", tc.set, err)
		}
		found := func() bool {
			for _, f := range task.Run(t, tc.check).Findings {
				if f.Rule == tc.rule && strings.HasPrefix(f.Object.Name, user+"@") {
					return true
				}
			}
			return false
		}
		if !found() {
			t.Errorf("after %s the session is not found", tc.set)
		}
		_ = conn.Close()
	}
}

func TestReplicaOnRealServer(t *testing.T) {
	t.Parallel()
	for product, off := range map[dbtest.Product]string{dbtest.MariaDB: "--skip-log-slave-updates", dbtest.MySQL: "--skip-log-replica-updates"} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			source := dbtest.Get(t, product)
			s := dbtest.Start(t, product, off, "--replicate-do-db=none")
			end := checktest.End{Server: s, Schema: s.Database(t)}
			task := checktest.Real{Source: end, Dest: end}
			if got := task.Run(t, mysql.LogReplicaUpdates); got.Outcome != engine.Passed {
				t.Errorf("a primary: %s", got.Message(20))
			}
			var id, sources int
			if err := s.DB(t).QueryRowContext(t.Context(), "SELECT @@server_id").Scan(&id); err != nil {
				t.Fatal(err)
			}
			if err := source.DB(t).QueryRowContext(t.Context(), "SELECT @@server_id").Scan(&sources); err != nil {
				t.Fatal(err)
			}
			pair := checktest.Real{Source: checktest.End{Server: source}, Dest: end}
			if got := pair.Run(t, mysql.ServerID); got.Outcome != engine.Passed {
				t.Errorf("ids %d and %d: %s", sources, id, got.Message(20))
			}
			s.Exec(t, fmt.Sprintf("SET GLOBAL server_id = %d", sources))
			if diff := cmp.Diff(verdict{engine.Warned, []string{"same_as_destination server_id"}}, verdictOf(pair.Run(t, mysql.ServerID))); diff != "" {
				t.Errorf("twice the id %d (-want +got):\n%s", sources, diff)
			}
			s.Exec(t, fmt.Sprintf("SET GLOBAL server_id = %d", id))

			s.ReplicateFrom(t, source)
			name := map[dbtest.Product]string{dbtest.MariaDB: "log_slave_updates", dbtest.MySQL: "log_replica_updates"}[product]
			if diff := cmp.Diff(verdict{engine.Failed, []string{"not_logged " + name}}, verdictOf(task.Run(t, mysql.LogReplicaUpdates))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			user, password := s.Account(t)
			task.Source.User, task.Source.Password = user, password
			if got := task.Run(t, mysql.LogReplicaUpdates); got.Outcome != engine.Unknown {
				t.Errorf("without a right: %s, want %s:\n%s", got.Outcome, engine.Unknown, got.Message(20))
			}
		})
	}
}
