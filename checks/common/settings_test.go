package common_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func zone(winter, summer time.Duration, named bool) datasource.TimeZone {
	return datasource.TimeZone{Name: "SYSTEM", System: "XST", Winter: winter, Summer: summer, Named: named}
}

func TestTimeZone(t *testing.T) {
	t.Parallel()
	const h = time.Hour
	for _, tc := range []struct {
		name         string
		source, dest datasource.TimeZone
		column       string
		want         []string // level and rule
		sql          []string
		actual       string
	}{
		{"the same offset under another name", zone(8*h, 8*h, true), datasource.TimeZone{Name: "+08:00", Winter: 8 * h, Summer: 8 * h, Named: true}, "timestamp", nil, nil, ""},
		{"another offset, with TIMESTAMP", zone(-h/2, -h/2, true), zone(0, 0, true), "timestamp", []string{"warning differs"}, []string{"SET GLOBAL time_zone = '-00:30'"}, "SYSTEM (XST, +00:00)"},
		{"another offset, without TIMESTAMP", zone(8*h, 8*h, true), zone(0, 0, true), "datetime", []string{"info differs_without_timestamps"}, []string{"SET GLOBAL time_zone = '+08:00'"}, ""},
		{"summer time at the source alone", zone(h, 2*h, true), zone(h, h, true), "timestamp", []string{"warning differs"}, nil, ""},
		{"summer time on the destination alone", zone(h, h, true), zone(h, 2*h, true), "timestamp", []string{"warning differs"}, []string{"SET GLOBAL time_zone = '+01:00'"}, "SYSTEM (XST, +01:00 in January, +02:00 in July)"},
		{"no names on the destination", zone(0, 0, true), zone(0, 0, false), "int", []string{"warning no_named_zones"}, nil, ""},
		{"no names anywhere", zone(0, 0, false), zone(0, 0, false), "int", nil, nil, ""},
		{"no names at the source", zone(0, 0, false), zone(0, 0, true), "int", nil, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := oneTable(datasource.Server{}, column("c", tc.column))
			source[datasource.FactTimeZone] = tc.source
			dest := datasource.Snapshot{datasource.FactServer: server(datasource.FlavorMariaDB, "10.11.6"), datasource.FactTimeZone: tc.dest}
			findings, _, err := checktest.Facts{Source: source, Dest: dest}.Run(t, common.TimeZone)
			if err != nil {
				t.Fatal(err)
			}
			var got, sql []string
			for _, f := range findings {
				got, sql = append(got, f.Level.String()+" "+f.Rule), append(sql, f.SQL...)
				if tc.actual != "" && f.Actual != tc.actual {
					t.Errorf("actual %q, want %q", f.Actual, tc.actual)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.sql, sql); diff != "" {
				t.Errorf("SQL (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	good := datasource.Variables{"net_read_timeout": "30", "net_write_timeout": "60", "wait_timeout": "28800", "max_execution_time": "0", "max_statement_time": "0.000000", "idle_transaction_timeout": "0"}
	for _, tc := range []struct {
		name   string
		change datasource.Variables
		want   []string
		sql    []string
		fails  bool
	}{
		{"defaults", nil, nil, nil, false},
		{"a limit in milliseconds", datasource.Variables{"max_execution_time": "3599999"}, []string{"short_statement max_execution_time"}, []string{"SET PERSIST max_execution_time = 0"}, false},
		{"a limit with a fraction", datasource.Variables{"max_statement_time": "0.500000"}, []string{"short_statement max_statement_time"}, []string{"SET PERSIST max_statement_time = 0"}, false},
		{"a long limit", datasource.Variables{"max_execution_time": "3600000", "max_statement_time": "7200"}, nil, nil, false},
		{"idle", datasource.Variables{"wait_timeout": "60"}, []string{"short_idle wait_timeout"}, []string{"SET PERSIST wait_timeout = 3600"}, false},
		{"no idling at all", datasource.Variables{"wait_timeout": "0"}, []string{"short_idle wait_timeout"}, nil, false},
		{"network", datasource.Variables{"net_write_timeout": "10"}, []string{"short_network net_write_timeout"}, nil, false},
		{"OceanBase", datasource.Variables{"ob_query_timeout": "10000000", "ob_trx_timeout": "86400000000"}, []string{"short_statement ob_query_timeout"}, []string{"SET PERSIST ob_query_timeout = 3600000000"}, false},
		{"no number", datasource.Variables{"wait_timeout": "long"}, nil, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			variables := datasource.Variables{}
			for _, from := range []datasource.Variables{good, tc.change} {
				for name, value := range from {
					variables[name] = value
				}
			}
			findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: server(datasource.FlavorMySQL, "8.0.36"), datasource.FactVariables: variables}}.Run(t, common.Timeouts)
			if (err != nil) != tc.fails {
				t.Fatalf("error %v, want one: %v", err, tc.fails)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if tc.sql != nil && !cmp.Equal(findings[0].SQL, tc.sql) {
				t.Errorf("SQL %v, want %v", findings[0].SQL, tc.sql)
			}
		})
	}
}

func TestDestForeignKeyTrigger(t *testing.T) {
	t.Parallel()
	child, other := datasource.TableName{Schema: "shop", Name: "t"}, datasource.TableName{Schema: "shop", Name: "unmapped"}
	keys := datasource.GroupByTable(datasource.TableRows[datasource.ForeignKey]{Table: child, Rows: []datasource.ForeignKey{{Name: "fk", Parent: other}}},
		datasource.TableRows[datasource.ForeignKey]{Table: other, Rows: []datasource.ForeignKey{{Name: "fk2", Parent: child}}})
	triggers := []datasource.Trigger{{TableName: datasource.TableName{Schema: "shop", Name: "tr"}, Table: child, Event: "INSERT", Timing: "AFTER"},
		{TableName: datasource.TableName{Schema: "shop", Name: "tr2"}, Table: other}}
	lost := errors.New("connection lost")
	for _, tc := range []struct {
		name     string
		checked  string
		triggers any
		want     []string
		err      error
	}{
		{"both", "ON", triggers, []string{"foreign_key shop.t.fk", "trigger shop.t.tr"}, nil},
		{"foreign keys are not checked", "OFF", triggers, []string{"trigger shop.t.tr"}, nil},
		{"triggers are not known", "ON", lost, []string{"foreign_key shop.t.fk"}, lost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactVariables: datasource.Variables{"foreign_key_checks": tc.checked},
				datasource.FactForeignKeys: keys, datasource.FactTriggers: tc.triggers, datasource.FactTables: tables("shop.t", "shop.unmapped"),
				datasource.FactGrants: datasource.Grants{Rights: datasource.Rights{Grants: []datasource.Grant{{Level: datasource.OnTable, Schema: "shop", Name: "t", All: true}}}}}
			findings, _, err := checktest.Facts{Source: oneTable(datasource.Server{}), Dest: dest}.Run(t, common.DestForeignKeyTrigger)
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestConnectionLimit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name        string
		connections datasource.Connections
		planned     int
		want        []string
	}{
		{"enough", datasource.Connections{Max: 151, Used: 100}, 51, nil},
		{"by default four", datasource.Connections{Max: 10, Used: 7}, 0, []string{"server_in_use max_connections"}},
		{"too few in all", datasource.Connections{Max: 10, Used: 1}, 11, []string{"server_below_plan max_connections"}},
		{"too few free", datasource.Connections{Max: 10, Used: 6}, 5, []string{"server_in_use max_connections"}},
		{"what is in use is not known", datasource.Connections{Max: 10, Used: -1}, 10, nil},
		{"too few for the account", datasource.Connections{Max: 151, Used: 1, AccountMax: 4, AccountUsed: 1}, 5, []string{"account_below_plan pre@%"}},
		{"too few left to the account", datasource.Connections{Max: 151, Used: 1, AccountMax: 5, AccountUsed: 1}, 5, []string{"account_in_use pre@%"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			who := server(datasource.FlavorMariaDB, "10.11.6")
			who.Account = "pre@%"
			findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: who, datasource.FactConnections: tc.connections},
				Settings: checks.Settings{Connections: tc.planned}}.Run(t, common.ConnectionLimit)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, f := range findings {
				if fails := strings.HasSuffix(f.Rule, "_below_plan"); fails != (f.Level == checks.Fail) {
					t.Errorf("%s is a %s", f.Rule, f.Level)
				}
			}
		})
	}
}

func TestTableCount(t *testing.T) {
	t.Parallel()
	names := func(n int) (list datasource.Tables) {
		for i := range n {
			list = append(list, datasource.Table{TableName: datasource.TableName{Schema: "shop", Name: strings.Repeat("t", 1+i%60) + string(rune('a'+i/60%26)) + string(rune('a'+i/1560))}, Kind: datasource.BaseTable})
		}
		return datasource.SortTables(list)
	}
	for n, want := range map[int][]string{1: nil, 10000: nil, 10001: {"many "}} {
		source := datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}, datasource.FactTables: names(n)}
		findings, notes, err := checktest.Facts{Source: source}.Run(t, common.TableCount)
		if err != nil || len(notes) != 1 {
			t.Fatalf("notes %v, error %v", notes, err)
		}
		if diff := cmp.Diff(want, rulesAndObjects(findings)); diff != "" {
			t.Errorf("%d tables (-want +got):\n%s", n, diff)
		}
	}
}

func TestLongTransaction(t *testing.T) {
	t.Parallel()
	open := []datasource.Transaction{
		{Session: "7", Kill: "KILL 7", Account: "app@10.0.0.1", Age: time.Hour, Modified: 3, Query: strings.Repeat("ü", 100)},
		{Session: "8", Kill: "KILL 8", Account: "app@10.0.0.1", Age: 10*time.Minute - time.Second},
		{Age: 10 * time.Minute},
	}
	findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: open}}.Run(t, common.LongTransaction)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"long session 7", "prepared XA transaction"}, rulesAndObjects(findings)); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if want := "A transaction of app@10.0.0.1 (session 7) is open for 1h0m0s; it has changed 3 row(s) and is running " + strings.Repeat("ü", 80) + "…."; findings[0].Message != want || !strings.Contains(findings[0].Remedy, "KILL 7") {
		t.Errorf("message %q, want %q; remedy %q", findings[0].Message, want, findings[0].Remedy)
	}
	denied := &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the account lacks a right"}
	if _, _, err := (checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: denied}}).Run(t, common.LongTransaction); !errors.Is(err, denied) {
		t.Errorf("error %v, want %v", err, denied)
	}
}

// sized gives the facts of a source whose only table is shop.t of that many bytes.
func sized(bytes int64) datasource.Snapshot {
	source := oneTable(server(datasource.FlavorOceanBase, "4.3.5"))
	source[datasource.FactTableSizes] = datasource.GroupByTable(datasource.TableRows[datasource.TableSize]{Table: datasource.TableName{Schema: "shop", Name: "t"}, Rows: []datasource.TableSize{{Bytes: bytes}}})
	return source
}

func TestUndoRetention(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, seconds string
		bytes         int64
		deep          bool
		want, sql     []string
		unknown       bool
	}{
		{"the default", "1800", 1 << 50, false, nil, nil, false},
		{"less", "1799", 0, false, []string{"short undo_retention"}, []string{"SET GLOBAL undo_retention = 1800"}, false},
		{"a big table", "1800", 72000 << 20, true, []string{"short_for_table undo_retention"}, []string{"SET GLOBAL undo_retention = 7200"}, false},
		{"enough for a big table", "7200", 72000 << 20, true, nil, nil, false},
		{"a small table", "60", 1 << 20, true, []string{"short undo_retention"}, []string{"SET GLOBAL undo_retention = 1800"}, false},
		{"not shown", "", 0, false, nil, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := sized(tc.bytes)
			source[datasource.FactVariables] = datasource.Variables{"undo_retention": tc.seconds}
			if tc.unknown {
				source[datasource.FactVariables] = datasource.Variables{}
			}
			findings, _, err := checktest.Facts{Source: source, Settings: checks.Settings{Deep: tc.deep}}.Run(t, common.UndoRetention)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if tc.sql != nil && !cmp.Equal(findings[0].SQL, tc.sql) {
				t.Errorf("SQL %v, want %v", findings[0].SQL, tc.sql)
			}
		})
	}
}

func TestDiskSpace(t *testing.T) {
	t.Parallel()
	const gib = int64(1) << 30
	hidden := &datasource.Error{Class: datasource.ErrUnsupported, Cause: "MySQL 9.7.4 does not show the space that is left"}
	for _, tc := range []struct {
		name  string
		free  any
		want  []string
		cause string
	}{
		{"enough", 13 * gib, nil, ""},
		{"scarce", 13*gib - 1<<20, []string{"warning scarce"}, ""},
		{"too little", 10*gib - 1, []string{"failure too_little"}, ""},
		{"not shown", hidden, nil, "MySQL 9.7.4 does not show the space that is left; the tables take 10.0 GiB at the source"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: sized(10 * gib), Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactFreeSpace: tc.free}}.Run(t, common.DiskSpace)
			var known *datasource.Error
			if errors.As(err, &known) != (tc.cause != "") || known != nil && known.Cause != tc.cause {
				t.Fatalf("error %v, want %q", err, tc.cause)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Rule)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

// A destination with another time zone, short limits and few connections: each is found, the statement that the
// finding carries is executed, and it is found no more.
func TestSettingsOnRealServers(t *testing.T) {
	t.Parallel()
	for product, args := range map[dbtest.Product][]string{
		dbtest.MySQL:   {"--default-time-zone=+05:30", "--max-connections=12", "--wait-timeout=60", "--net-read-timeout=5", "--max-execution-time=1000"},
		dbtest.MariaDB: {"--default-time-zone=+05:30", "--max-connections=12", "--wait-timeout=60", "--net-read-timeout=5", "--max-statement-time=2.5"},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s, odd := dbtest.Get(t, product), dbtest.Start(t, product, args...)
			from, to := s.Database(t), odd.Database(t)
			s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY, at TIMESTAMP NULL)")
			task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: odd, Schema: to}, Settings: checks.Settings{Connections: 12}}
			statement := map[dbtest.Product]string{dbtest.MySQL: "max_execution_time", dbtest.MariaDB: "max_statement_time"}[product]
			check := func(c *checks.Check, outcome engine.Outcome, want ...string) {
				t.Helper()
				got := task.Run(t, c, checks.Dest)
				if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != outcome {
					t.Errorf("%s is %s, want %s (-want +got):\n%s", c.Type, got.Outcome, outcome, diff)
					return
				}
				checktest.Mend(t, odd, got.Findings)
				if got := task.Run(t, c, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("%s, mended, is still %s:\n%s", c.Type, got.Outcome, got.Message(20))
				}
			}
			check(common.TimeZone, engine.Warned, "differs time_zone")
			check(common.Timeouts, engine.Warned, "short_idle wait_timeout", "short_network net_read_timeout", "short_statement "+statement)
			check(common.ConnectionLimit, engine.Warned, "server_in_use max_connections")
			task.Settings.Connections = 1000
			check(common.ConnectionLimit, engine.Failed, "server_below_plan max_connections")
			for _, c := range []*checks.Check{common.Timeouts, common.TableCount, common.LongTransaction} {
				if got := task.Run(t, c); got.Outcome != engine.Passed {
					t.Errorf("%s of the source is %s:\n%s", c.Type, got.Outcome, got.Message(20))
				}
			}

			back := checktest.Real{Source: checktest.End{Server: odd, Schema: to}, Dest: checktest.End{Server: s, Schema: from}}
			odd.Exec(t, "CREATE TABLE "+to+".t (id INT PRIMARY KEY)",
				"INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (1, 'N'), (2, 'N')",
				"INSERT INTO mysql.time_zone_name (Name, Time_zone_id) VALUES ('UTC', 1), ('Asia/Shanghai', 2)",
				"INSERT INTO mysql.time_zone_transition_type (Time_zone_id, Transition_type_id, `Offset`, Is_DST, Abbreviation) VALUES (1, 0, 0, 0, 'UTC'), (2, 0, 28800, 0, 'CST')",
				"SET GLOBAL time_zone = 'Asia/Shanghai'")
			got := back.Run(t, common.TimeZone)
			if diff := cmp.Diff([]string{"no_named_zones time_zone", "differs_without_timestamps time_zone"}, rulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("from a server with named zones (-want +got):\n%s", diff)
			}
			if i := slices.IndexFunc(got.Findings, func(f engine.Finding) bool { return f.Level == checks.Info }); i >= 0 && got.Findings[i].Want != "Asia/Shanghai (+08:00)" {
				t.Errorf("the source's zone is %s", got.Findings[i].Want)
			}
			if _, err := s.DB(t).ExecContext(t.Context(), "SET SESSION time_zone = 'Asia/Shanghai'"); err == nil {
				t.Error("the destination knows Asia/Shanghai")
			}
			back.Dest = checktest.End{Server: odd, Schema: from}
			if got := back.Run(t, common.TimeZone); got.Outcome != engine.Passed {
				t.Errorf("into a server with named zones: %s\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}

func TestAccountLimitOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		user, password := s.Account(t, "GRANT SELECT ON "+schema+".* TO %s")
		s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)", "ALTER USER "+user+" WITH MAX_USER_CONNECTIONS 5")
		end := checktest.End{Server: s, Schema: schema, User: user, Password: password}
		task := checktest.Real{Source: end, Dest: end, Settings: checks.Settings{Connections: 6}}
		got := task.Run(t, common.ConnectionLimit)
		if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Rule != "account_below_plan" || !strings.HasPrefix(got.Findings[0].Object.Name, user+"@") {
			t.Errorf("%s:\n%s", got.Outcome, got.Message(20))
		}
		s.Exec(t, "ALTER USER "+user+" WITH MAX_USER_CONNECTIONS 50")
		if got := task.Run(t, common.ConnectionLimit); got.Outcome != engine.Passed {
			t.Errorf("with a higher limit it is still %s:\n%s", got.Outcome, got.Message(20))
		}
		if got := task.Run(t, common.LongTransaction); got.Outcome != engine.Unknown || datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
			t.Errorf("without PROCESS the transactions are %s: %v", got.Outcome, got.Err)
		}
	})
}

func TestDestForeignKeyTriggerOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".parent (id INT PRIMARY KEY)", "CREATE TABLE "+from+".child (id INT PRIMARY KEY, p INT)", "CREATE TABLE "+from+".plain (id INT PRIMARY KEY)",
			"CREATE TABLE "+to+".parent (id INT PRIMARY KEY)", "CREATE TABLE "+to+".child (id INT PRIMARY KEY, p INT, CONSTRAINT fk_child FOREIGN KEY (p) REFERENCES "+to+".parent (id))",
			"CREATE TABLE "+to+".plain (id INT PRIMARY KEY)", "CREATE TABLE "+to+".other (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES "+to+".parent (id))",
			"CREATE TRIGGER "+to+".double_it BEFORE INSERT ON "+to+".plain FOR EACH ROW SET NEW.id = 2 * NEW.id", "CREATE TRIGGER "+to+".no_matter BEFORE INSERT ON "+to+".other FOR EACH ROW SET NEW.id = 1")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}}
		got := task.Run(t, common.DestForeignKeyTrigger)
		if diff := cmp.Diff([]string{"foreign_key " + to + ".child.fk_child", "trigger " + to + ".plain.double_it"}, rulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
			t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
		}
		if _, err := s.DB(t).ExecContext(t.Context(), "INSERT INTO "+to+".child VALUES (1, 1)"); err == nil {
			t.Error("a child without its parent is taken")
		}
		s.Exec(t, "ALTER TABLE "+to+".child DROP FOREIGN KEY fk_child", "DROP TRIGGER "+to+".double_it")
		if got := task.Run(t, common.DestForeignKeyTrigger); got.Outcome != engine.Passed {
			t.Errorf("without them it is still %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Dest.User, task.Dest.Password = s.Account(t, "GRANT SELECT, INSERT ON "+to+".* TO %s")
		got = task.Run(t, common.DestForeignKeyTrigger)
		if got.Outcome != engine.Unknown || !strings.HasPrefix(got.Advice, "Run GRANT TRIGGER") {
			t.Fatalf("where triggers are hidden it is %s:\n%s", got.Outcome, got.Message(20))
		}
		s.Exec(t, strings.TrimSuffix(strings.TrimPrefix(got.Advice, "Run "), "."))
		if got := task.Run(t, common.DestForeignKeyTrigger); got.Outcome != engine.Passed {
			t.Errorf("where they are shown it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

func TestDiskSpaceOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY, b LONGBLOB)")
		end := checktest.End{Server: s, Schema: schema}
		got := checktest.Real{Source: end, Dest: end, Settings: checks.Settings{Deep: true}}.Run(t, common.DiskSpace)
		if got.Outcome != engine.Unknown || !strings.Contains(got.Reason, "the tables take ") {
			t.Errorf("%s: %s", got.Outcome, got.Reason)
		}
	})
}

// OceanBase's view stands in as a table of a MariaDB that calls itself OceanBase.
func TestDiskSpaceOnLookAlikeOfOceanBase(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--version=5.7.25-OceanBase_CE-v4.3.5")
	source := from.Database(t)
	from.Exec(t, "CREATE TABLE "+source+".t (id INT PRIMARY KEY, b LONGBLOB)", "INSERT INTO "+source+".t VALUES (1, REPEAT('x', 4000000))", "ANALYZE TABLE "+source+".t")
	to.Exec(t, "CREATE DATABASE oceanbase", "CREATE TABLE oceanbase.`GV$OB_SERVERS` (zone VARCHAR(64), data_disk_capacity BIGINT, data_disk_in_use BIGINT)",
		"INSERT INTO oceanbase.`GV$OB_SERVERS` VALUES ('z1', 3000000, 1000000), ('z1', 3000000, 1000000), ('z2', 2000000, 1000000), ('z2', 3000000, 1000000)")
	task := checktest.Real{Source: checktest.End{Server: from, Schema: source}, Dest: checktest.End{Server: to, Type: datasource.OceanBaseMySQL, Schema: source}, Settings: checks.Settings{Deep: true}}
	got := task.Run(t, common.DiskSpace)
	if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Actual != "2.9 MiB" { // z2 has 3,000,000 bytes left
		t.Errorf("%s:\n%s", got.Outcome, got.Message(20))
	}
	to.Exec(t, "UPDATE oceanbase.`GV$OB_SERVERS` SET data_disk_capacity = 1000000000")
	if got := task.Run(t, common.DiskSpace); got.Outcome != engine.Passed {
		t.Errorf("with more space it is still %s:\n%s", got.Outcome, got.Message(20))
	}
}
