package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogEncryption(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.BinlogEncryption, []settingCase{
		{name: "off", server: checktest.MySQL80, variables: datasource.Variables{"binlog_encryption": "OFF"}},
		{name: "on", server: checktest.MySQL80, variables: datasource.Variables{"binlog_encryption": "ON"},
			rules: []string{"encrypted"}},
		{name: "on, MariaDB", server: checktest.MariaDB1011, variables: datasource.Variables{"encrypt_binlog": "ON"},
			rules: []string{"encrypted"}},
	})
}
