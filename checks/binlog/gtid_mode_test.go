package binlog_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestGTIDMode(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.GTIDMode, []settingCase{
		{name: "on", server: checktest.MySQL97,
			variables: datasource.Variables{"gtid_mode": "ON", "enforce_gtid_consistency": "ON"}},
		{name: "off", server: checktest.MySQL80,
			variables: datasource.Variables{"gtid_mode": "OFF", "enforce_gtid_consistency": "OFF"},
			rules:     []string{"off"},
			sql: []string{"SET PERSIST enforce_gtid_consistency = ON",
				"SET PERSIST gtid_mode = OFF_PERMISSIVE", "SET PERSIST gtid_mode = ON_PERMISSIVE",
				"SET PERSIST gtid_mode = ON"}},
		{name: "off on MySQL 5.6", server: mysql56,
			variables: datasource.Variables{"gtid_mode": "OFF", "enforce_gtid_consistency": "OFF"},
			rules:     []string{"off"}},
		{name: "being enabled", server: checktest.MySQL57,
			variables: datasource.Variables{"gtid_mode": "ON_PERMISSIVE", "enforce_gtid_consistency": "ON"},
			rules:     []string{"changing"},
			sql:       []string{"SET GLOBAL enforce_gtid_consistency = ON", "SET GLOBAL gtid_mode = ON"}},
		{name: "MariaDB", server: checktest.MariaDB1011, variables: datasource.Variables{"gtid_domain_id": "0"}},
		{name: "variable missing", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
	})
}
