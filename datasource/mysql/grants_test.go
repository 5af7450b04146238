package mysql_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// attempts are statements on a schema %, with the required privileges and the table.
var attempts = []struct {
	statement string
	table     string
	rights    []datasource.Privilege
}{
	{"SELECT id FROM %.t WHERE FALSE", "t", []datasource.Privilege{"SELECT"}},
	{"INSERT INTO %.t VALUES (1)", "t", []datasource.Privilege{"INSERT"}},
	{"SHOW CREATE VIEW %.v", "v", []datasource.Privilege{"SELECT", "SHOW VIEW"}},
	{"ALTER TABLE %.t COMMENT ''", "t", []datasource.Privilege{"ALTER"}},
	{"CREATE INDEX i ON %.t (id)", "t", []datasource.Privilege{"INDEX"}},
	{"DROP TABLE %.t", "t", []datasource.Privilege{"DROP"}},
	{"CREATE TABLE %.t (id INT)", "t", []datasource.Privilege{"CREATE"}},
	{"CREATE TABLE %.made (id INT)", "made", []datasource.Privilege{"CREATE"}},
	{"CREATE PROCEDURE %.made() SELECT 1", "", []datasource.Privilege{"CREATE ROUTINE"}},
	{"CREATE EVENT %.made ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1", "", []datasource.Privilege{"EVENT"}},
}

// The answers from the grants agree with the behavior of the server.
func TestGrantsOnRealServer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		grants  []string       // # is the schema, @ its name as a pattern that matches only this schema
		byRole  bool           // the account has the grants by a role that is active
		product dbtest.Product // empty: both
	}{
		"nothing":    {},
		"everything": {grants: []string{"GRANT ALL ON *.* TO %s WITH GRANT OPTION"}},
		"some of everything": {
			grants: []string{"GRANT SELECT, INDEX, CREATE ROUTINE, LOCK TABLES ON *.* TO %s"}},
		"all of a schema":        {grants: []string{"GRANT ALL ON `@`.* TO %s"}},
		"some of a schema":       {grants: []string{"GRANT INSERT, SELECT, LOCK TABLES, SHOW VIEW ON `@`.* TO %s"}},
		"all of a table":         {grants: []string{"GRANT ALL ON #.t TO %s"}},
		"some of a table":        {grants: []string{"GRANT SELECT, DROP, CREATE ON #.t TO %s"}},
		"all columns of a table": {grants: []string{"GRANT SELECT (id), INSERT (id) ON #.t TO %s"}},
		"a pattern":              {grants: []string{"GRANT SELECT, EVENT ON `pt%`.* TO %s"}},
		"a pattern and a name": {grants: []string{"GRANT SELECT ON `pt%`.* TO %s",
			"GRANT INSERT ON `@`.* TO %s"}},
		"a pattern of one character": {grants: []string{"GRANT SELECT, CREATE ON #.* TO %s"}},
		"two patterns": {grants: []string{"GRANT SELECT, DROP ON `pt%`.* TO %s",
			"GRANT INSERT, DROP ON `p%`.* TO %s"}},
		"a name and a table":    {grants: []string{"GRANT SELECT ON `@`.* TO %s", "GRANT INSERT ON #.t TO %s"}},
		"a pattern and a table": {grants: []string{"GRANT SELECT ON `pt%`.* TO %s", "GRANT INSERT ON #.t TO %s"}},
		"by a role": {grants: []string{"GRANT SELECT, ALTER ON `@`.* TO %s",
			"GRANT INSERT ON *.* TO %s"}, byRole: true},
		"a pattern and a name by a role": {grants: []string{"GRANT SELECT ON `pt%`.* TO %s",
			"GRANT INSERT ON `@`.* TO %s"},
			byRole: true},
		"two patterns by a role": {grants: []string{"GRANT SELECT, DROP ON `pt%`.* TO %s",
			"GRANT INSERT, DROP ON `p%`.* TO %s"}, byRole: true},
		"REQUIRE and limits": {grants: []string{"GRANT SELECT ON *.* TO %s",
			"ALTER USER %s REQUIRE NONE WITH MAX_USER_CONNECTIONS 50"}},
		"monitor": {
			grants:  []string{"GRANT BINLOG MONITOR, SLAVE MONITOR, READ_ONLY ADMIN, SELECT ON *.* TO %s"},
			product: dbtest.MariaDB},
		"public": {grants: []string{"GRANT SELECT ON #.t TO PUBLIC"}, product: dbtest.MariaDB},
		"dynamic": {grants: []string{"GRANT BACKUP_ADMIN, SHOW_ROUTINE ON *.* TO %s",
			"GRANT SELECT ON *.* TO %s"}, product: dbtest.MySQL},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
				if tc.product != "" && tc.product != s.Product || name == "public" && !s.AtLeast(10, 11) {
					t.Skipf("%s has no such grants", s.Product)
				}
				schema := s.Database(t)
				s.Exec(t, "CREATE TABLE "+schema+".t (id INT)", "CREATE VIEW "+schema+".v AS SELECT 1")
				replace := strings.NewReplacer("#", schema, "@", strings.ReplaceAll(schema, "_", `\_`))
				var grants []string
				for _, g := range tc.grants {
					grants = append(grants, replace.Replace(g))
				}
				t.Cleanup(func() {
					if name == "public" && s.Product == dbtest.MariaDB {
						s.Exec(t, "REVOKE ALL ON "+schema+".t FROM PUBLIC")
					}
				})
				var user, password string
				if tc.byRole {
					user, password = activeRole(t, s, grants)
				} else {
					user, password = s.Account(t, grants...)
				}
				got, err := datasource.FactGrants.Of(t.Context(), facts(t, s, user, password))
				if err != nil {
					t.Fatal(err)
				}
				if len(got.NotUnderstood) > 0 {
					t.Errorf("not understood: %q", got.NotUnderstood)
				}
				agree(t, s, got, schema, user, password)
			})
		})
	}
}

// agree compares each answer with the behavior of the server. Unknown agrees with either result, but only if
// the grants of the test are ambiguous.
func agree(t *testing.T, s *dbtest.Server, got datasource.Grants, schema, user, password string) {
	t.Helper()
	connector, err := driver.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	for _, a := range attempts {
		said := datasource.Yes
		for _, right := range a.rights {
			one := got.OnSchema(schema, right)
			if a.table != "" {
				one = got.OnColumns(datasource.TableName{Schema: schema, Name: a.table}, []string{"id"}, right)
			}
			said = min(said, one) // of yes, no and unknown, in this order
		}
		statement := strings.ReplaceAll(a.statement, "%", schema)
		if _, err := db.ExecContext(t.Context(), statement); said == datasource.Yes && refused(err) ||
			said == datasource.No && !refused(err) {
			t.Errorf("%s: the grants say %s, the server %v", statement, said, err)
		}
	}
}

// refused reports whether the server rejected a statement because of a missing privilege.
func refused(err error) bool {
	var e *driver.MySQLError
	return errors.As(err, &e) && slices.Contains([]uint16{1044, 1142, 1143, 1227, 1370}, e.Number)
}

// activeRole returns an account that has grants by a role which is active when it logs on.
func activeRole(t *testing.T, s *dbtest.Server, grants []string) (user, password string) {
	role := strings.Replace(s.Database(t), "pt_", "pr_", 1)
	s.Exec(t, "CREATE ROLE "+role)
	t.Cleanup(func() { s.Exec(t, "DROP ROLE "+role) })
	for _, g := range grants {
		s.Exec(t, strings.ReplaceAll(g, "%s", role))
	}
	user, password = s.Account(t, "GRANT "+role+" TO %s")
	preposition := " TO "
	if s.Product == dbtest.MariaDB {
		preposition = " FOR "
	}
	s.Exec(t, "SET DEFAULT ROLE "+role+preposition+"'"+user+"'@'%'")
	return user, password
}

// Inactive roles are listed separately, with the privileges that they would add.
func TestInactiveRolesOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		user, password := activeRole(t, s, []string{"GRANT SELECT ON " + schema + ".* TO %s"})
		role := strings.Replace(s.Database(t), "pt_", "pr_", 1)
		s.Exec(t, "CREATE ROLE "+role, "GRANT INSERT ON "+schema+".* TO "+role,
			"GRANT "+role+" TO '"+user+"'@'%' WITH ADMIN OPTION")
		t.Cleanup(func() { s.Exec(t, "DROP ROLE "+role) })
		f := facts(t, s, user, password)
		got, err := datasource.FactGrants.Of(t.Context(), f)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Active) != 1 || len(got.Inactive) != 1 || !strings.Contains(got.Inactive[0], role) {
			t.Errorf("active are %q, inactive %q; want %s to be inactive", got.Active, got.Inactive, role)
		}
		if got.OnSchema(schema, "SELECT") != datasource.Yes || got.OnSchema(schema, "INSERT") != datasource.No {
			t.Errorf("SELECT %s, INSERT %s: want yes and no", got.OnSchema(schema, "SELECT"),
				got.OnSchema(schema, "INSERT"))
		}
		if len(got.Alternatives) != 1 || got.Alternatives[0].OnSchema(schema, "INSERT") != datasource.Yes {
			t.Fatalf("alternatives %+v, want one with INSERT", got.Alternatives)
		}
		s.Exec(t, got.Alternatives[0].Activate)
		after, err := datasource.FactGrants.Of(t.Context(), facts(t, s, user, password))
		if err != nil {
			t.Fatal(err)
		}
		for _, right := range []datasource.Privilege{"SELECT", "INSERT"} {
			if said, is := got.Alternatives[0].OnSchema(schema, right), after.OnSchema(schema, right); said != is {
				t.Errorf("%s: before it was said to become %s, now it is %s", right, said, is)
			}
		}
		// The sessions that are left are as they were.
		if _, err := datasource.FactVariables.Of(t.Context(), f); err != nil {
			t.Error(err)
		}
	})
}

func TestAlwaysActiveRolesOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MySQL, "--activate-all-roles-on-login=ON", "--mandatory-roles=everybody")
	schema := s.Database(t)
	s.Exec(t, "CREATE ROLE everybody, granted", "GRANT SELECT ON "+schema+".* TO everybody",
		"GRANT INSERT ON "+schema+".* TO granted")
	user, password := s.Account(t, "GRANT granted TO %s")
	got, err := datasource.FactGrants.Of(t.Context(), facts(t, s, user, password))
	if err != nil {
		t.Fatal(err)
	}
	for _, right := range []datasource.Privilege{"SELECT", "INSERT"} {
		if got.OnSchema(schema, right) != datasource.Yes {
			t.Errorf("%s is %s, want yes by a role", right, got.OnSchema(schema, right))
		}
	}
	if len(got.Inactive) > 0 {
		t.Errorf("inactive are %q", got.Inactive)
	}
}

func TestGrantsFoldNamesOnRealServer(t *testing.T) {
	t.Parallel()
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, p, "--lower-case-table-names=1")
			schema := s.Database(t)
			user, password := s.Account(t, "GRANT SELECT ON "+strings.ToUpper(schema)+".* TO %s")
			got, err := datasource.FactGrants.Of(t.Context(), facts(t, s, user, password))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{schema, strings.ToUpper(schema)} {
				if got.OnSchema(name, "SELECT") != datasource.Yes {
					t.Errorf("on %s %s, want yes", name, got.OnSchema(name, "SELECT"))
				}
			}
		})
	}
}

func TestGrantsOnRealOceanBase(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.OceanBase)
	for name, grant := range map[string]string{
		"nothing": "GRANT USAGE ON *.* TO %s", "everything": "GRANT ALL PRIVILEGES ON *.* TO %s",
		"a schema": "GRANT SELECT, INSERT ON #.* TO %s", "a table": "GRANT SELECT ON #.t TO %s",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			schema := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schema+".t (id INT)", "CREATE VIEW "+schema+".v AS SELECT 1")
			user, password := s.Account(t, strings.ReplaceAll(grant, "#", schema))
			if _, tenant, found := strings.Cut(s.User, "@"); found {
				user += "@" + tenant
			}
			got, err := datasource.FactGrants.Of(t.Context(), facts(t, s, user, password))
			if err != nil {
				t.Fatal(err)
			}
			if len(got.NotUnderstood) > 0 {
				t.Errorf("not understood: %q", got.NotUnderstood)
			}
			table := datasource.TableName{Schema: schema, Name: "t"}
			if want := map[string]datasource.Answer{"nothing": datasource.No, "everything": datasource.Yes,
				"a schema": datasource.Yes, "a table": datasource.Yes}[name]; got.OnTable(table, "SELECT") != want {
				t.Errorf("SELECT is %s, want %s", got.OnTable(table, "SELECT"), want)
			}
		})
	}
}
