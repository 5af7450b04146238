package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogFormat(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.BinlogFormat, []settingCase{
		{name: "row", server: checktest.MySQL57, variables: datasource.Variables{"binlog_format": "ROW"}},
		{name: "statement", server: checktest.MySQL57, variables: datasource.Variables{"binlog_format": "STATEMENT"},
			rules: []string{"not_row"}, sql: []string{"SET GLOBAL binlog_format = 'ROW'"}},
		{name: "mixed", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_format": "MIXED"},
			rules: []string{"not_row"}, sql: []string{"SET GLOBAL binlog_format = 'ROW'"}},
		{name: "persistent on MySQL 8", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_format": "MIXED"},
			rules:     []string{"not_row"}, sql: []string{"SET PERSIST binlog_format = 'ROW'"}},
		{name: "Aurora uses a parameter group", server: checktest.Aurora80,
			variables: datasource.Variables{"binlog_format": "MIXED"}, rules: []string{"not_row"}},
		{name: "variable removed from a later MySQL", server: checktest.ServerAt(datasource.FlavorMySQL, "10.0.0"),
			variables: datasource.Variables{}},
		{name: "variable missing", server: checktest.MySQL57, variables: datasource.Variables{}, unknown: true},
		{name: "a cluster that forces statements", server: checktest.MariaDB1011,
			variables: datasource.Variables{"binlog_format": "ROW", "wsrep_forced_binlog_format": "STATEMENT"},
			rules:     []string{"forced"}},
		{name: "a cluster that does not force a format", server: checktest.MariaDB1011,
			variables: datasource.Variables{"binlog_format": "ROW", "wsrep_forced_binlog_format": "NONE"}},
		{name: "sessions that log statements", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_format": "ROW"}, sessions: inSessions("binlog_format", "STATEMENT"),
			rules: []string{"session_not_row"}},
		{name: "a session that logs rows", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_format": "STATEMENT"}, sessions: inSessions("binlog_format", "ROW"),
			rules: []string{"not_row"}},
	})
}

// TestUnreadableSessions passes with a note where the sessions cannot be read.
func TestUnreadableSessions(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]datasource.Snapshot{
		"denied": {datasource.FactVariables: datasource.Variables{"binlog_format": "ROW",
			"performance_schema": "ON"}, datasource.FactLogSessions: errDenied},
		"performance_schema off": {datasource.FactVariables: datasource.Variables{"binlog_format": "ROW",
			"performance_schema": "OFF"}, datasource.FactLogSessions: []datasource.SessionSetting(nil)},
	} {
		source[datasource.FactServer] = checktest.MySQL80
		findings, notes, err := checktest.Facts{Source: source}.Run(t, binlog.BinlogFormat)
		if err != nil || len(findings) != 0 || len(notes) != 1 {
			t.Errorf("%s: findings %v, notes %q, error %v, want one note", name, findings, notes, err)
		}
	}
}
