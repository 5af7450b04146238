package capacity_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestAccountLimitOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		user, password := s.Account(t, "GRANT SELECT ON "+schema+".* TO %s")
		s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)", "ALTER USER "+user+" WITH MAX_USER_CONNECTIONS 5")
		end := checktest.Endpoint{Server: s, Schema: schema, User: user, Password: password}
		task := checktest.Real{Source: end, Dest: end, Settings: checks.Settings{Connections: 6}}
		got := task.Run(t, capacity.ConnectionLimit)
		if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Rule != "account_below_plan" ||
			!strings.HasPrefix(got.Findings[0].Object.Name, user+"@") {
			t.Errorf("%s:\n%s", got.Outcome, got.Message(20))
		}
		s.Exec(t, "ALTER USER "+user+" WITH MAX_USER_CONNECTIONS 50")
		if got := task.Run(t, capacity.ConnectionLimit); got.Outcome != engine.Passed {
			t.Errorf("with a higher limit it is still %s:\n%s", got.Outcome, got.Message(20))
		}
		if got := task.Run(t, capacity.LongTransaction); got.Outcome != engine.Unknown ||
			datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
			t.Errorf("without PROCESS the transactions are %s: %v", got.Outcome, got.Err)
		}
	})
}
