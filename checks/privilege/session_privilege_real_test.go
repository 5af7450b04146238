package privilege_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSessionPrivilegeFromOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		user, password := s.Account(t, "GRANT SELECT ON `"+strings.ReplaceAll(schema, "_", `\_`)+"`.* TO %s")
		task := checktest.Real{Source: checktest.EmulatedSource(t, "DATE", "A"),
			Dest: checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}}
		got := task.Run(t, privilege.SessionPrivilege)
		if got.Outcome != engine.Warned {
			t.Fatalf("without the privilege it is %s:\n%s", got.Outcome, got.Message(10))
		}
		checktest.Fix(t, task, got.Findings)
		if got := task.Run(t, privilege.SessionPrivilege); got.Outcome != engine.Passed {
			t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(10))
		}
	})
}
