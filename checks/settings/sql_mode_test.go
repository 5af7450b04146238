package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

var MariaDB1189 = checktest.ServerAt(datasource.FlavorMariaDB, "11.8.9")

// pairCase is the run of a check on the settings of two servers, and what the check must find.
type pairCase struct {
	name         string
	server, from datasource.Server // of the destination and of the source; default: MySQL 8
	source, dest datasource.Variables
	columns      []datasource.Column // of the source's only table
	accepted     datasource.SQLModes
	want         []string // level and rule
	sql          []string // of the first finding
	unknown      bool
}

func (tc pairCase) run(t *testing.T, c *checks.Check) {
	t.Helper()
	for _, s := range []*datasource.Server{&tc.server, &tc.from} {
		if s.Flavor == "" {
			*s = checktest.MySQL80
		}
	}
	table := datasource.TableName{Schema: "shop", Name: "t"}
	task := checktest.Facts{
		Source: datasource.Snapshot{datasource.FactServer: tc.from, datasource.FactVariables: tc.source, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables:  datasource.Tables{{TableName: table, Kind: datasource.BaseTable, Collation: "utf8mb3_general_ci"}},
			datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: table, Rows: tc.columns})},
		Dest: datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactVariables: tc.dest, datasource.FactSQLModes: tc.accepted},
	}
	findings, _, err := task.Run(t, c)
	if (err != nil) != tc.unknown {
		t.Fatalf("error %v, want an error: %v", err, tc.unknown)
	}
	var got []string
	for _, f := range findings {
		got = append(got, f.Level.String()+" "+f.Rule)
	}
	if diff := cmp.Diff(tc.want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if tc.sql != nil && len(findings) > 0 {
		if diff := cmp.Diff(tc.sql, findings[0].SQL); diff != "" {
			t.Errorf("SQL (-want +got):\n%s", diff)
		}
	}
}

func column(dataType string, bytes int64) datasource.Column {
	return datasource.Column{Name: "c", ColumnType: &datasource.ColumnType{DataType: dataType, ByteLength: bytes}}
}

func TestSettingsThatMustAgree(t *testing.T) {
	t.Parallel()
	mode := func(m string) datasource.Variables { return datasource.Variables{"sql_mode": m} }
	packet := func(n string) datasource.Variables { return datasource.Variables{"max_allowed_packet": n} }
	columns := func(c ...datasource.Column) []datasource.Column { return c }
	for check, cases := range map[*checks.Check][]pairCase{
		settings.SQLMode: {
			{name: "equal in another order", source: mode("ANSI_QUOTES,STRICT_TRANS_TABLES"), dest: mode("STRICT_TRANS_TABLES,ANSI_QUOTES")},
			{name: "both empty", source: mode(""), dest: mode("")},
			{name: "stricter destination", source: mode(""), dest: mode("NO_ZERO_DATE"), want: []string{"warning differs"}, sql: []string{"SET PERSIST sql_mode = ''"}},
			{name: "less strict destination", source: mode("STRICT_TRANS_TABLES"), dest: mode(""), server: checktest.MariaDB1011, accepted: datasource.SQLModes{}, want: []string{"warning differs"}, sql: []string{"SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'"}},
			{name: "harmless difference", source: mode("NO_ENGINE_SUBSTITUTION"), dest: mode(""), accepted: datasource.SQLModes{}, want: []string{"info differs"}},
			{name: "unknown mode", source: mode("NO_AUTO_CREATE_USER,ANSI_QUOTES"), dest: mode("ANSI_QUOTES"), accepted: datasource.SQLModes{"NO_AUTO_CREATE_USER": false}, want: []string{"warning unknown_mode"}},
			{name: "unknown and missing modes", source: mode("ORACLE,ANSI_QUOTES"), dest: mode(""), accepted: datasource.SQLModes{"ORACLE": false, "DB2": true}, want: []string{"warning differs", "warning unknown_mode"},
				sql: []string{"SET PERSIST sql_mode = 'ANSI_QUOTES'"}},
			{name: "Aurora", source: mode(""), dest: mode("ANSI_QUOTES"), server: checktest.Aurora80, want: []string{"warning differs"}, sql: []string(nil)},
			{name: "variable missing", source: mode(""), dest: datasource.Variables{}, unknown: true},
		},
		settings.MaxAllowedPacket: {
			{name: "equal", source: packet("67108864"), dest: packet("67108864"), columns: columns(column("longtext", 1<<32-1))},
			{name: "lower, with long values", source: packet("67108864"), dest: packet("16777216"), columns: columns(column("longtext", 1<<32-1)), want: []string{"warning below_source"}, sql: []string{"SET PERSIST max_allowed_packet = 67108864"}},
			{name: "lower, with short values", source: packet("67108864"), dest: packet("16777216"), columns: columns(column("text", 65535), column("enum", 4))},
			{name: "below 64 MiB, with JSON", source: packet("16777216"), dest: packet("16777216"), columns: columns(column("json", 0)), want: []string{"warning small"}},
			{name: "64 KiB, with TEXT", source: packet("65536"), dest: packet("65536"), columns: columns(column("text", 65535)), want: []string{"warning small"}},
			{name: "higher than the source", source: packet("1048576"), dest: packet("134217728"), columns: columns(column("json", 0))},
			{name: "variable missing", source: datasource.Variables{}, dest: packet("1"), unknown: true},
		},
		settings.SessionDefaults: {
			{name: "equal", source: datasource.Variables{"group_concat_max_len": "1024"}, dest: datasource.Variables{"group_concat_max_len": "1024"}},
			{name: "other length", source: datasource.Variables{"group_concat_max_len": "1048576"}, dest: datasource.Variables{"group_concat_max_len": "1024"}, want: []string{"info differs_default"}, sql: []string{"SET PERSIST group_concat_max_len = 1048576"}},
			{name: "one setting, two names", source: datasource.Variables{"tx_isolation": "REPEATABLE-READ"}, dest: datasource.Variables{"transaction_isolation": "READ-COMMITTED", "tx_isolation": "READ-COMMITTED"},
				want: []string{"info differs_default"}, sql: []string{"SET PERSIST transaction_isolation = 'REPEATABLE-READ'"}},
			{name: "old name", source: datasource.Variables{"transaction_isolation": "SERIALIZABLE"}, dest: datasource.Variables{"tx_isolation": "READ-COMMITTED"}, server: checktest.MySQL57,
				want: []string{"info differs_default"}, sql: []string{"SET GLOBAL tx_isolation = 'SERIALIZABLE'"}},
			{name: "snapshot isolation of MariaDB 11.8", source: datasource.Variables{}, dest: datasource.Variables{"innodb_snapshot_isolation": "ON"}, server: MariaDB1189, want: []string{"info differs_default"}, sql: []string{"SET GLOBAL innodb_snapshot_isolation = OFF"}},
			{name: "no snapshot isolation is OFF", source: datasource.Variables{"innodb_snapshot_isolation": "OFF"}, dest: datasource.Variables{}},
			{name: "no block_encryption_mode is ECB", source: datasource.Variables{}, dest: datasource.Variables{"block_encryption_mode": "aes-256-cbc"}, from: checktest.MariaDB1011, want: []string{"warning differs_default"}},
			{name: "no explicit_defaults_for_timestamp is OFF", source: datasource.Variables{"explicit_defaults_for_timestamp": "ON"}, dest: datasource.Variables{}, want: []string{"warning differs_default"}},
		},
		settings.LocalInfile: {
			{name: "on", dest: datasource.Variables{"local_infile": "ON"}},
			{name: "off", dest: datasource.Variables{"local_infile": "OFF"}, want: []string{"info off"}, sql: []string{"SET PERSIST local_infile = ON"}},
			{name: "variable missing", dest: datasource.Variables{}, unknown: true},
		},
	} {
		for _, tc := range cases {
			t.Run(check.Type+" "+tc.name, func(t *testing.T) {
				t.Parallel()
				tc.run(t, check)
			})
		}
	}
}
