package binlog_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestBinlogRetentionLevel fails below the requirement of the task, and warns below the default.
func TestBinlogRetentionLevel(t *testing.T) {
	t.Parallel()
	source := datasource.Snapshot{datasource.FactServer: checktest.MySQL97, datasource.FactVariables: datasource.Variables{"binlog_expire_logs_seconds": "60"}}
	for required, want := range map[time.Duration]checks.Level{0: checks.Warn, time.Hour: checks.Fail} {
		findings, _, err := checktest.Facts{Source: source, Settings: checks.Settings{LogRetention: required}}.Run(t, binlog.BinlogRetention)
		if err != nil || len(findings) != 1 || findings[0].Level != want {
			t.Errorf("required %s: findings %v, error %v, want one %s", required, findings, err, want)
		}
	}
}
