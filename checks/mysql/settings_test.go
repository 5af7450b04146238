package mysql_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func withCase(s datasource.Server, c datasource.NameCase) datasource.Server {
	s.NameCase = c
	return s
}

func TestLowerCaseTableNames(t *testing.T) {
	t.Parallel()
	const sensitive, lower, folded = datasource.CaseSensitive, datasource.CaseLower, datasource.CaseFolded
	for _, tc := range []struct {
		name         string
		source, dest datasource.NameCase
		schemas      []string
		tables       []string // of the first schema
		want         []string
	}{
		{"equal", sensitive, sensitive, []string{"shop"}, []string{"T", "t"}, nil},
		{"no upper case", sensitive, lower, []string{"shop"}, []string{"t"}, nil},
		{"upper case", sensitive, lower, []string{"shop"}, []string{"T"}, []string{"lowered lower_case_table_names"}},
		{"upper case is kept", sensitive, folded, []string{"shop"}, []string{"T"}, nil},
		{"tables collide", sensitive, folded, []string{"shop"}, []string{"T", "t", "u"}, []string{"tables_collide shop.T"}},
		{"tables collide in lower case", sensitive, lower, []string{"shop"}, []string{"Ab", "aB", "ab"}, []string{"tables_collide shop.ab", "lowered lower_case_table_names"}},
		{"schemas collide", sensitive, lower, []string{"Shop", "shop"}, []string{"t"}, []string{"schemas_collide shop", "lowered lower_case_table_names"}},
		{"case counts at the destination alone", lower, sensitive, []string{"shop"}, []string{"t"}, []string{"case_counts lower_case_table_names"}},
		{"written in lower case now", folded, lower, []string{"shop"}, []string{"T"}, []string{"lowered lower_case_table_names"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var schemas []datasource.Schema
			for _, name := range tc.schemas {
				schemas = append(schemas, datasource.Schema{Name: name})
			}
			var tables []datasource.Table
			for _, name := range tc.tables {
				tables = append(tables, datasource.Table{TableName: datasource.TableName{Schema: tc.schemas[0], Name: name}, Kind: datasource.BaseTable})
			}
			task := checktest.Facts{
				Source: datasource.Snapshot{datasource.FactServer: withCase(mysql8, tc.source), datasource.FactSchemas: schemas, datasource.FactTables: datasource.SortTables(tables)},
				Dest:   datasource.Snapshot{datasource.FactServer: withCase(mysql8, tc.dest)},
			}
			for _, name := range append(tc.schemas, "SHOP") { // which is not there
				task.Selection.Databases = append(task.Selection.Databases, checks.SelectedDatabase{Name: name})
			}
			findings, _, err := task.Run(t, mysql.LowerCaseTableNames)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Rule+" "+f.Object.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLowerCaseTableNamesOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--lower-case-table-names=1")
	schema := from.Database(t)
	from.Exec(t, "CREATE TABLE "+schema+".Orders (id INT PRIMARY KEY)", "CREATE TABLE "+schema+".orders (id INT PRIMARY KEY)")
	task := checktest.Real{Source: checktest.End{Server: from, Schema: schema}, Dest: checktest.End{Server: to, Schema: schema}}
	want := func(outcome engine.Outcome, rules ...string) {
		t.Helper()
		got := task.Run(t, mysql.LowerCaseTableNames)
		var found []string
		for _, f := range got.Findings {
			found = append(found, f.Rule+" "+f.Object.String())
		}
		if diff := cmp.Diff(rules, found); diff != "" || got.Outcome != outcome {
			t.Errorf("it is %s (-want +got):\n%s", got.Outcome, diff)
		}
	}
	want(engine.Failed, "tables_collide "+schema+".orders", "lowered lower_case_table_names")
	task.Exclude = []string{schema + ".Orders"}
	want(engine.Passed)
}

// pairCase is a comparison of the settings of two servers.
type pairCase struct {
	name         string
	server, from datasource.Server // of the destination and of the source; default: MySQL 8
	source, dest variables
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
			*s = mysql8
		}
	}
	table := datasource.TableName{Schema: "shop", Name: "t"}
	task := checktest.Facts{
		Source: datasource.Snapshot{datasource.FactServer: tc.from, datasource.FactVariables: tc.source, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables:  datasource.Tables{{TableName: table, Kind: datasource.BaseTable, Collation: "utf8mb3_general_ci"}},
			datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: table, Rows: tc.columns})},
		Dest: datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactVariables: tc.dest, datasource.FactSQLModes: tc.accepted},
	}
	findings, _, err := task.Run(t, c)
	if (err != nil) != tc.unknown {
		t.Fatalf("error %v, want one: %v", err, tc.unknown)
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
	mode := func(m string) variables { return variables{"sql_mode": m} }
	packet := func(n string) variables { return variables{"max_allowed_packet": n} }
	columns := func(c ...datasource.Column) []datasource.Column { return c }
	for check, cases := range map[*checks.Check][]pairCase{
		mysql.SQLMode: {
			{name: "the same in another order", source: mode("ANSI_QUOTES,STRICT_TRANS_TABLES"), dest: mode("STRICT_TRANS_TABLES,ANSI_QUOTES")},
			{name: "both empty", source: mode(""), dest: mode("")},
			{name: "stricter", source: mode(""), dest: mode("NO_ZERO_DATE"), want: []string{"warning differs"}, sql: []string{"SET PERSIST sql_mode = ''"}},
			{name: "laxer", source: mode("STRICT_TRANS_TABLES"), dest: mode(""), server: mariadb10, accepted: datasource.SQLModes{}, want: []string{"warning differs"}, sql: []string{"SET GLOBAL sql_mode = 'STRICT_TRANS_TABLES'"}},
			{name: "without effect", source: mode("NO_ENGINE_SUBSTITUTION"), dest: mode(""), accepted: datasource.SQLModes{}, want: []string{"info differs"}},
			{name: "unknown", source: mode("NO_AUTO_CREATE_USER,ANSI_QUOTES"), dest: mode("ANSI_QUOTES"), accepted: datasource.SQLModes{"NO_AUTO_CREATE_USER": false}, want: []string{"warning unknown_mode"}},
			{name: "unknown and more", source: mode("ORACLE,ANSI_QUOTES"), dest: mode(""), accepted: datasource.SQLModes{"ORACLE": false, "DB2": true}, want: []string{"warning differs", "warning unknown_mode"},
				sql: []string{"SET PERSIST sql_mode = 'ANSI_QUOTES'"}},
			{name: "Aurora", source: mode(""), dest: mode("ANSI_QUOTES"), server: aurora, want: []string{"warning differs"}, sql: []string(nil)},
			{name: "not shown", source: mode(""), dest: variables{}, unknown: true},
		},
		mysql.MaxAllowedPacket: {
			{name: "as much", source: packet("67108864"), dest: packet("67108864"), columns: columns(column("longtext", 1<<32-1))},
			{name: "less, with long values", source: packet("67108864"), dest: packet("16777216"), columns: columns(column("longtext", 1<<32-1)), want: []string{"warning below_source"}, sql: []string{"SET PERSIST max_allowed_packet = 67108864"}},
			{name: "less, with short values", source: packet("67108864"), dest: packet("16777216"), columns: columns(column("text", 65535), column("enum", 4))},
			{name: "little, with JSON", source: packet("16777216"), dest: packet("16777216"), columns: columns(column("json", 0)), want: []string{"warning small"}},
			{name: "very little, with TEXT", source: packet("65536"), dest: packet("65536"), columns: columns(column("text", 65535)), want: []string{"warning small"}},
			{name: "more than the source", source: packet("1048576"), dest: packet("134217728"), columns: columns(column("json", 0))},
			{name: "not shown", source: variables{}, dest: packet("1"), unknown: true},
		},
		mysql.SessionDefaults: {
			{name: "the same", source: variables{"group_concat_max_len": "1024"}, dest: variables{"group_concat_max_len": "1024"}},
			{name: "another length", source: variables{"group_concat_max_len": "1048576"}, dest: variables{"group_concat_max_len": "1024"}, want: []string{"info differs_default"}, sql: []string{"SET PERSIST group_concat_max_len = 1048576"}},
			{name: "one setting, two names", source: variables{"tx_isolation": "REPEATABLE-READ"}, dest: variables{"transaction_isolation": "READ-COMMITTED", "tx_isolation": "READ-COMMITTED"},
				want: []string{"info differs_default"}, sql: []string{"SET PERSIST transaction_isolation = 'REPEATABLE-READ'"}},
			{name: "under its old name", source: variables{"transaction_isolation": "SERIALIZABLE"}, dest: variables{"tx_isolation": "READ-COMMITTED"}, server: mysql57,
				want: []string{"info differs_default"}, sql: []string{"SET GLOBAL tx_isolation = 'SERIALIZABLE'"}},
			{name: "snapshot isolation of MariaDB 11.8", source: variables{}, dest: variables{"innodb_snapshot_isolation": "ON"}, server: mariadb118, want: []string{"info differs_default"}, sql: []string{"SET GLOBAL innodb_snapshot_isolation = OFF"}},
			{name: "no snapshot isolation is OFF", source: variables{"innodb_snapshot_isolation": "OFF"}, dest: variables{}},
			{name: "no block_encryption_mode is ECB", source: variables{}, dest: variables{"block_encryption_mode": "aes-256-cbc"}, from: mariadb10, want: []string{"warning differs_default"}},
			{name: "no explicit_defaults_for_timestamp is OFF", source: variables{"explicit_defaults_for_timestamp": "ON"}, dest: variables{}, want: []string{"warning differs_default"}},
		},
		mysql.LocalInfile: {
			{name: "on", dest: variables{"local_infile": "ON"}},
			{name: "off", dest: variables{"local_infile": "OFF"}, want: []string{"info off"}, sql: []string{"SET PERSIST local_infile = ON"}},
			{name: "not shown", dest: variables{}, unknown: true},
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

func TestSettingsUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	for _, c := range []*checks.Check{mysql.LowerCaseTableNames, mysql.SQLMode, mysql.MaxAllowedPacket, mysql.SessionDefaults, mysql.LocalInfile} {
		facts := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: mysql8, datasource.FactVariables: variables{}},
			Dest: datasource.Snapshot{datasource.FactServer: lost, datasource.FactVariables: lost}}
		if _, _, err := facts.Run(t, c); !errors.Is(err, lost) {
			t.Errorf("%s: error %v, want %v", c.Type, err, lost)
		}
	}
}

func TestUTF8MB3Unknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := datasource.Snapshot{datasource.FactServer: mysql8, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}, datasource.FactColumns: lost,
		datasource.FactTables: datasource.Tables{{TableName: datasource.TableName{Schema: "shop", Name: "t"}, Kind: datasource.BaseTable}}}
	if _, _, err := (checktest.Facts{Source: source}).Run(t, mysql.UTF8MB3); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestUTF8MB3OnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t,
			"CREATE TABLE "+from+".healthy (id INT PRIMARY KEY, a VARCHAR(10)) CHARACTER SET utf8mb4",
			"CREATE TABLE "+from+".old (id INT PRIMARY KEY, a VARCHAR(10) NOT NULL DEFAULT 'x', b TEXT) CHARACTER SET utf8 COLLATE utf8_unicode_ci",
			"CREATE TABLE "+from+".preset (id INT PRIMARY KEY) CHARACTER SET utf8",
			"CREATE TABLE "+from+".mixed (id INT PRIMARY KEY, a VARCHAR(10), b VARCHAR(10) CHARACTER SET utf8) CHARACTER SET utf8mb4",
			"INSERT INTO "+from+".old (id, a, b) VALUES (1, 'ä', '表')")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}}
		got := verdictOf(task.Run(t, mysql.UTF8MB3))
		want := verdict{engine.Warned, []string{"three_bytes " + from + ".mixed", "three_bytes " + from + ".old", "three_bytes_default " + from + ".preset"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		checktest.Mend(t, s, task.Run(t, mysql.UTF8MB3).Findings)
		want.Found = want.Found[:1] // CONVERT TO would change the other column, too: there is no statement
		if diff := cmp.Diff(want, verdictOf(task.Run(t, mysql.UTF8MB3))); diff != "" {
			t.Errorf("mended (-want +got):\n%s", diff)
		}
		var text string
		if err := s.DB(t).QueryRowContext(t.Context(), "SELECT HEX(CONCAT(a, b)) FROM "+from+".old").Scan(&text); err != nil || text != "C3A4E8A1A8" {
			t.Errorf("converted, the text is %s (%v)", text, err)
		}
	})
}

// A destination with other settings than the source: each difference is found, the statement that the finding
// carries is executed, and it is found no more.
func TestSettingsOnRealServers(t *testing.T) {
	t.Parallel()
	for product, args := range map[dbtest.Product][]string{
		dbtest.MySQL: {"--lower-case-table-names=1", "--sql-mode=ANSI_QUOTES,NO_BACKSLASH_ESCAPES", "--max-allowed-packet=1M", "--local-infile=OFF",
			"--transaction-isolation=READ-COMMITTED", "--group-concat-max-len=100", "--explicit-defaults-for-timestamp=OFF", "--innodb-strict-mode=OFF", "--block-encryption-mode=aes-256-cbc"},
		dbtest.MariaDB: {"--lower-case-table-names=1", "--sql-mode=ANSI_QUOTES,SIMULTANEOUS_ASSIGNMENT", "--max-allowed-packet=1M", "--local-infile=OFF",
			"--transaction-isolation=READ-COMMITTED", "--group-concat-max-len=100", "--explicit-defaults-for-timestamp=OFF", "--innodb-strict-mode=OFF"},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s, odd := dbtest.Get(t, product), dbtest.Start(t, product, args...)
			from, to := s.Database(t), odd.Database(t)
			s.Exec(t, "CREATE TABLE "+from+".Orders (id INT PRIMARY KEY, note LONGTEXT)", "CREATE TABLE "+from+".items (id INT PRIMARY KEY)")
			into := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: odd, Schema: to}}
			defaults := []string{"differs_default explicit_defaults_for_timestamp", "differs_default innodb_strict_mode", "differs_default group_concat_max_len", "differs_default transaction_isolation"}
			switch {
			case product == dbtest.MySQL:
				defaults = slices.Insert(defaults, 0, "differs_default block_encryption_mode")
			case !s.AtLeast(10, 10): // where explicit_defaults_for_timestamp is OFF by itself
				defaults = defaults[1:]
			}
			for _, tc := range []struct {
				check *checks.Check
				want  verdict
			}{
				{mysql.SQLMode, verdict{engine.Warned, []string{"differs sql_mode"}}},
				{mysql.MaxAllowedPacket, verdict{engine.Warned, []string{"below_source max_allowed_packet"}}},
				{mysql.SessionDefaults, verdict{engine.Warned, defaults}},
				{mysql.LocalInfile, verdict{engine.Passed, []string{"off local_infile"}}},
			} {
				got := into.Run(t, tc.check)
				if diff := cmp.Diff(tc.want, verdictOf(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tc.check.Type, diff)
					continue
				}
				checktest.Mend(t, odd, got.Findings)
				mended := into.Run(t, tc.check)
				if len(mended.Findings) > 0 {
					t.Errorf("%s, mended, still has:\n%s", tc.check.Type, mended.Message(20))
				}
			}

			if diff := cmp.Diff(verdict{engine.Warned, []string{"lowered lower_case_table_names"}}, verdictOf(into.Run(t, mysql.LowerCaseTableNames))); diff != "" {
				t.Errorf("into lower case (-want +got):\n%s", diff)
			}
			s.Exec(t, "CREATE TABLE "+from+".ITEMS (id INT PRIMARY KEY)")
			got := into.Run(t, mysql.LowerCaseTableNames)
			if diff := cmp.Diff(verdict{engine.Failed, []string{"tables_collide " + to + ".items", "lowered lower_case_table_names"}}, verdictOf(got)); diff != "" {
				t.Errorf("with names that collide (-want +got):\n%s", diff)
			}
			odd.Exec(t, "CREATE TABLE "+to+".items (id INT PRIMARY KEY)")
			if _, err := odd.DB(t).ExecContext(t.Context(), "CREATE TABLE "+to+".ITEMS (id INT PRIMARY KEY)"); err == nil {
				t.Error("the destination has both tables")
			}
			back := checktest.Real{Source: into.Dest, Dest: into.Source}
			if diff := cmp.Diff(verdict{engine.Warned, []string{"case_counts lower_case_table_names"}}, verdictOf(back.Run(t, mysql.LowerCaseTableNames))); diff != "" {
				t.Errorf("out of lower case (-want +got):\n%s", diff)
			}
		})
	}
}

// The modes of SQL of the two products: what the destination is said not to know it really refuses.
func TestSQLModeBetweenProducts(t *testing.T) {
	t.Parallel()
	for from, to := range map[dbtest.Product]dbtest.Product{dbtest.MariaDB: dbtest.MySQL, dbtest.MySQL: dbtest.MariaDB} {
		t.Run(string(from)+" to "+string(to), func(t *testing.T) {
			t.Parallel()
			mode := map[dbtest.Product]string{dbtest.MariaDB: "NO_AUTO_CREATE_USER,EMPTY_STRING_IS_NULL,NO_ZERO_DATE", dbtest.MySQL: "TIME_TRUNCATE_FRACTIONAL,NO_ZERO_DATE"}[from]
			source, dest := dbtest.Start(t, from, "--sql-mode="+mode), dbtest.Start(t, to, "--sql-mode=NO_ZERO_DATE")
			schema := source.Database(t)
			source.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
			task := checktest.Real{Source: checktest.End{Server: source, Schema: schema}, Dest: checktest.End{Server: dest, Schema: schema}}
			got := task.Run(t, mysql.SQLMode)
			if diff := cmp.Diff(verdict{engine.Warned, []string{"unknown_mode sql_mode"}}, verdictOf(got)); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			for _, m := range append(strings.Split(got.Findings[0].Want, ","), "NO_ZERO_DATE") {
				_, err := dest.DB(t).ExecContext(t.Context(), "SET SESSION sql_mode = '"+m+"'")
				if (err != nil) != (m != "NO_ZERO_DATE") {
					t.Errorf("%s takes the mode %s with the error %v", to, m, err)
				}
			}
			source.Exec(t, "SET GLOBAL sql_mode = 'NO_ZERO_DATE'")
			if got := task.Run(t, mysql.SQLMode); got.Outcome != engine.Passed {
				t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}
