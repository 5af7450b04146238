package binlog_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

var MySQL5646 = checktest.ServerAt(datasource.FlavorMySQL, "5.6.51")

var TiDB85 = checktest.ServerAt(datasource.FlavorTiDB, "8.5.0")

var MariaDB5568 = checktest.ServerAt(datasource.FlavorMariaDB, "5.5.68")

// settingCase is a check over a source of which only settings are known, and what it finds.
type settingCase struct {
	name      string
	server    datasource.Server
	variables datasource.Variables
	sessions  []datasource.SessionSetting
	phases    checks.Phases
	settings  checks.Settings
	rules     []string
	sql       []string // of the first finding
	unknown   bool
}

func (tc settingCase) run(t *testing.T, c *checks.Check) {
	t.Helper()
	source := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactVariables: tc.variables, datasource.FactLogSessions: tc.sessions}
	findings, _, err := checktest.Facts{Source: source, Settings: tc.settings, Route: checks.Route{Phases: tc.phases}}.Run(t, c)
	if (err != nil) != tc.unknown {
		t.Fatalf("error %v, want one: %v", err, tc.unknown)
	}
	if diff := cmp.Diff(tc.rules, checktest.Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if tc.sql != nil && len(findings) > 0 {
		if diff := cmp.Diff(tc.sql, findings[0].SQL); diff != "" {
			t.Errorf("SQL (-want +got):\n%s", diff)
		}
	}
}

func TestBinlogSettings(t *testing.T) {
	t.Parallel()
	session := func(variable, value string) []datasource.SessionSetting {
		return []datasource.SessionSetting{{Session: 7, Account: "app@10.0.0.1", Variable: variable, Value: value}, {Session: 8, Account: "app@10.0.0.1", Variable: variable, Value: value}}
	}
	for check, cases := range map[*checks.Check][]settingCase{
		binlog.BinlogEnabled: {
			{name: "on", server: checktest.MySQL80, variables: datasource.Variables{"log_bin": "ON"}},
			{name: "off", server: checktest.MySQL57, variables: datasource.Variables{"log_bin": "OFF"}, rules: []string{"off"}},
			{name: "TiDB", server: TiDB85, variables: datasource.Variables{"log_bin": "OFF"}, rules: []string{"none"}},
			{name: "not told", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
			{name: "a session that does not log", server: checktest.MySQL80, variables: datasource.Variables{"log_bin": "ON"}, sessions: session("sql_log_bin", "OFF"), rules: []string{"session_off"}},
			{name: "a session that logs statements", server: checktest.MySQL80, variables: datasource.Variables{"log_bin": "ON"}, sessions: session("binlog_format", "MIXED")},
		},
		binlog.BinlogFormat: {
			{name: "row", server: checktest.MySQL57, variables: datasource.Variables{"binlog_format": "ROW"}},
			{name: "statement", server: checktest.MySQL57, variables: datasource.Variables{"binlog_format": "STATEMENT"}, rules: []string{"not_row"}, sql: []string{"SET GLOBAL binlog_format = 'ROW'"}},
			{name: "mixed", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_format": "MIXED"}, rules: []string{"not_row"}, sql: []string{"SET GLOBAL binlog_format = 'ROW'"}},
			{name: "MySQL 8 keeps it over a restart", server: checktest.MySQL80, variables: datasource.Variables{"binlog_format": "MIXED"}, rules: []string{"not_row"}, sql: []string{"SET PERSIST binlog_format = 'ROW'"}},
			{name: "Aurora has a parameter group", server: checktest.Aurora80, variables: datasource.Variables{"binlog_format": "MIXED"}, rules: []string{"not_row"}},
			{name: "gone from a later MySQL", server: checktest.ServerAt(datasource.FlavorMySQL, "10.0.0"), variables: datasource.Variables{}},
			{name: "not told", server: checktest.MySQL57, variables: datasource.Variables{}, unknown: true},
			{name: "a cluster that forces statements", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_format": "ROW", "wsrep_forced_binlog_format": "STATEMENT"}, rules: []string{"forced"}},
			{name: "a cluster that forces nothing", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_format": "ROW", "wsrep_forced_binlog_format": "NONE"}},
			{name: "sessions that log statements", server: checktest.MySQL80, variables: datasource.Variables{"binlog_format": "ROW"}, sessions: session("binlog_format", "STATEMENT"), rules: []string{"session_not_row"}},
			{name: "a session that logs rows", server: checktest.MySQL80, variables: datasource.Variables{"binlog_format": "STATEMENT"}, sessions: session("binlog_format", "ROW"), rules: []string{"not_row"}},
		},
		binlog.BinlogRowImage: {
			{name: "full", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "FULL"}},
			{name: "lower case", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "full"}},
			{name: "minimal", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "MINIMAL"}, rules: []string{"not_full"}, sql: []string{"SET PERSIST binlog_row_image = 'FULL'"}},
			{name: "without blobs", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_row_image": "NOBLOB"}, rules: []string{"not_full"}, sql: []string{"SET GLOBAL binlog_row_image = 'FULL'"}},
			{name: "without what is unchanged", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_row_image": "FULL_NODUP"}, rules: []string{"no_duplicates"}},
			{name: "older than the variable", server: MariaDB5568, variables: datasource.Variables{}},
			{name: "not told", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
			{name: "a session", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_image": "FULL"}, sessions: session("binlog_row_image", "MINIMAL"), rules: []string{"session_not_full"}},
		},
		binlog.BinlogRowValueOptions: {
			{name: "none", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_value_options": "", "binlog_transaction_compression": "OFF"}},
			{name: "older than the variables", server: checktest.MySQL57, variables: datasource.Variables{}},
			{name: "partial JSON", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_value_options": "PARTIAL_JSON"}, rules: []string{"partial_json"}, sql: []string{"SET PERSIST binlog_row_value_options = ''"}},
			{name: "a session with partial JSON", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_value_options": ""}, sessions: session("binlog_row_value_options", "PARTIAL_JSON"), rules: []string{"session_partial_json"}},
			{name: "a session without", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_value_options": "PARTIAL_JSON"}, sessions: session("binlog_row_value_options", ""), rules: []string{"partial_json"}},
			{name: "compressed", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_value_options": "", "binlog_transaction_compression": "ON"}, rules: []string{"compressed"}},
			{name: "compressed by MariaDB", server: checktest.MariaDB1011, variables: datasource.Variables{"log_bin_compress": "ON"}, rules: []string{"compressed"}, sql: []string{"SET GLOBAL log_bin_compress = OFF"}},
		},
		binlog.BinlogRowMetadata: {
			{name: "full", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_metadata": "FULL"}},
			{name: "minimal", server: checktest.MySQL80, variables: datasource.Variables{"binlog_row_metadata": "MINIMAL"}, rules: []string{"not_full"}},
			{name: "none", server: checktest.MariaDB1011, variables: datasource.Variables{"binlog_row_metadata": "NO_LOG"}, rules: []string{"not_full"}},
			{name: "older than the variable", server: checktest.MySQL57, variables: datasource.Variables{}},
		},
		binlog.BinlogEncryption: {
			{name: "off", server: checktest.MySQL80, variables: datasource.Variables{"binlog_encryption": "OFF"}},
			{name: "on", server: checktest.MySQL80, variables: datasource.Variables{"binlog_encryption": "ON"}, rules: []string{"encrypted"}},
			{name: "on in MariaDB", server: checktest.MariaDB1011, variables: datasource.Variables{"encrypt_binlog": "ON"}, rules: []string{"encrypted"}},
		},
		binlog.BinlogRetention: {
			{name: "30 days", server: checktest.MySQL97, variables: datasource.Variables{"binlog_expire_logs_seconds": "2592000", "binlog_expire_logs_auto_purge": "ON"}, phases: checks.Full | checks.Incremental},
			{name: "a day is enough without a load", server: checktest.MySQL97, variables: datasource.Variables{"binlog_expire_logs_seconds": "86400"}, phases: checks.Incremental},
			{name: "a day is too short with a load", server: checktest.MySQL97, variables: datasource.Variables{"binlog_expire_logs_seconds": "86400"}, phases: checks.Full | checks.Incremental, rules: []string{"too_short"}, sql: []string{"SET PERSIST binlog_expire_logs_seconds = 604800"}},
			{name: "the task asks for more", server: checktest.MySQL97, variables: datasource.Variables{"binlog_expire_logs_seconds": "604800"}, settings: checks.Settings{LogRetention: 200 * time.Hour}, rules: []string{"too_short"}},
			{name: "the task asks for less", server: checktest.MySQL97, variables: datasource.Variables{"binlog_expire_logs_seconds": "3600"}, settings: checks.Settings{LogRetention: time.Hour}},
			{name: "days of MySQL 5.6", server: MySQL5646, variables: datasource.Variables{"expire_logs_days": "3"}, phases: checks.Full | checks.Incremental, rules: []string{"too_short"}, sql: []string{"SET GLOBAL expire_logs_days = 7"}},
			{name: "days of MySQL 8", server: checktest.MySQL80, variables: datasource.Variables{"expire_logs_days": "3", "binlog_expire_logs_seconds": "0"}, phases: checks.Full | checks.Incremental, rules: []string{"too_short"},
				sql: []string{"SET PERSIST expire_logs_days = 0", "SET PERSIST binlog_expire_logs_seconds = 604800"}},
			{name: "fraction of a day in MariaDB", server: checktest.MariaDB1011, variables: datasource.Variables{"expire_logs_days": "0.500000", "binlog_expire_logs_seconds": "43200"}, phases: checks.Incremental, rules: []string{"too_short"}, sql: []string{"SET GLOBAL binlog_expire_logs_seconds = 86400"}},
			{name: "never removed", server: checktest.MariaDB1011, variables: datasource.Variables{"expire_logs_days": "0.000000", "binlog_expire_logs_seconds": "0"}, rules: []string{"never_removed"}},
			{name: "not purged by itself", server: checktest.MySQL97, variables: datasource.Variables{"binlog_expire_logs_seconds": "60", "binlog_expire_logs_auto_purge": "OFF"}, rules: []string{"never_removed"}},
			{name: "by size", server: checktest.ServerAt(datasource.FlavorMariaDB, "11.4.2"), variables: datasource.Variables{"binlog_expire_logs_seconds": "2592000", "max_binlog_total_size": "1073741824"}, rules: []string{"by_size"}},
			{name: "not told", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
			{name: "Amazon RDS", server: checktest.MySQL80, variables: datasource.Variables{"binlog_expire_logs_seconds": "2592000", "basedir": "/rdsdbbin/mysql/"}, unknown: true},
		},
		binlog.GTIDMode: {
			{name: "on", server: checktest.MySQL97, variables: datasource.Variables{"gtid_mode": "ON", "enforce_gtid_consistency": "ON"}},
			{name: "off", server: checktest.MySQL80, variables: datasource.Variables{"gtid_mode": "OFF", "enforce_gtid_consistency": "OFF"}, rules: []string{"off"}, sql: []string{"SET PERSIST enforce_gtid_consistency = ON",
				"SET PERSIST gtid_mode = OFF_PERMISSIVE", "SET PERSIST gtid_mode = ON_PERMISSIVE", "SET PERSIST gtid_mode = ON"}},
			{name: "off in MySQL 5.6", server: MySQL5646, variables: datasource.Variables{"gtid_mode": "OFF", "enforce_gtid_consistency": "OFF"}, rules: []string{"off"}},
			{name: "half way", server: checktest.MySQL57, variables: datasource.Variables{"gtid_mode": "ON_PERMISSIVE", "enforce_gtid_consistency": "ON"}, rules: []string{"changing"}, sql: []string{"SET GLOBAL enforce_gtid_consistency = ON", "SET GLOBAL gtid_mode = ON"}},
			{name: "MariaDB", server: checktest.MariaDB1011, variables: datasource.Variables{"gtid_domain_id": "0"}},
			{name: "not told", server: checktest.MySQL80, variables: datasource.Variables{}, unknown: true},
		},
	} {
		for _, tc := range cases {
			t.Run(check.Type+"/"+tc.name, func(t *testing.T) {
				t.Parallel()
				tc.run(t, check)
			})
		}
	}
}
