package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLogPrivilegeOnRealServer(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		grants []string
		fails  bool
	}{
		"both":               {[]string{"GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO %s"}, false},
		"no reading":         {[]string{"GRANT REPLICATION CLIENT ON *.* TO %s"}, true},
		"no status":          {[]string{"GRANT REPLICATION SLAVE ON *.* TO %s"}, true},
		"nothing":            {nil, true},
		"everything on shop": {[]string{"GRANT ALL ON shop.* TO %s"}, true},
		"everything":         {[]string{"GRANT ALL ON *.* TO %s"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
				schema := seed(t, s)
				user, password := s.Account(t, append(tc.grants, "GRANT SELECT ON "+like(schema)+".* TO %s")...)
				end := checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
				for _, side := range []checks.Side{checks.Source, checks.Dest} {
					task := checktest.Real{Source: end, Dest: end, Phases: checks.Incremental | checks.Reverse}
					got := task.Run(t, privilege.LogPrivilege, side)
					if (got.Outcome == engine.Failed) != tc.fails {
						t.Fatalf("%s: %s:\n%s", side, got.Outcome, got.Message(20))
					}
					if side == checks.Source {
						continue
					}
					checktest.Fix(t, task, got.Findings)
					if got := task.Run(t, privilege.LogPrivilege, side); got.Outcome != engine.Passed {
						t.Errorf("after the fix it is still %s:\n%s", got.Outcome, got.Message(20))
					}
				}
			})
		})
	}
}
