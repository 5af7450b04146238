package settings_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSQLMode(t *testing.T) {
	t.Parallel()
	mode := func(m string) datasource.Variables { return datasource.Variables{"sql_mode": m} }
	runPairs(t, settings.SQLMode, []pairCase{
		{name: "equal in another order", source: mode("ANSI_QUOTES,STRICT_TRANS_TABLES"),
			dest: mode("STRICT_TRANS_TABLES,ANSI_QUOTES")},
		{name: "both empty", source: mode(""), dest: mode("")},
		{name: "stricter destination", source: mode(""), dest: mode("NO_ZERO_DATE"), want: []string{"warning differs"},
			sql: []string{"SET PERSIST sql_mode = ''"}},
		{name: "less strict destination", source: mode("STRICT_TRANS_TABLES"), dest: mode(""),
			server:   checktest.MariaDB1011,
			accepted: datasource.SQLModes{}, want: []string{"warning differs"},
			sql: []string{"SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'"}},
		{name: "harmless difference", source: mode("NO_ENGINE_SUBSTITUTION"), dest: mode(""),
			accepted: datasource.SQLModes{},
			want:     []string{"info differs"}},
		{name: "unknown mode", source: mode("NO_AUTO_CREATE_USER,ANSI_QUOTES"), dest: mode("ANSI_QUOTES"),
			accepted: datasource.SQLModes{"NO_AUTO_CREATE_USER": false}, want: []string{"info unknown_mode"}},
		{name: "unknown modes, one of which matters", source: mode("NO_AUTO_CREATE_USER,ORACLE"), dest: mode(""),
			accepted: datasource.SQLModes{"NO_AUTO_CREATE_USER": false, "ORACLE": false},
			want:     []string{"warning unknown_mode"}},
		{name: "unknown and missing modes", source: mode("ORACLE,ANSI_QUOTES"), dest: mode(""),
			accepted: datasource.SQLModes{"ORACLE": false, "DB2": true},
			want:     []string{"warning differs", "warning unknown_mode"},
			sql:      []string{"SET PERSIST sql_mode = 'ANSI_QUOTES'"}},
		{name: "Aurora", source: mode(""), dest: mode("ANSI_QUOTES"), server: checktest.Aurora80,
			want: []string{"warning differs"}, sql: []string(nil)},
		{name: "variable missing", source: mode(""), dest: datasource.Variables{}, unknown: true},
	})
}
