package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestGlobalPrivilegesOnRealServer verifies that the server refuses without the needed privileges and accepts
// with them.
func TestGlobalPrivilegesOnRealServer(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		check *checks.Check
		side  checks.Side
		needs string // the statement that needs the privilege
	}{
		{privilege.LockPrivilege, checks.Source, "FLUSH TABLES WITH READ LOCK"},
		{privilege.SessionPrivilege, checks.Dest, "SET SESSION sql_log_bin = 0"},
	} {
		t.Run(tc.check.Type, func(t *testing.T) {
			t.Parallel()
			for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
				t.Run(string(p), func(t *testing.T) {
					t.Parallel()
					s := dbtest.Start(t, p) // a global read lock is not for a shared server
					schema := s.Database(t)
					user, password := s.Account(t, "GRANT SELECT, LOCK TABLES ON *.* TO %s")
					end := checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
					task := checktest.Real{Source: end, Dest: end, Phases: checks.Full}
					got := task.Run(t, tc.check, tc.side)
					if got.Outcome != engine.Warned {
						t.Fatalf("got %s, want a warning:\n%s", got.Outcome, got.Message(20))
					}
					if err := doAs(t, s, user, password, tc.needs); !denied(err) {
						t.Errorf("without the privilege %s returns %v, want a refusal", tc.needs, err)
					}
					checktest.Fix(t, task, got.Findings)
					if got := task.Run(t, tc.check, tc.side); got.Outcome != engine.Passed {
						t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
					}
					if err := doAs(t, s, user, password, tc.needs); err != nil {
						t.Errorf("with the privilege %s returns %v", tc.needs, err)
					}
				})
			}
		})
	}
}
