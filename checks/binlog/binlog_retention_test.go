package binlog_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogRetention(t *testing.T) {
	t.Parallel()
	runSettings(t, binlog.BinlogRetention, []settingCase{
		{name: "30 days", server: checktest.MySQL97,
			variables: datasource.Variables{"binlog_expire_logs_seconds": "2592000",
				"binlog_expire_logs_auto_purge": "ON"},
			phases: checks.Full | checks.Incremental},
		{name: "a day is enough without a load", server: checktest.MySQL97,
			variables: datasource.Variables{"binlog_expire_logs_seconds": "86400"}, phases: checks.Incremental},
		{name: "a day is too short with a load", server: checktest.MySQL97,
			variables: datasource.Variables{"binlog_expire_logs_seconds": "86400"},
			phases:    checks.Full | checks.Incremental,
			rules:     []string{"too_short"}, sql: []string{"SET PERSIST binlog_expire_logs_seconds = 604800"}},
		{name: "shorter than the task requires", server: checktest.MySQL97,
			variables: datasource.Variables{"binlog_expire_logs_seconds": "604800"},
			settings:  checks.Settings{LogRetention: 200 * time.Hour}, rules: []string{"too_short"}},
		{name: "longer than the task requires", server: checktest.MySQL97,
			variables: datasource.Variables{"binlog_expire_logs_seconds": "3600"},
			settings:  checks.Settings{LogRetention: time.Hour}},
		{name: "days on MySQL 5.6", server: mysql56, variables: datasource.Variables{"expire_logs_days": "3"},
			phases: checks.Full | checks.Incremental, rules: []string{"too_short"},
			sql: []string{"SET GLOBAL expire_logs_days = 7"}},
		{name: "days on MySQL 8", server: checktest.MySQL80,
			variables: datasource.Variables{"expire_logs_days": "3", "binlog_expire_logs_seconds": "0"},
			phases:    checks.Full | checks.Incremental, rules: []string{"too_short"},
			sql: []string{"SET PERSIST expire_logs_days = 0", "SET PERSIST binlog_expire_logs_seconds = 604800"}},
		{name: "fraction of a day on MariaDB", server: checktest.MariaDB1011,
			variables: datasource.Variables{"expire_logs_days": "0.500000", "binlog_expire_logs_seconds": "43200"},
			phases:    checks.Incremental, rules: []string{"too_short"},
			sql: []string{"SET GLOBAL binlog_expire_logs_seconds = 86400"}},
		{name: "never removed", server: checktest.MariaDB1011,
			variables: datasource.Variables{"expire_logs_days": "0.000000", "binlog_expire_logs_seconds": "0"},
			rules:     []string{"never_removed"}},
		{name: "no automatic purge", server: checktest.MySQL97,
			variables: datasource.Variables{"binlog_expire_logs_seconds": "60", "binlog_expire_logs_auto_purge": "OFF"},
			rules:     []string{"never_removed"}},
		{name: "limited by size", server: checktest.ServerAt(datasource.FlavorMariaDB, "11.4.2"),
			variables: datasource.Variables{"binlog_expire_logs_seconds": "2592000",
				"max_binlog_total_size": "1073741824"},
			rules: []string{"by_size"}},
		{name: "variable missing", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
		{name: "Amazon RDS", server: checktest.MySQL80,
			variables: datasource.Variables{"binlog_expire_logs_seconds": "2592000", "basedir": "/rdsdbbin/mysql/"},
			unknown:   true},
	})
}

// TestBinlogRetentionLevel fails below the requirement of the task, and warns below the default.
func TestBinlogRetentionLevel(t *testing.T) {
	t.Parallel()
	source := datasource.Snapshot{datasource.FactServer: checktest.MySQL97,
		datasource.FactVariables: datasource.Variables{"binlog_expire_logs_seconds": "60"}}
	for required, want := range map[time.Duration]checks.Level{0: checks.Warn, time.Hour: checks.Fail} {
		findings, _, err := checktest.Facts{Source: source, Settings: checks.Settings{LogRetention: required}}.Run(t,
			binlog.BinlogRetention)
		if err != nil || len(findings) != 1 || findings[0].Level != want {
			t.Errorf("required %s: findings %v, error %v, want one %s", required, findings, err, want)
		}
	}
}
