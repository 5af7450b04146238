package privilege_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestReadPrivilegeOnRealServer(t *testing.T) {
	t.Parallel()
	table := func(schema string, names ...string) *checks.Selection {
		d := checks.SelectedDatabase{Name: schema}
		for _, n := range names {
			d.Tables = append(d.Tables, checks.SelectedTable{Name: n})
		}
		return &checks.Selection{Databases: []checks.SelectedDatabase{d}}
	}
	for name, tc := range map[string]struct {
		grants func(schema string) []string
		tables []string // none: the whole schema
		phases checks.Phases
		want   []string // rules; the first fixed by the statements
	}{
		"the schema": {grants: func(s string) []string {
			return []string{"GRANT SELECT, SHOW VIEW ON " + s +
				".* TO %s"}
		}, phases: checks.Full},
		"the schema, escaped": {grants: func(s string) []string {
			return []string{"GRANT SELECT ON " + like(s) +
				".* TO %s"}
		}, phases: checks.Full},
		"a pattern": {grants: func(s string) []string { return []string{"GRANT SELECT ON `pt%%`.* TO %s"} },
			phases: checks.Full},
		"a pattern that does not match": {grants: func(s string) []string {
			return []string{"GRANT SELECT ON `pt%%`.* TO %s", "GRANT INSERT ON " + like(s) + ".* TO %s"}
		}, phases: checks.Full, want: []string{"missing_right"}},
		"nothing": {grants: func(s string) []string { return nil },
			phases: checks.Schema | checks.Full, want: []string{"missing_right", "hidden_objects", "hidden_objects"}},
		"no definition of the view": {
			grants: func(s string) []string { return []string{"GRANT SELECT, TRIGGER, EVENT ON " + s + ".* TO %s"} },
			phases: checks.Schema, want: []string{"missing_right", "hidden_objects"}},
		"one table of a schema": {
			grants: func(s string) []string { return []string{"GRANT SELECT ON " + s + ".orders TO %s"} },
			phases: checks.Full,
			want:   []string{"missing_right"}},
		"the table that is named": {
			grants: func(s string) []string { return []string{"GRANT SELECT ON " + s + ".orders TO %s"} },
			tables: []string{"orders"}, phases: checks.Schema | checks.Full},
		"another than is named": {
			grants: func(s string) []string { return []string{"GRANT SELECT ON " + s + ".orders TO %s"} },
			tables: []string{"orders", "other"}, phases: checks.Full, want: []string{"missing_right"}},
		"all columns, rows": {
			grants: func(s string) []string { return []string{"GRANT SELECT (id, note) ON " + s + ".orders TO %s"} },
			tables: []string{"orders"}, phases: checks.Full, want: []string{"columns_only"}},
		"all columns, but no definition": {
			grants: func(s string) []string { return []string{"GRANT SELECT (id, note) ON " + s + ".orders TO %s"} },
			tables: []string{"orders"}, phases: checks.Schema, want: []string{"missing_right"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
				schema, to := seed(t, s), s.Database(t)
				grants := tc.grants(schema)
				for i := range grants {
					grants[i] = strings.ReplaceAll(grants[i], "%%", "%")
				}
				user, password := s.Account(t, grants...)
				task := checktest.Real{Source: checktest.Endpoint{Server: s, User: user, Password: password,
					Schema: schema},
					Dest: checktest.Endpoint{Server: s, Schema: to}, Phases: tc.phases}
				if tc.tables != nil {
					task.Selection = table(schema, tc.tables...)
				}
				got := task.Run(t, privilege.ReadPrivilege)
				var rules []string
				for _, f := range got.Findings {
					rules = append(rules, f.Rule)
				}
				if diff := cmp.Diff(tc.want, rules); diff != "" {
					t.Fatalf("rules (-want +got):\n%s\n%s", diff, got.Message(20))
				}
				for range 2 { // what was hidden shows after the first
					checktest.Fix(t, task, got.Findings)
					got = task.Run(t, privilege.ReadPrivilege)
				}
				if got.Outcome != engine.Passed {
					t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
				}
			})
		})
	}
}

// With the privilege to read routine bodies nothing is hidden, and the body can be read.
func TestRoutinesAreShownOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".orders (id INT PRIMARY KEY)", "CREATE PROCEDURE "+schema+".p() SELECT 1")
		needed := "SHOW_ROUTINE ON *.*"
		switch {
		case s.Product == dbtest.MariaDB && s.AtLeast(11, 3):
			needed = "SHOW CREATE ROUTINE ON " + schema + ".*"
		case s.Product == dbtest.MariaDB:
			needed = "SELECT ON mysql.proc"
		}
		user, password := s.Account(t, "GRANT SELECT, SHOW VIEW, TRIGGER, EVENT ON "+schema+".* TO %s",
			"GRANT "+needed+" TO %s")
		end := checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
		got := checktest.Real{Source: end, Dest: end, Phases: checks.Schema}.Run(t, privilege.ReadPrivilege)
		if len(got.Findings) > 0 {
			t.Errorf("%s\n%s", got.Outcome, got.Message(20))
		}
		reader := *s
		reader.User, reader.Password = user, password
		if body := checktest.ColumnOf(t, &reader,
			"SELECT COALESCE(routine_definition, '') FROM information_schema.ROUTINES WHERE routine_schema = '"+schema+
				"'"); !slices.Equal(body, []string{"SELECT 1"}) {
			t.Errorf("with %s the bodies are %q", needed, body)
		}
	})
}

// A role that is granted but not active does not count, and the statement of the finding makes it active.
func TestReadPrivilegeByRoleOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema, to := seed(t, s), s.Database(t)
		role, outer := role(t, s), role(t, s)
		user, password := s.Account(t, "GRANT "+outer+" TO %s")
		s.Exec(t, "GRANT SELECT ON "+like(schema)+".* TO "+role, "GRANT "+role+" TO "+outer)
		task := checktest.Real{Source: checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema},
			Dest: checktest.Endpoint{Server: s, Schema: to}, Phases: checks.Full}
		got := task.Run(t, privilege.ReadPrivilege)
		if len(got.Findings) != 1 || got.Findings[0].Rule != "inactive_role" ||
			!strings.Contains(got.Message(20), outer) {
			t.Fatalf("got %s, want the name of role %s:\n%s", got.Outcome, outer, got.Message(20))
		}
		checktest.Fix(t, task, got.Findings)
		if got := task.Run(t, privilege.ReadPrivilege); got.Outcome != engine.Passed {
			t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

// role creates a role that is dropped after the test.
func role(t *testing.T, s *dbtest.Server) string {
	name := strings.Replace(s.Database(t), "pt_", "pr_", 1)
	s.Exec(t, "CREATE ROLE "+name)
	t.Cleanup(func() { s.Exec(t, "DROP ROLE "+name) })
	return name
}

func TestReadPrivilegeUnderPartialRevokesOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MySQL, "--partial-revokes=ON")
	schema, to := seed(t, s), s.Database(t)
	other := s.Database(t)
	user, password := s.Account(t, "GRANT SELECT, SHOW DATABASES ON *.* TO %s", "REVOKE SELECT ON "+schema+".* FROM %s",
		"GRANT INSERT ON `pt%`.* TO %s")
	task := checktest.Real{Source: checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema},
		Dest: checktest.Endpoint{Server: s, Schema: to}, Phases: checks.Full}
	got := task.Run(t, privilege.ReadPrivilege)
	if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Object.String() != schema {
		t.Fatalf("got %s, want a finding about the schema:\n%s", got.Outcome, got.Message(20))
	}
	checktest.Fix(t, task, got.Findings)
	if got := task.Run(t, privilege.ReadPrivilege); got.Outcome != engine.Passed {
		t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
	}
	s.Exec(t, "CREATE TABLE "+other+".t (id INT PRIMARY KEY)")
	task.Source.Schema = other
	if got := task.Run(t, privilege.ReadPrivilege); got.Outcome != engine.Passed {
		t.Errorf("of another schema nothing is revoked, yet it is %s:\n%s", got.Outcome, got.Message(20))
	}
}
