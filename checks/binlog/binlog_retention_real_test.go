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

// TestWrongLogSettingsOnRealServers starts servers with wrong settings. Each must be reported, and no longer reported
// after the statements of the finding.
func TestWrongLogSettingsOnRealServers(t *testing.T) {
	t.Parallel()
	type expectation struct {
		check *checks.Check
		want  checktest.Verdict
		fixed bool // by the statements of the findings
	}
	failed := func(found ...string) checktest.Verdict {
		return checktest.Verdict{Outcome: engine.Failed, Found: found}
	}
	for product, server := range map[dbtest.Product]struct {
		args []string
		want []expectation
	}{
		dbtest.MySQL: {
			[]string{"--binlog-format=STATEMENT", "--binlog-row-image=MINIMAL",
				"--binlog-row-value-options=PARTIAL_JSON",
				"--binlog-transaction-compression=ON", "--binlog-row-metadata=MINIMAL",
				"--binlog-expire-logs-seconds=3600", "--binlog-do-db=shop", "--server-id=0", "--gtid-mode=OFF",
				"--enforce-gtid-consistency=OFF"},
			[]expectation{
				{binlog.BinlogFormat, failed("not_row binlog_format"), true},
				{binlog.BinlogRowImage, failed("not_full binlog_row_image"), true},
				{binlog.BinlogRowValueOptions,
					failed("partial_json binlog_row_value_options", "compressed binlog_transaction_compression"), true},
				{binlog.BinlogRowMetadata,
					checktest.Verdict{Outcome: engine.Passed, Found: []string{"not_full binlog_row_metadata"}}, true},
				{binlog.BinlogRetention, checktest.Verdict{Outcome: engine.Warned,
					Found: []string{"too_short binlog_expire_logs_seconds"}}, true},
				{binlog.BinlogFilter, failed("not_logged other"), false},
				{binlog.ServerID, failed("zero server_id"), false},
				{binlog.GTIDMode, checktest.Verdict{Outcome: engine.Warned, Found: []string{"off gtid_mode"}}, true},
			},
		},
		dbtest.MariaDB: {
			[]string{"--binlog-format=MIXED", "--binlog-row-image=MINIMAL", "--log-bin-compress=ON",
				"--expire-logs-days=1",
				"--binlog-ignore-db=other"},
			[]expectation{
				{binlog.BinlogFormat, failed("not_row binlog_format"), true},
				{binlog.BinlogRowImage, failed("not_full binlog_row_image"), true},
				{binlog.BinlogRowValueOptions,
					checktest.Verdict{Outcome: engine.Warned, Found: []string{"compressed log_bin_compress"}}, true},
				{binlog.BinlogRowMetadata,
					checktest.Verdict{Outcome: engine.Passed, Found: []string{"not_full binlog_row_metadata"}}, true},
				{binlog.BinlogRetention, checktest.Verdict{Outcome: engine.Warned,
					Found: []string{"too_short binlog_expire_logs_seconds"}}, true},
				{binlog.BinlogFilter, failed("ignored other"), false},
			},
		},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product, server.args...)
			s.Exec(t, "CREATE DATABASE shop", "CREATE TABLE shop.t (id INT PRIMARY KEY)", "CREATE DATABASE other",
				"CREATE TABLE other.t (id INT PRIMARY KEY)")
			both := &checks.Selection{Include: []string{"shop.*", "other.*"}}
			end := checktest.Endpoint{Server: s}
			task := checktest.Real{Source: end, Dest: end, Phases: checks.Full | checks.Incremental, Selection: both}
			for _, e := range server.want {
				if e.check == binlog.BinlogRetention && product == dbtest.MariaDB && !s.AtLeast(10, 6, 1) {
					e.want.Found = []string{"too_short expire_logs_days"}
				}
				got := task.Run(t, e.check)
				if diff := cmp.Diff(e.want, checktest.VerdictOf(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s\n%s", e.check.Type, diff, got.Message(20))
				}
				if !e.fixed {
					continue
				}
				checktest.Fix(t, task, got.Findings)
				if got := task.Run(t, e.check); got.Outcome != engine.Passed || len(got.Findings) > 0 {
					t.Errorf("%s: after the fix it is still %s:\n%s", e.check.Type, got.Outcome, got.Message(20))
				}
			}
			// A schema that the filter includes is not reported.
			task.Selection = &checks.Selection{Include: []string{"shop.*"}}
			if got := task.Run(t, binlog.BinlogFilter); got.Outcome != engine.Passed {
				t.Errorf("a logged schema: %s", got.Message(20))
			}
		})
	}
}
