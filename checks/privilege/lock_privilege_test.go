package privilege_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLockPrivilege(t *testing.T) {
	t.Parallel()
	my84, my57, maria := product(datasource.FlavorMySQL, 8, 4), product(datasource.FlavorMySQL, 5, 7, 44),
		product(datasource.FlavorMariaDB, 10, 11)
	for _, tc := range []struct {
		name      string
		server    datasource.Server
		privilege datasource.Privilege
		phases    checks.Phases
		want      []string
	}{
		{"RELOAD", maria, "RELOAD", checks.Full, nil},
		{"FLUSH_TABLES", my84, "FLUSH_TABLES", checks.Full, nil},
		{"FLUSH_TABLES, which is not known", my57, "FLUSH_TABLES", checks.Full, []string{"no_snapshot"}},
		{"LOCK TABLES", my84, "LOCK TABLES", checks.Full, []string{"no_snapshot"}},
		{"changes are replicated", my84, "SELECT", checks.Full | checks.Incremental, []string{"no_lock_needed"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactGrants: held(tc.privilege)}
			findings, _, err := checktest.Facts{Source: source, Route: checks.Route{Phases: tc.phases}}.Run(t,
				privilege.LockPrivilege)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
