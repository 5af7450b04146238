package privilege_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDefinerOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		// One server is source and destination, so the definer is dropped to exist on the source only.
		definer := strings.Replace(s.Database(t), "pt_", "pd_", 1)
		s.Exec(t, "CREATE USER "+definer+"@'%'", "GRANT SELECT ON "+from+".* TO "+definer+"@'%'",
			"CREATE TABLE "+from+".t (id INT PRIMARY KEY)",
			"CREATE DEFINER="+definer+"@'%' VIEW "+from+".v AS SELECT id FROM "+from+".t",
			"CREATE DEFINER="+definer+"@'%' PROCEDURE "+from+".p() SELECT 1")
		t.Cleanup(func() { s.Exec(t, "DROP USER IF EXISTS "+definer+"@'%'") })
		user, password := s.Account(t, "GRANT SELECT, EXECUTE, SHOW VIEW, TRIGGER, EVENT ON "+from+".* TO %s",
			"GRANT ALL ON "+to+".* TO %s", "GRANT SELECT ON mysql.user TO %s")
		if s.Product == dbtest.MySQL {
			s.Exec(t, "GRANT SELECT ON mysql.global_grants TO "+user, "GRANT SELECT ON mysql.role_edges TO "+user)
		}
		end := checktest.Endpoint{Server: s, User: user, Password: password}
		task := checktest.Real{Source: end, Dest: end}
		task.Source.Schema, task.Dest.Schema = from, to
		foreign := "CREATE DEFINER=" + definer + "@'%' VIEW " + to + ".v AS SELECT 1 AS one"

		source := task.Run(t, privilege.Definer, checks.Source)
		if source.Outcome != engine.Warned || len(source.Findings) != 1 || source.Findings[0].Object.Name != "p" {
			t.Errorf("got %s, want the body of the procedure to be hidden:\n%s", source.Outcome, source.Message(20))
		}
		checktest.Fix(t, task, source.Findings)
		if source := task.Run(t, privilege.Definer, checks.Source); source.Outcome != engine.Passed {
			t.Errorf("after the fix the source is still %s:\n%s", source.Outcome, source.Message(20))
		}

		dest := task.Run(t, privilege.Definer, checks.Dest)
		if dest.Outcome != engine.Failed || len(dest.Findings) != 1 || dest.Findings[0].Rule != "missing_right" {
			t.Fatalf("got %s, want a missing privilege to name another definer:\n%s", dest.Outcome, dest.Message(20))
		}
		if err := doAs(t, s, user, password, foreign); !denied(err) {
			t.Errorf("without the privilege the server returns %v", err)
		}
		checktest.Fix(t, task, dest.Findings)
		if dest := task.Run(t, privilege.Definer, checks.Dest); dest.Outcome != engine.Passed {
			t.Errorf("after the fix the destination is still %s:\n%s", dest.Outcome, dest.Message(20))
		}
		if err := doAs(t, s, user, password, foreign); err != nil {
			t.Errorf("with the privilege the server returns %v", err)
		}

		s.Exec(t, "DROP USER "+definer+"@'%'")
		s.Exec(t, "DROP VIEW "+to+".v")
		want := engine.Warned
		if err := doAs(t, s, user, password, foreign); denied(err) {
			want = engine.Failed
		}
		dest = task.Run(t, privilege.Definer, checks.Dest)
		if dest.Outcome != want || len(dest.Findings) != 1 || dest.Findings[0].Object.Name != definer+"@%" {
			t.Fatalf("got %s, want %s with a finding about the definer:\n%s", dest.Outcome, want, dest.Message(20))
		}
		checktest.Fix(t, task, dest.Findings)
		if dest := task.Run(t, privilege.Definer, checks.Dest); dest.Outcome != engine.Passed {
			t.Errorf("after the fix the destination is still %s:\n%s", dest.Outcome, dest.Message(20))
		}
	})
}

// MySQL refuses a definer whose user name is longer than 32 characters, and the account itself.
func TestLongDefinerOnRealServers(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	schema, target := from.Database(t), to.Database(t)
	short := strings.Replace(schema, "pt_", "pd_", 1)
	short += strings.Repeat("x", 32-len(short))
	for _, definer := range []string{short, short + "y"} {
		from.Exec(t, "CREATE USER "+definer+"@'%'", "CREATE DEFINER="+definer+"@'%' VIEW "+schema+"."+definer+
			" AS SELECT 1 AS one")
		t.Cleanup(func() { from.Exec(t, "DROP USER IF EXISTS "+definer+"@'%'") })
	}
	got := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
		Dest: checktest.Endpoint{Server: to, Schema: target}}.Run(t, privilege.Definer, checks.Dest)
	checktest.WantFindings(t, got, "long_definer "+short+"y@%", "no_definer "+short+"@%")
	t.Cleanup(func() { to.Exec(t, "DROP USER IF EXISTS "+short+"@'%'") })
	for _, f := range got.Findings {
		definer := datasource.ParseAccount(f.Object.Name)
		checktest.WantCreated(t, to, definer.User == short, "CREATE USER "+definer.Quoted())
		checktest.WantCreated(t, to, definer.User == short, "CREATE DEFINER="+definer.Quoted()+" VIEW "+
			target+"."+definer.User+" AS SELECT 1 AS one")
		if (len(f.SQL) > 0) != (definer.User == short) {
			t.Errorf("the finding on %s has the remedy %q", f.Object.Name, f.SQL)
		}
	}
}

// TestDefinerAcrossRealServers uses a definer that exists only on the source.
func TestDefinerAcrossRealServers(t *testing.T) {
	t.Parallel()
	for _, pair := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		t.Run(string(pair[0])+" to "+string(pair[1]), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, pair[0]), dbtest.Get(t, pair[1])
			definer, _ := from.Account(t)
			schema, target := from.Database(t), to.Database(t)
			from.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)",
				"CREATE DEFINER="+definer+"@'%' TRIGGER "+schema+".tr BEFORE INSERT ON "+schema+
					".t FOR EACH ROW SET NEW.id = 1")
			task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: schema},
				Dest: checktest.Endpoint{Server: to, Schema: target}}
			got := task.Run(t, privilege.Definer, checks.Dest)
			if got.Outcome != engine.Warned || len(got.Findings) != 1 ||
				!strings.Contains(got.Message(20), "TRIGGER "+schema+".tr") {
				t.Fatalf("got %s, want a finding about the definer of the trigger:\n%s", got.Outcome, got.Message(20))
			}
			t.Cleanup(func() { to.Exec(t, "DROP USER IF EXISTS "+definer+"@'%'") })
			checktest.Fix(t, task, got.Findings)
			if got := task.Run(t, privilege.Definer, checks.Dest); got.Outcome != engine.Passed {
				t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}

// MySQL lets only an account with SYSTEM_USER create an object whose definer has SYSTEM_USER, by a role, too. What the
// account may read of the other accounts decides how exactly that is known.
func TestSystemDefinersOnRealServer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		readsIt bool
		grants  []string // of the definer D
		want    []string
		unknown bool
	}{
		{name: "plain", readsIt: true},
		{name: "plain, hidden", unknown: true},
		{name: "system", readsIt: true, grants: []string{"GRANT SYSTEM_USER ON *.* TO <D>"},
			want: []string{"missing_system_user"}},
		{name: "system, hidden", grants: []string{"GRANT SYSTEM_USER ON *.* TO <D>"}, unknown: true},
		{name: "role", readsIt: true, grants: []string{"CREATE ROLE <R>", "GRANT SYSTEM_USER ON *.* TO <R>",
			"GRANT <R> TO <D>"},
			want: []string{"missing_system_user"}},
		{name: "administrator", readsIt: true, grants: []string{"GRANT ALL ON *.* TO <D>"},
			want: []string{"missing_system_user"}},
		{name: "administrator, hidden", grants: []string{"GRANT ALL ON *.* TO <D>"},
			want: []string{"missing_system_user"}},
		{name: "super", readsIt: true, grants: []string{"GRANT SUPER ON *.* TO <D>"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := dbtest.Get(t, dbtest.MySQL)
			from, to := s.Database(t), s.Database(t)
			definer, _ := s.Account(t)
			role := strings.Replace(from, "pt_", "pr_", 1)
			names := strings.NewReplacer("<D>", "'"+definer+"'@'%'", "<R>", role)
			for _, grant := range tc.grants {
				s.Exec(t, names.Replace(grant))
			}
			t.Cleanup(func() { s.Exec(t, "DROP ROLE IF EXISTS "+role) })
			view := "CREATE DEFINER='" + definer + "'@'%' SQL SECURITY INVOKER VIEW "
			s.Exec(t, view+from+".v AS SELECT 1 AS one")
			user, password := s.Account(t, "GRANT SELECT, SHOW VIEW ON "+from+".* TO %s", "GRANT ALL ON "+to+".* TO %s",
				"GRANT SELECT ON mysql.user TO %s", "GRANT SET_ANY_DEFINER ON *.* TO %s")
			if tc.readsIt {
				s.Exec(t, "GRANT SELECT ON mysql.* TO '"+user+"'@'%'")
			}
			end := checktest.Endpoint{Server: s, User: user, Password: password}
			task := checktest.Real{Source: end, Dest: end}
			task.Source.Schema, task.Dest.Schema = from, to
			got := task.Run(t, privilege.Definer, checks.Dest)
			checktest.WantEqual(t, tc.want, checktest.Rules(got.Findings))
			checktest.WantEqual(t, tc.unknown, got.Outcome == engine.Unknown)
			err := doAs(t, s, user, password, view+to+".v AS SELECT 1 AS one")
			if !tc.unknown && (err != nil) != (tc.want != nil) {
				t.Errorf("%s, but the server returns %v", got.Outcome, err)
			}
			if tc.want == nil {
				return
			}
			checktest.Fix(t, task, got.Findings)
			checktest.WantEqual(t, engine.Passed, task.Run(t, privilege.Definer, checks.Dest).Outcome)
			if err := doAs(t, s, user, password, view+to+".v AS SELECT 1 AS one"); err != nil {
				t.Errorf("after the fix the server returns %v", err)
			}
		})
	}
}
