package mysql_test

import (
	"database/sql"
	"errors"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/mysql"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func product(flavor datasource.Flavor, parts ...int) datasource.Server {
	v := append(parts, 0, 0, 0)
	return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: v[0], Minor: v[1], Patch: v[2]}}
}

// held are rights ON *.* of 'pre'@'%'.
func held(rights ...datasource.Privilege) datasource.Grants {
	return datasource.Grants{Account: datasource.Account{User: "pre", Host: "%"},
		Rights: datasource.Rights{Grants: []datasource.Grant{{Level: datasource.OnEverything, Privileges: rights}}}}
}

func TestLockPrivilege(t *testing.T) {
	t.Parallel()
	my84, my57, maria := product(datasource.FlavorMySQL, 8, 4), product(datasource.FlavorMySQL, 5, 7, 44), product(datasource.FlavorMariaDB, 10, 11)
	for _, tc := range []struct {
		name   string
		server datasource.Server
		right  datasource.Privilege
		phases checks.Phases
		want   []string
	}{
		{"RELOAD", maria, "RELOAD", checks.Full, nil},
		{"FLUSH_TABLES", my84, "FLUSH_TABLES", checks.Full, nil},
		{"FLUSH_TABLES, which is not known", my57, "FLUSH_TABLES", checks.Full, []string{"no_snapshot"}},
		{"LOCK TABLES", my84, "LOCK TABLES", checks.Full, []string{"no_snapshot"}},
		{"changes are carried over", my84, "SELECT", checks.Full | checks.Incremental, []string{"no_lock_needed"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactGrants: held(tc.right)}
			findings, _, err := checktest.Facts{Source: source, Route: checks.Route{Phases: tc.phases}}.Run(t, mysql.LockPrivilege)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestSessionPrivilege(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		server datasource.Server
		right  datasource.Privilege
		source datasource.Type
		want   []string
		sql    string
	}{
		{"MySQL 8.4", product(datasource.FlavorMySQL, 8, 4), "SESSION_VARIABLES_ADMIN", "", nil, ""},
		{"MySQL 8.4, more", product(datasource.FlavorMySQL, 8, 4), "SYSTEM_VARIABLES_ADMIN", "", nil, ""},
		{"MySQL 8.4, nothing", product(datasource.FlavorMySQL, 8, 4), "SELECT", "", []string{"missing_right"}, "GRANT SESSION_VARIABLES_ADMIN ON *.* TO 'pre'@'%'"},
		{"MySQL 8.0.11, not known yet", product(datasource.FlavorMySQL, 8, 0, 11), "SESSION_VARIABLES_ADMIN", "", []string{"missing_right"}, "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO 'pre'@'%'"},
		{"MySQL 5.7", product(datasource.FlavorMySQL, 5, 7), "SELECT", "", []string{"missing_right"}, "GRANT SUPER ON *.* TO 'pre'@'%'"},
		{"MariaDB 10.11 by SUPER", product(datasource.FlavorMariaDB, 10, 11), "SUPER", "", nil, ""},
		{"MariaDB 11.4 by SUPER", product(datasource.FlavorMariaDB, 11, 4), "SUPER", "", []string{"missing_right"}, "GRANT BINLOG ADMIN ON *.* TO 'pre'@'%'"},
		{"from OceanBase", product(datasource.FlavorMySQL, 8, 4), "SELECT", datasource.OceanBaseMySQL, []string{"not_documented"}, "GRANT SESSION_VARIABLES_ADMIN ON *.* TO 'pre'@'%'"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactGrants: held(tc.right)}
			findings, _, err := checktest.Facts{Dest: dest, Route: checks.Route{Source: tc.source}}.Run(t, mysql.SessionPrivilege)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if tc.sql != "" && findings[0].SQL[0] != tc.sql {
				t.Errorf("statement %q, want %q", findings[0].SQL[0], tc.sql)
			}
		})
	}
}

// The rights that LOCK and SESSION ask for are those without which the server refuses.
func TestGlobalPrivilegesOnRealServer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		check *checks.Check
		side  checks.Side
		needs string // the statement that the right is for
	}{
		{mysql.LockPrivilege, checks.Source, "FLUSH TABLES WITH READ LOCK"},
		{mysql.SessionPrivilege, checks.Dest, "SET SESSION sql_log_bin = 0"},
	} {
		t.Run(tc.check.Type, func(t *testing.T) {
			t.Parallel()
			for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
				t.Run(string(p), func(t *testing.T) {
					t.Parallel()
					s := dbtest.Start(t, p) // a global read lock is not for a shared server
					schema := s.Database(t)
					user, password := s.Account(t, "GRANT SELECT, LOCK TABLES ON *.* TO %s")
					end := checktest.End{Server: s, User: user, Password: password, Schema: schema}
					task := checktest.Real{Source: end, Dest: end, Phases: checks.Full}
					got := task.Run(t, tc.check, tc.side)
					if got.Outcome != engine.Warned {
						t.Fatalf("got %s, want a warning:\n%s", got.Outcome, got.Message(20))
					}
					if err := doAs(t, s, user, password, tc.needs); !denied(err) {
						t.Errorf("without the right %s gives %v, want a refusal", tc.needs, err)
					}
					checktest.Mend(t, s, got.Findings)
					if got := task.Run(t, tc.check, tc.side); got.Outcome != engine.Passed {
						t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
					}
					if err := doAs(t, s, user, password, tc.needs); err != nil {
						t.Errorf("with the right %s gives %v", tc.needs, err)
					}
				})
			}
		})
	}
}

// doAs executes statements as an account, in one session, and gives the first error.
func doAs(t *testing.T, s *dbtest.Server, user, password string, statements ...string) error {
	t.Helper()
	connector, err := driver.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			return err
		}
	}
	return nil
}

// denied tells whether the server lacked a right for the statement.
func denied(err error) bool {
	var e *driver.MySQLError
	return errors.As(err, &e) && (e.Number == 1227 || e.Number == 1418 || e.Number == 1419)
}

// programs is a source whose schema shop holds a view, a trigger, an event and routines of definers.
func programs(routines ...datasource.Routine) datasource.Snapshot {
	t := datasource.TableName{Schema: "shop", Name: "t"}
	of := func(name string) datasource.TableName { return datasource.TableName{Schema: "shop", Name: name} }
	return datasource.Snapshot{
		datasource.FactServer:   product(datasource.FlavorMySQL, 8, 4),
		datasource.FactSchemas:  []datasource.Schema{{Name: "shop"}},
		datasource.FactTables:   datasource.Tables{{TableName: t, Kind: datasource.BaseTable}, {TableName: of("v"), Kind: datasource.View}},
		datasource.FactViews:    []datasource.ViewDefinition{{TableName: of("v"), Definer: "view@%", Definition: "select 1"}},
		datasource.FactTriggers: []datasource.Trigger{{TableName: of("tr"), Table: t, Definer: "trigger@10.0.0.%", Statement: "set @a = 1"}},
		datasource.FactEvents:   []datasource.Event{{TableName: of("e"), Definer: "pre@%"}},
		datasource.FactRoutines: routines,
		datasource.FactGrants:   held("SET_ANY_DEFINER"),
	}
}

func TestDefiner(t *testing.T) {
	t.Parallel()
	everyone := []datasource.Account{{User: "view", Host: "%"}, {User: "trigger", Host: "10.0.0.%"}, {User: "pre", Host: "%"}}
	routine := datasource.Routine{TableName: datasource.TableName{Schema: "shop", Name: "f"}, Kind: "FUNCTION", Definer: "pre@%", Definition: "return 1"}
	hidden := routine
	hidden.Definition = ""
	for _, tc := range []struct {
		name     string
		side     checks.Side
		dest     datasource.Server
		accounts any
		grants   datasource.Grants
		routine  datasource.Routine
		want     []string
		sql      []string
		fails    bool
	}{
		{name: "all there", side: checks.Dest, accounts: everyone, grants: held("SET_ANY_DEFINER"), routine: routine},
		{name: "one is missing", side: checks.Dest, accounts: everyone[1:], grants: held("SET_ANY_DEFINER"), routine: routine, want: []string{"no_definer"}, sql: []string{"CREATE USER 'view'@'%' ACCOUNT LOCK"}},
		{name: "one with another host", side: checks.Dest, accounts: append(everyone[2:3:3], everyone[0], datasource.Account{User: "trigger", Host: "%"}), grants: held("SUPER"), routine: routine,
			want: []string{"no_definer"}, sql: []string{"CREATE USER 'trigger'@'10.0.0.%' ACCOUNT LOCK"}},
		{name: "no right to name them", side: checks.Dest, accounts: everyone, grants: held("CREATE"), routine: routine, want: []string{"missing_right"}, sql: []string{"GRANT SET_ANY_DEFINER ON *.* TO 'pre'@'%'"}},
		{name: "no right to name them on 8.0", side: checks.Dest, dest: product(datasource.FlavorMySQL, 8, 0, 36), accounts: everyone, grants: held("CREATE"), routine: routine,
			want: []string{"missing_right"}, sql: []string{"GRANT SET_USER_ID ON *.* TO 'pre'@'%'"}},
		{name: "no right to name them on MariaDB 11", side: checks.Dest, dest: product(datasource.FlavorMariaDB, 11, 4), accounts: everyone, grants: held("SUPER"), routine: routine,
			want: []string{"missing_right"}, sql: []string{"GRANT SET USER ON *.* TO 'pre'@'%'"}},
		{name: "accounts that may not be seen", side: checks.Dest, accounts: &datasource.Error{Class: datasource.ErrPrivilege, Cause: "refused"}, routine: routine, fails: true},
		{name: "all readable", side: checks.Source, routine: routine},
		{name: "a body that may not be seen", side: checks.Source, routine: hidden, want: []string{"unreadable"}, sql: []string{"GRANT SHOW_ROUTINE ON *.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.dest.Flavor == "" {
				tc.dest = product(datasource.FlavorMySQL, 8, 4)
			}
			dest := datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactGrants: tc.grants, datasource.FactAccounts: tc.accounts}
			findings, _, err := checktest.Facts{Source: programs(tc.routine), Dest: dest, Side: tc.side}.Run(t, mysql.Definer)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			var statements []string
			for _, f := range findings {
				statements = append(statements, f.SQL...)
			}
			if diff := cmp.Diff(tc.sql, statements); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

// MariaDB shows the name of a trigger, and no more, to an account that has rights on its table but not TRIGGER.
func TestDefinerOfHiddenTrigger(t *testing.T) {
	t.Parallel()
	source := programs()
	source[datasource.FactTriggers] = []datasource.Trigger{{TableName: datasource.TableName{Schema: "shop", Name: "tr"}, Table: datasource.TableName{Schema: "shop", Name: "t"}}}
	findings, _, err := checktest.Facts{Source: source, Side: checks.Source}.Run(t, mysql.Definer)
	if err != nil || len(findings) != 1 || findings[0].Actual != "" || findings[0].SQL[0] != "GRANT TRIGGER ON `shop`.`t` TO 'pre'@'%'" {
		t.Errorf("source: %+v, %v", findings, err)
	}
	dest := datasource.Snapshot{datasource.FactServer: product(datasource.FlavorMySQL, 8, 4), datasource.FactGrants: held("SET_ANY_DEFINER"), datasource.FactAccounts: []datasource.Account{}}
	findings, _, err = checktest.Facts{Source: source, Dest: dest, Side: checks.Dest}.Run(t, mysql.Definer)
	if len(findings) != 1 || findings[0].Object.Name != "view@%" || datasource.ClassOf(err) != datasource.ErrPrivilege || !strings.Contains(err.Error(), "trigger shop.tr") {
		t.Errorf("destination: %+v, %v, want the view's definer to be missed, and the trigger's to be unknown", findings, err)
	}
}

func TestDefinerOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		// The definer is an account of the source alone: of a server that is both ends, one that was dropped.
		definer := strings.Replace(s.Database(t), "pt_", "pd_", 1)
		s.Exec(t, "CREATE USER "+definer+"@'%'", "GRANT SELECT ON "+from+".* TO "+definer+"@'%'",
			"CREATE TABLE "+from+".t (id INT PRIMARY KEY)",
			"CREATE DEFINER="+definer+"@'%' VIEW "+from+".v AS SELECT id FROM "+from+".t",
			"CREATE DEFINER="+definer+"@'%' PROCEDURE "+from+".p() SELECT 1")
		t.Cleanup(func() { s.Exec(t, "DROP USER IF EXISTS "+definer+"@'%'") })
		user, password := s.Account(t, "GRANT SELECT, EXECUTE, SHOW VIEW, TRIGGER, EVENT ON "+from+".* TO %s",
			"GRANT ALL ON "+to+".* TO %s", "GRANT SELECT ON mysql.user TO %s")
		end := checktest.End{Server: s, User: user, Password: password}
		task := checktest.Real{Source: end, Dest: end}
		task.Source.Schema, task.Dest.Schema = from, to
		foreign := "CREATE DEFINER=" + definer + "@'%' VIEW " + to + ".v AS SELECT 1 AS one"

		source := task.Run(t, mysql.Definer, checks.Source)
		if source.Outcome != engine.Warned || len(source.Findings) != 1 || source.Findings[0].Object.Name != "p" {
			t.Errorf("got %s, want the procedure's body to be hidden:\n%s", source.Outcome, source.Message(20))
		}
		checktest.Mend(t, s, source.Findings)
		if source := task.Run(t, mysql.Definer, checks.Source); source.Outcome != engine.Passed {
			t.Errorf("mended, the source is still %s:\n%s", source.Outcome, source.Message(20))
		}

		dest := task.Run(t, mysql.Definer, checks.Dest)
		if dest.Outcome != engine.Warned || len(dest.Findings) != 1 || dest.Findings[0].Rule != "missing_right" {
			t.Fatalf("got %s, want the right to name another definer to lack:\n%s", dest.Outcome, dest.Message(20))
		}
		if err := doAs(t, s, user, password, foreign); !denied(err) {
			t.Errorf("without the right the server gives %v", err)
		}
		checktest.Mend(t, s, dest.Findings)
		if dest := task.Run(t, mysql.Definer, checks.Dest); dest.Outcome != engine.Passed {
			t.Errorf("mended, the destination is still %s:\n%s", dest.Outcome, dest.Message(20))
		}
		if err := doAs(t, s, user, password, foreign); err != nil {
			t.Errorf("with the right the server gives %v", err)
		}

		s.Exec(t, "DROP USER "+definer+"@'%'")
		dest = task.Run(t, mysql.Definer, checks.Dest)
		if dest.Outcome != engine.Warned || len(dest.Findings) != 1 || dest.Findings[0].Object.Name != definer+"@%" {
			t.Fatalf("got %s, want the definer to be missed:\n%s", dest.Outcome, dest.Message(20))
		}
		checktest.Mend(t, s, dest.Findings)
		if dest := task.Run(t, mysql.Definer, checks.Dest); dest.Outcome != engine.Passed {
			t.Errorf("mended, the destination is still %s:\n%s", dest.Outcome, dest.Message(20))
		}
	})
}

// Between two servers the definer is an account of the source alone.
func TestDefinerAcrossRealServers(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(pair[0])+" to "+string(pair[1]), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, pair[0]), dbtest.Get(t, pair[1])
			definer, _ := from.Account(t)
			schema, target := from.Database(t), to.Database(t)
			from.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)", "CREATE DEFINER="+definer+"@'%' TRIGGER "+schema+".tr BEFORE INSERT ON "+schema+".t FOR EACH ROW SET NEW.id = 1")
			task := checktest.Real{Source: checktest.End{Server: from, Schema: schema}, Dest: checktest.End{Server: to, Schema: target}}
			got := task.Run(t, mysql.Definer, checks.Dest)
			if got.Outcome != engine.Warned || len(got.Findings) != 1 || !strings.Contains(got.Message(20), "trigger "+schema+".tr") {
				t.Fatalf("got %s, want the trigger's definer to be missed:\n%s", got.Outcome, got.Message(20))
			}
			t.Cleanup(func() { to.Exec(t, "DROP USER IF EXISTS "+definer+"@'%'") })
			checktest.Mend(t, to, got.Findings)
			if got := task.Run(t, mysql.Definer, checks.Dest); got.Outcome != engine.Passed {
				t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}

func TestTrustFunctionCreators(t *testing.T) {
	t.Parallel()
	function := datasource.Routine{TableName: datasource.TableName{Schema: "shop", Name: "f"}, Kind: "FUNCTION", Definer: "pre@%", DataAccess: "CONTAINS SQL"}
	safe := function
	safe.Deterministic = true
	for _, tc := range []struct {
		name    string
		routine datasource.Routine
		log     string
		trust   string
		grants  datasource.Grants
		want    []string
		fails   bool
	}{
		{"an administrator", safe, "ON", "OFF", held("SUPER"), nil, false},
		{"an administrator, a function that declares nothing", function, "ON", "OFF", held("SUPER"), []string{"unsafe_function"}, false},
		{"another account", safe, "ON", "OFF", held("CREATE ROUTINE"), []string{"creator_not_trusted"}, false},
		{"trusted", function, "ON", "ON", held("CREATE ROUTINE"), nil, false},
		{"no log", function, "OFF", "OFF", held("CREATE ROUTINE"), nil, false},
		{"grants that are not understood", safe, "ON", "OFF", datasource.Grants{Rights: datasource.Rights{NotUnderstood: []string{"?"}}}, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: product(datasource.FlavorMySQL, 8, 4), datasource.FactGrants: tc.grants,
				datasource.FactVariables: datasource.Variables{"log_bin": tc.log, "log_bin_trust_function_creators": tc.trust}}
			findings, _, err := checktest.Facts{Source: programs(tc.routine), Dest: dest}.Run(t, mysql.TrustFunctionCreators)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTrustFunctionCreatorsOnRealServer(t *testing.T) {
	t.Parallel()
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, p)
			from, to := s.Database(t), s.Database(t)
			safe := "FUNCTION %.safe() RETURNS INT DETERMINISTIC RETURN 1"
			unsafe := "FUNCTION %.unsafe() RETURNS INT RETURN 1"
			trigger := "TRIGGER %.tr BEFORE INSERT ON %.t FOR EACH ROW SET NEW.id = 1"
			create := func(schema, what string) string { return "CREATE " + strings.ReplaceAll(what, "%", schema) }
			table := "TABLE %.t (id INT PRIMARY KEY)"
			s.Exec(t, create(from, table), create(to, table))
			user, password := s.Account(t, "GRANT ALL ON "+to+".* TO %s")
			task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, User: user, Password: password, Schema: to}}
			expect := func(want ...string) engine.Result {
				t.Helper()
				got := task.Run(t, mysql.TrustFunctionCreators)
				var rules []string
				for _, f := range got.Findings {
					rules = append(rules, f.Rule)
				}
				if diff := cmp.Diff(want, rules); diff != "" || got.Err != nil {
					t.Fatalf("rules (-want +got):\n%s\n%s", diff, got.Message(20))
				}
				return got
			}
			refused := func(user, password, what string, want bool) {
				t.Helper()
				if err := doAs(t, s, user, password, create(to, what)); denied(err) != want || err != nil && !denied(err) {
					t.Errorf("%s: the server gives %v", what, err)
				}
			}

			expect() // nothing that the rule is about
			s.Exec(t, create(from, trigger))
			expect("creator_not_trusted")
			refused(user, password, trigger, true)
			s.Exec(t, create(from, safe))
			refused(user, password, safe, true)
			s.Exec(t, "SET GLOBAL log_bin_trust_function_creators = 1", create(from, unsafe), "SET GLOBAL log_bin_trust_function_creators = 0")
			refused(s.User, s.Password, unsafe, true)
			task.Dest.User, task.Dest.Password = "", ""
			expect("unsafe_function")
			task.Dest.User, task.Dest.Password = user, password
			checktest.Mend(t, s, expect("creator_not_trusted", "unsafe_function").Findings)
			expect()
			for _, what := range []string{trigger, safe, unsafe} {
				refused(user, password, what, false)
			}
		})
	}
}
