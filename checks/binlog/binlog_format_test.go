package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// Sessions are an extra: that they cannot be seen is remarked, and spoils nothing.
func TestSessionsThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]datasource.Snapshot{
		"denied":       {datasource.FactVariables: datasource.Variables{"binlog_format": "ROW", "performance_schema": "ON"}, datasource.FactLogSessions: errDenied},
		"switched off": {datasource.FactVariables: datasource.Variables{"binlog_format": "ROW", "performance_schema": "OFF"}, datasource.FactLogSessions: []datasource.SessionSetting(nil)},
	} {
		source[datasource.FactServer] = checktest.MySQL80
		findings, notes, err := checktest.Facts{Source: source}.Run(t, binlog.BinlogFormat)
		if err != nil || len(findings) != 0 || len(notes) != 1 {
			t.Errorf("%s: %v, %q, %v, want one remark", name, findings, notes, err)
		}
	}
}
