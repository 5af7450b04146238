package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogRowValueOptions(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.BinlogRowValueOptions, []settingCase{
		{name: "none", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_row_value_options": "", "binlog_transaction_compression": "OFF"}},
		{name: "older than the variables", server: checktest.MySQL57, variables: datasource.Variables{}},
		{name: "partial JSON", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_row_value_options": "PARTIAL_JSON"},
			rules:     []string{"partial_json"},
			sql:       []string{"SET PERSIST binlog_row_value_options = ''"}},
		{name: "a session with partial JSON", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_row_value_options": ""},
			sessions:  inSessions("binlog_row_value_options", "PARTIAL_JSON"), rules: []string{"session_partial_json"}},
		{name: "a session without partial JSON", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_row_value_options": "PARTIAL_JSON"},
			sessions:  inSessions("binlog_row_value_options", ""), rules: []string{"partial_json"}},
		{name: "compressed", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_row_value_options": "", "binlog_transaction_compression": "ON"},
			rules:     []string{"compressed"}},
		{name: "compressed on MariaDB", server: checktest.MariaDB1011,
			variables: datasource.Variables{"log_bin_compress": "ON"}, rules: []string{"compressed"},
			sql: []string{"SET GLOBAL log_bin_compress = OFF"}},
	})
}
