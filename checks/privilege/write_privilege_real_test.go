package privilege_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The rules for a MySQL destination do not depend on the source.
func TestWritePrivilegeFromOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		_, from := checktest.EmulatedOracle(t, oracletest.Release19c, "ORDERS")
		schema := s.Database(t)
		user, password := s.Account(t, "GRANT CREATE, SELECT ON "+like(schema)+".* TO %s")
		task := checktest.Real{Source: from,
			Dest:   checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema},
			Phases: checks.Schema | checks.Full | checks.Incremental}
		got := task.Run(t, privilege.WritePrivilege, checks.Dest)
		if got.Outcome != engine.Failed || !strings.Contains(got.Message(10), "INSERT, UPDATE, DELETE") {
			t.Fatalf("without privileges on rows it is %s:\n%s", got.Outcome, got.Message(10))
		}
		checktest.Fix(t, task, got.Findings)
		if got := task.Run(t, privilege.WritePrivilege, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(10))
		}
	})
}

// Without any one of the needed privileges the server refuses a statement of the phase, and with all of them it accepts
// all statements.
func TestWritePrivilegeOnRealServer(t *testing.T) {
	t.Parallel()
	needed := []string{"CREATE", "CREATE VIEW", "REFERENCES", "INSERT", "UPDATE", "DELETE", "SELECT"}
	helpful := []string{"ALTER", "INDEX", "DROP"}
	work := func(schema string) []string {
		return []string{
			"CREATE TABLE " + schema + ".parent (id INT PRIMARY KEY)",
			"CREATE TABLE " + schema + ".child (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES " + schema +
				".parent (id))",
			"CREATE VIEW " + schema + ".seen AS SELECT id FROM " + schema + ".parent",
			"INSERT INTO " + schema + ".parent VALUES (1)",
			"UPDATE " + schema + ".parent SET id = 2 WHERE id = 1",
			"DELETE FROM " + schema + ".parent WHERE id = 2",
		}
	}
	for _, without := range append([]string{"", "helpful"}, needed...) {
		t.Run("without "+without, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
				from, to := s.Database(t), s.Database(t)
				s.Exec(t, work(from)[:3]...)
				privileges := slices.Clone(needed)
				if without != "helpful" {
					privileges = append(privileges, helpful...)
				}
				privileges = slices.DeleteFunc(privileges, func(r string) bool { return r == without })
				user, password := s.Account(t, "GRANT "+strings.Join(privileges, ", ")+" ON "+like(to)+".* TO %s")
				task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
					Dest:   checktest.Endpoint{Server: s, User: user, Password: password, Schema: to},
					Phases: checks.Schema | checks.Full | checks.Incremental}
				want := engine.Failed
				switch {
				case without == "", without == "REFERENCES" && s.Product == dbtest.MariaDB:
					want = engine.Passed
				case without == "helpful":
					want = engine.Warned
				}
				got := task.Run(t, privilege.WritePrivilege, checks.Dest)
				if got.Outcome != want {
					t.Fatalf("got %s, want %s:\n%s", got.Outcome, want, got.Message(20))
				}
				if err := doEachAs(t, s, user, password, work(to)); (err != nil) != (want == engine.Failed) {
					t.Errorf("the check says %s, the server %v", got.Outcome, err)
				}
				checktest.Fix(t, task, got.Findings)
				if got := task.Run(t, privilege.WritePrivilege, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
				}
				s.Exec(t, "DROP DATABASE "+to) // a schema that is yet to be made is judged alike
				if got := task.Run(t, privilege.WritePrivilege, checks.Dest); got.Outcome != engine.Passed {
					t.Errorf("before the schema is made, it is %s:\n%s", got.Outcome, got.Message(20))
				}
				if err := doEachAs(t, s, user, password,
					append([]string{"CREATE DATABASE " + to}, work(to)...)); err != nil {
					t.Errorf("after the fix the server refuses: %v", err)
				}
			})
		})
	}
}

// doEachAs executes statements as an account, and gives the first error.
func doEachAs(t *testing.T, s *dbtest.Server, user, password string, statements []string) error {
	t.Helper()
	connector, err := mysql.NewConnector(s.Config(user, password, ""))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	for _, statement := range statements {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			return err
		}
	}
	return nil
}
