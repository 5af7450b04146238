package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogRowImage(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.BinlogRowImage, []settingCase{
		{name: "full", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "FULL"}},
		{name: "lower case", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "full"}},
		{name: "minimal", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "MINIMAL"},
			rules: []string{"not_full"}, sql: []string{"SET PERSIST binlog_row_image = 'FULL'"}},
		{name: "unchanged BLOB columns not logged", server: checktest.MariaDB1011,
			variables: datasource.Variables{"binlog_row_image": "NOBLOB"}, rules: []string{"not_full"},
			sql: []string{"SET GLOBAL binlog_row_image = 'FULL'"}},
		{name: "unchanged columns not repeated", server: checktest.MariaDB1011,
			variables: datasource.Variables{"binlog_row_image": "FULL_NODUP"}, rules: []string{"no_duplicates"}},
		{name: "older than the variable", server: mariadb55, variables: datasource.Variables{}},
		{name: "variable missing", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
		{name: "a session", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "FULL"},
			sessions: inSessions("binlog_row_image", "MINIMAL"), rules: []string{"session_not_full"}},
	})
}
