package mysql_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
)

var (
	errDenied = &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the account lacks a right"}

	mysql56    = server(datasource.FlavorMySQL, 5, 6, 51)
	mysql57    = server(datasource.FlavorMySQL, 5, 7, 44)
	mysql8     = server(datasource.FlavorMySQL, 8, 0, 36)
	mysql97    = server(datasource.FlavorMySQL, 9, 7, 4)
	aurora     = server(datasource.FlavorAurora, 8, 0, 36)
	tidb       = server(datasource.FlavorTiDB, 8, 5, 0)
	mariadb10  = server(datasource.FlavorMariaDB, 10, 11, 18)
	mariadb118 = server(datasource.FlavorMariaDB, 11, 8, 9)
	mariadb55  = server(datasource.FlavorMariaDB, 5, 5, 68)
)

func server(flavor datasource.Flavor, major, minor, patch int) datasource.Server {
	return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: major, Minor: minor, Patch: patch}}
}

type variables = datasource.Variables

// settingCase is a check over a source of which only settings are known, and what it finds.
type settingCase struct {
	name      string
	server    datasource.Server
	variables variables
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
		mysql.BinlogEnabled: {
			{name: "on", server: mysql8, variables: variables{"log_bin": "ON"}},
			{name: "off", server: mysql57, variables: variables{"log_bin": "OFF"}, rules: []string{"off"}},
			{name: "TiDB", server: tidb, variables: variables{"log_bin": "OFF"}, rules: []string{"none"}},
			{name: "not told", server: mysql8, variables: variables{}, unknown: true},
			{name: "a session that does not log", server: mysql8, variables: variables{"log_bin": "ON"}, sessions: session("sql_log_bin", "OFF"), rules: []string{"session_off"}},
			{name: "a session that logs statements", server: mysql8, variables: variables{"log_bin": "ON"}, sessions: session("binlog_format", "MIXED")},
		},
		mysql.BinlogFormat: {
			{name: "row", server: mysql57, variables: variables{"binlog_format": "ROW"}},
			{name: "statement", server: mysql57, variables: variables{"binlog_format": "STATEMENT"}, rules: []string{"not_row"}, sql: []string{"SET GLOBAL binlog_format = 'ROW'"}},
			{name: "mixed", server: mariadb10, variables: variables{"binlog_format": "MIXED"}, rules: []string{"not_row"}, sql: []string{"SET GLOBAL binlog_format = 'ROW'"}},
			{name: "MySQL 8 keeps it over a restart", server: mysql8, variables: variables{"binlog_format": "MIXED"}, rules: []string{"not_row"}, sql: []string{"SET PERSIST binlog_format = 'ROW'"}},
			{name: "Aurora has a parameter group", server: aurora, variables: variables{"binlog_format": "MIXED"}, rules: []string{"not_row"}},
			{name: "gone from a later MySQL", server: server(datasource.FlavorMySQL, 10, 0, 0), variables: variables{}},
			{name: "not told", server: mysql57, variables: variables{}, unknown: true},
			{name: "a cluster that forces statements", server: mariadb10, variables: variables{"binlog_format": "ROW", "wsrep_forced_binlog_format": "STATEMENT"}, rules: []string{"forced"}},
			{name: "a cluster that forces nothing", server: mariadb10, variables: variables{"binlog_format": "ROW", "wsrep_forced_binlog_format": "NONE"}},
			{name: "sessions that log statements", server: mysql8, variables: variables{"binlog_format": "ROW"}, sessions: session("binlog_format", "STATEMENT"), rules: []string{"session_not_row"}},
			{name: "a session that logs rows", server: mysql8, variables: variables{"binlog_format": "STATEMENT"}, sessions: session("binlog_format", "ROW"), rules: []string{"not_row"}},
		},
		mysql.BinlogRowImage: {
			{name: "full", server: mysql8, variables: variables{"binlog_row_image": "FULL"}},
			{name: "lower case", server: mysql8, variables: variables{"binlog_row_image": "full"}},
			{name: "minimal", server: mysql8, variables: variables{"binlog_row_image": "MINIMAL"}, rules: []string{"not_full"}, sql: []string{"SET PERSIST binlog_row_image = 'FULL'"}},
			{name: "without blobs", server: mariadb10, variables: variables{"binlog_row_image": "NOBLOB"}, rules: []string{"not_full"}, sql: []string{"SET GLOBAL binlog_row_image = 'FULL'"}},
			{name: "without what is unchanged", server: mariadb10, variables: variables{"binlog_row_image": "FULL_NODUP"}, rules: []string{"no_duplicates"}},
			{name: "older than the variable", server: mariadb55, variables: variables{}},
			{name: "not told", server: mysql8, variables: variables{}, unknown: true},
			{name: "a session", server: mysql8, variables: variables{"binlog_row_image": "FULL"}, sessions: session("binlog_row_image", "MINIMAL"), rules: []string{"session_not_full"}},
		},
		mysql.BinlogRowValueOptions: {
			{name: "none", server: mysql8, variables: variables{"binlog_row_value_options": "", "binlog_transaction_compression": "OFF"}},
			{name: "older than the variables", server: mysql57, variables: variables{}},
			{name: "partial JSON", server: mysql8, variables: variables{"binlog_row_value_options": "PARTIAL_JSON"}, rules: []string{"partial_json"}, sql: []string{"SET PERSIST binlog_row_value_options = ''"}},
			{name: "a session with partial JSON", server: mysql8, variables: variables{"binlog_row_value_options": ""}, sessions: session("binlog_row_value_options", "PARTIAL_JSON"), rules: []string{"session_partial_json"}},
			{name: "a session without", server: mysql8, variables: variables{"binlog_row_value_options": "PARTIAL_JSON"}, sessions: session("binlog_row_value_options", ""), rules: []string{"partial_json"}},
			{name: "compressed", server: mysql8, variables: variables{"binlog_row_value_options": "", "binlog_transaction_compression": "ON"}, rules: []string{"compressed"}},
			{name: "compressed by MariaDB", server: mariadb10, variables: variables{"log_bin_compress": "ON"}, rules: []string{"compressed"}, sql: []string{"SET GLOBAL log_bin_compress = OFF"}},
		},
		mysql.BinlogRowMetadata: {
			{name: "full", server: mysql8, variables: variables{"binlog_row_metadata": "FULL"}},
			{name: "minimal", server: mysql8, variables: variables{"binlog_row_metadata": "MINIMAL"}, rules: []string{"not_full"}},
			{name: "none", server: mariadb10, variables: variables{"binlog_row_metadata": "NO_LOG"}, rules: []string{"not_full"}},
			{name: "older than the variable", server: mysql57, variables: variables{}},
		},
		mysql.BinlogEncryption: {
			{name: "off", server: mysql8, variables: variables{"binlog_encryption": "OFF"}},
			{name: "on", server: mysql8, variables: variables{"binlog_encryption": "ON"}, rules: []string{"encrypted"}},
			{name: "on in MariaDB", server: mariadb10, variables: variables{"encrypt_binlog": "ON"}, rules: []string{"encrypted"}},
		},
		mysql.BinlogRetention: {
			{name: "30 days", server: mysql97, variables: variables{"binlog_expire_logs_seconds": "2592000", "binlog_expire_logs_auto_purge": "ON"}, phases: checks.Full | checks.Incremental},
			{name: "a day is enough without a load", server: mysql97, variables: variables{"binlog_expire_logs_seconds": "86400"}, phases: checks.Incremental},
			{name: "a day is too short with a load", server: mysql97, variables: variables{"binlog_expire_logs_seconds": "86400"}, phases: checks.Full | checks.Incremental, rules: []string{"too_short"}, sql: []string{"SET PERSIST binlog_expire_logs_seconds = 604800"}},
			{name: "the task asks for more", server: mysql97, variables: variables{"binlog_expire_logs_seconds": "604800"}, settings: checks.Settings{LogRetention: 200 * time.Hour}, rules: []string{"too_short"}},
			{name: "the task asks for less", server: mysql97, variables: variables{"binlog_expire_logs_seconds": "3600"}, settings: checks.Settings{LogRetention: time.Hour}},
			{name: "days of MySQL 5.6", server: mysql56, variables: variables{"expire_logs_days": "3"}, phases: checks.Full | checks.Incremental, rules: []string{"too_short"}, sql: []string{"SET GLOBAL expire_logs_days = 7"}},
			{name: "days of MySQL 8", server: mysql8, variables: variables{"expire_logs_days": "3", "binlog_expire_logs_seconds": "0"}, phases: checks.Full | checks.Incremental, rules: []string{"too_short"},
				sql: []string{"SET PERSIST expire_logs_days = 0", "SET PERSIST binlog_expire_logs_seconds = 604800"}},
			{name: "fraction of a day in MariaDB", server: mariadb10, variables: variables{"expire_logs_days": "0.500000", "binlog_expire_logs_seconds": "43200"}, phases: checks.Incremental, rules: []string{"too_short"}, sql: []string{"SET GLOBAL binlog_expire_logs_seconds = 86400"}},
			{name: "never removed", server: mariadb10, variables: variables{"expire_logs_days": "0.000000", "binlog_expire_logs_seconds": "0"}, rules: []string{"never_removed"}},
			{name: "not purged by itself", server: mysql97, variables: variables{"binlog_expire_logs_seconds": "60", "binlog_expire_logs_auto_purge": "OFF"}, rules: []string{"never_removed"}},
			{name: "by size", server: server(datasource.FlavorMariaDB, 11, 4, 2), variables: variables{"binlog_expire_logs_seconds": "2592000", "max_binlog_total_size": "1073741824"}, rules: []string{"by_size"}},
			{name: "not told", server: mysql8, variables: variables{}, unknown: true},
			{name: "Amazon RDS", server: mysql8, variables: variables{"binlog_expire_logs_seconds": "2592000", "basedir": "/rdsdbbin/mysql/"}, unknown: true},
		},
		mysql.GTIDMode: {
			{name: "on", server: mysql97, variables: variables{"gtid_mode": "ON", "enforce_gtid_consistency": "ON"}},
			{name: "off", server: mysql8, variables: variables{"gtid_mode": "OFF", "enforce_gtid_consistency": "OFF"}, rules: []string{"off"}, sql: []string{"SET PERSIST enforce_gtid_consistency = ON",
				"SET PERSIST gtid_mode = OFF_PERMISSIVE", "SET PERSIST gtid_mode = ON_PERMISSIVE", "SET PERSIST gtid_mode = ON"}},
			{name: "off in MySQL 5.6", server: mysql56, variables: variables{"gtid_mode": "OFF", "enforce_gtid_consistency": "OFF"}, rules: []string{"off"}},
			{name: "half way", server: mysql57, variables: variables{"gtid_mode": "ON_PERMISSIVE", "enforce_gtid_consistency": "ON"}, rules: []string{"changing"}, sql: []string{"SET GLOBAL enforce_gtid_consistency = ON", "SET GLOBAL gtid_mode = ON"}},
			{name: "MariaDB", server: mariadb10, variables: variables{"gtid_domain_id": "0"}},
			{name: "not told", server: mysql8, variables: variables{}, unknown: true},
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

// What a task asks for and does not get is a failure; what it only ought to have is a warning.
func TestBinlogRetentionLevel(t *testing.T) {
	t.Parallel()
	source := datasource.Snapshot{datasource.FactServer: mysql97, datasource.FactVariables: variables{"binlog_expire_logs_seconds": "60"}}
	for asked, want := range map[time.Duration]checks.Level{0: checks.Warn, time.Hour: checks.Fail} {
		findings, _, err := checktest.Facts{Source: source, Settings: checks.Settings{LogRetention: asked}}.Run(t, mysql.BinlogRetention)
		if err != nil || len(findings) != 1 || findings[0].Level != want {
			t.Errorf("asked for %s: %v, %v, want one %s", asked, findings, err, want)
		}
	}
}

// Sessions are an extra: that they cannot be seen is remarked, and spoils nothing.
func TestSessionsThatCannotBeSeen(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]datasource.Snapshot{
		"denied":       {datasource.FactVariables: variables{"binlog_format": "ROW", "performance_schema": "ON"}, datasource.FactLogSessions: errDenied},
		"switched off": {datasource.FactVariables: variables{"binlog_format": "ROW", "performance_schema": "OFF"}, datasource.FactLogSessions: []datasource.SessionSetting(nil)},
	} {
		source[datasource.FactServer] = mysql8
		findings, notes, err := checktest.Facts{Source: source}.Run(t, mysql.BinlogFormat)
		if err != nil || len(findings) != 0 || len(notes) != 1 {
			t.Errorf("%s: %v, %q, %v, want one remark", name, findings, notes, err)
		}
	}
}

func TestBinlogFilter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status datasource.BinaryLogStatus
		fold   datasource.NameCase
		want   []string
	}{
		{"no filter", datasource.BinaryLogStatus{}, 0, nil},
		{"among those logged", datasource.BinaryLogStatus{DoDatabases: []string{"a", "shop"}}, 0, nil},
		{"not among those logged", datasource.BinaryLogStatus{DoDatabases: []string{"a"}}, 0, []string{"not_logged"}},
		{"in another case", datasource.BinaryLogStatus{DoDatabases: []string{"Shop"}}, 0, []string{"not_logged"}},
		{"in another case that is folded", datasource.BinaryLogStatus{DoDatabases: []string{"Shop"}}, datasource.CaseFolded, nil},
		{"ignored", datasource.BinaryLogStatus{IgnoreDatabases: []string{"shop"}}, 0, []string{"ignored"}},
		{"another is ignored", datasource.BinaryLogStatus{IgnoreDatabases: []string{"test"}}, 0, nil},
		{"logged and ignored", datasource.BinaryLogStatus{DoDatabases: []string{"shop"}, IgnoreDatabases: []string{"shop"}}, 0, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{
				datasource.FactServer:          datasource.Server{NameCase: tc.fold},
				datasource.FactBinaryLogStatus: tc.status,
				datasource.FactSchemas:         []datasource.Schema{{Name: "shop"}},
				datasource.FactTables:          datasource.Tables{{TableName: datasource.TableName{Schema: "shop", Name: "t"}, Kind: datasource.BaseTable}},
			}
			findings, _, err := checktest.Facts{Source: source}.Run(t, mysql.BinlogFilter)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
	source := datasource.Snapshot{datasource.FactServer: mysql8, datasource.FactBinaryLogStatus: errDenied}
	if _, _, err := (checktest.Facts{Source: source}).Run(t, mysql.BinlogFilter); !errors.Is(err, errDenied) {
		t.Errorf("denied: %v", err)
	}
}

func TestServerID(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name         string
		source, dest variables
		route        checks.Route
		want         []string
	}{
		{"apart", variables{"server_id": "2"}, variables{"server_id": "3"}, checks.Route{}, nil},
		{"zero", variables{"server_id": "0"}, variables{"server_id": "3"}, checks.Route{}, []string{"zero"}},
		{"the same", variables{"server_id": "2", "server_uuid": "a"}, variables{"server_id": "2", "server_uuid": "b"}, checks.Route{}, []string{"same_as_destination"}},
		{"the same server", variables{"server_id": "2", "server_uuid": "a"}, variables{"server_id": "2", "server_uuid": "a"}, checks.Route{}, nil},
		{"the same, on MariaDB without ids of servers", variables{"server_id": "2", "hostname": "a", "port": "3306"}, variables{"server_id": "2", "hostname": "b", "port": "3306"},
			checks.Route{}, []string{"same_as_destination"}},
		{"the same, on servers that nothing tells apart", variables{"server_id": "2", "hostname": "a"}, variables{"server_id": "2", "hostname": "a"}, checks.Route{}, nil},
		{"the preset one", variables{"server_id": "1"}, variables{"server_id": "3"}, checks.Route{}, []string{"preset"}},
		{"OceanBase has no such ids", variables{"server_id": "2"}, nil, checks.Route{Dest: datasource.OceanBaseMySQL}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: mysql8, datasource.FactVariables: tc.source, datasource.FactReplicas: []datasource.Replica{{ServerID: 9}}}
			findings, _, err := checktest.Facts{Source: source, Dest: datasource.Snapshot{datasource.FactVariables: tc.dest}, Route: tc.route}.Run(t, mysql.ServerID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLogReplicaUpdates(t *testing.T) {
	t.Parallel()
	replica := []datasource.ReplicaChannel{{Source: "10.0.0.1:3306"}}
	for _, tc := range []struct {
		name      string
		variables variables
		channels  any
		want      []string
		unknown   bool
	}{
		{"on, whatever it is", variables{"log_replica_updates": "ON"}, errDenied, nil, false},
		{"off on a primary", variables{"log_slave_updates": "OFF"}, []datasource.ReplicaChannel(nil), nil, false},
		{"off on a replica", variables{"log_slave_updates": "OFF"}, replica, []string{"not_logged"}, false},
		{"off, and nobody may know what it is", variables{"log_slave_updates": "OFF"}, errDenied, nil, true},
		{"not told", variables{}, replica, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: mariadb10, datasource.FactVariables: tc.variables, datasource.FactReplicaChannels: tc.channels}
			findings, _, err := checktest.Facts{Source: source}.Run(t, mysql.LogReplicaUpdates)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
