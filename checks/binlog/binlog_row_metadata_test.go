package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogRowMetadata(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.BinlogRowMetadata, []settingCase{
		{name: "full", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_metadata": "FULL"}},
		{name: "minimal", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_metadata": "MINIMAL"},
			rules: []string{"not_full"}},
		{name: "none", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_row_metadata": "NO_LOG"},
			rules: []string{"not_full"}},
		{name: "older than the variable", server: checktest.MySQL57, variables: datasource.Variables{}},
	})
}
