package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogEnabled(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.BinlogEnabled, []settingCase{
		{name: "on", server: checktest.MySQL80, variables: datasource.Variables{"log_bin": "ON"}},
		{name: "off", server: checktest.MySQL57, variables: datasource.Variables{"log_bin": "OFF"},
			rules: []string{"off"}},
		{name: "TiDB", server: checktest.ServerAt(datasource.FlavorTiDB, "8.5.0"),
			variables: datasource.Variables{"log_bin": "OFF"}, rules: []string{"none"}},
		{name: "variable missing", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
		{name: "sessions that do not log", server: checktest.MySQL80, variables: datasource.Variables{"log_bin": "ON"},
			sessions: inSessions("sql_log_bin", "OFF"), rules: []string{"session_off"}},
		{name: "sessions with another format", server: checktest.MySQL80,
			variables: datasource.Variables{"log_bin": "ON"},
			sessions:  inSessions("binlog_format", "MIXED")},
	})
}
