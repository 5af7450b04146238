package settings_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSessionDefaults(t *testing.T) {
	t.Parallel()
	mariadb118 := checktest.ServerAt(datasource.FlavorMariaDB, "11.8.9")
	runPairs(t, settings.SessionDefaults, []pairCase{
		{name: "equal", source: datasource.Variables{"group_concat_max_len": "1024"},
			dest: datasource.Variables{"group_concat_max_len": "1024"}},
		{name: "other length", source: datasource.Variables{"group_concat_max_len": "1048576"},
			dest: datasource.Variables{"group_concat_max_len": "1024"}, want: []string{"info differs_default"},
			sql: []string{"SET PERSIST group_concat_max_len = 1048576"}},
		{name: "one setting, two names", source: datasource.Variables{"tx_isolation": "REPEATABLE-READ"},
			dest: datasource.Variables{"transaction_isolation": "READ-COMMITTED", "tx_isolation": "READ-COMMITTED"},
			want: []string{"info differs_default"},
			sql:  []string{"SET PERSIST transaction_isolation = 'REPEATABLE-READ'"}},
		{name: "old name", source: datasource.Variables{"transaction_isolation": "SERIALIZABLE"},
			dest: datasource.Variables{"tx_isolation": "READ-COMMITTED"}, server: checktest.MySQL57,
			want: []string{"info differs_default"}, sql: []string{"SET GLOBAL tx_isolation = 'SERIALIZABLE'"}},
		{name: "snapshot isolation of MariaDB 11.8", source: datasource.Variables{},
			dest: datasource.Variables{"innodb_snapshot_isolation": "ON"}, server: mariadb118,
			want: []string{"info differs_default"}, sql: []string{"SET GLOBAL innodb_snapshot_isolation = OFF"}},
		{name: "no snapshot isolation is OFF", source: datasource.Variables{"innodb_snapshot_isolation": "OFF"},
			dest: datasource.Variables{}},
		{name: "no block_encryption_mode is ECB", source: datasource.Variables{},
			dest: datasource.Variables{"block_encryption_mode": "aes-256-cbc"}, from: checktest.MariaDB1011,
			want: []string{"warning differs_default"}},
		{name: "no explicit_defaults_for_timestamp is OFF",
			source: datasource.Variables{"explicit_defaults_for_timestamp": "ON"}, dest: datasource.Variables{},
			want: []string{"warning differs_default"}},
	})
}
