package binlog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestLoggingOfHealthyServers runs all checks of the binary log on the servers that the tests share.
func TestLoggingOfHealthyServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY)")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}}
		for _, c := range []*checks.Check{
			binlog.BinlogEnabled, binlog.BinlogFormat, binlog.BinlogRowImage, binlog.BinlogRowValueOptions,
			binlog.BinlogRowMetadata, binlog.BinlogRetention, binlog.BinlogFilter, binlog.BinlogPosition,
			binlog.ServerID,
			binlog.GTIDMode, binlog.LogReplicaUpdates, binlog.BinlogEncryption,
		} {
			if got := task.Run(t, c); got.Outcome != engine.Passed {
				t.Errorf("%s is %s:\n%s", c.Type, got.Outcome, got.Message(20))
			}
		}
	})
}

func TestBinlogOffOnRealServer(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, "--skip-log-bin")
			end := checktest.Endpoint{Server: s, Schema: s.Database(t)}
			task := checktest.Real{Source: end, Dest: end}
			off := checktest.Verdict{Outcome: engine.Failed, Found: []string{"off log_bin"}}
			if diff := cmp.Diff(off, checktest.VerdictOf(task.Run(t, binlog.BinlogEnabled))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			// The phase REVERSE reads the log of the destination.
			task.Source.Server, task.Phases = dbtest.Get(t, product), checks.Full|checks.Reverse
			if diff := cmp.Diff(off, checktest.VerdictOf(task.Run(t, binlog.BinlogEnabled, checks.Dest))); diff != "" {
				t.Errorf("in the phase REVERSE (-want +got):\n%s", diff)
			}
		})
	}
}
