package binlog_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// What a task asks for and does not get is a failure; what it only ought to have is a warning.
func TestBinlogRetentionLevel(t *testing.T) {
	t.Parallel()
	source := datasource.Snapshot{datasource.FactServer: checktest.MySQL97, datasource.FactVariables: datasource.Variables{"binlog_expire_logs_seconds": "60"}}
	for asked, want := range map[time.Duration]checks.Level{0: checks.Warn, time.Hour: checks.Fail} {
		findings, _, err := checktest.Facts{Source: source, Settings: checks.Settings{LogRetention: asked}}.Run(t, binlog.BinlogRetention)
		if err != nil || len(findings) != 1 || findings[0].Level != want {
			t.Errorf("asked for %s: %v, %v, want one %s", asked, findings, err, want)
		}
	}
}
