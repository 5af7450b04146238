package privilege_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The emulated dictionary of each release first shows no privileges and quotas, then sufficient ones.
func TestWritePrivilegeOfOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, from := checktest.EmulatedOracle(t, release, "ORDERS")
			srv, to := checktest.EmulatedOracle(t, release)
			srv.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "USERS"})
			task := checktest.Real{Source: from, Dest: to, Phases: checks.Schema | checks.Full | checks.Incremental}
			expect := func(want engine.Outcome, rules ...string) {
				t.Helper()
				got := task.Run(t, privilege.WritePrivilege, checks.Dest)
				var found []string
				for _, f := range got.Findings {
					found = append(found, f.Rule)
				}
				if diff := cmp.Diff(rules, found); got.Outcome != want || diff != "" {
					t.Errorf("it is %s, want %s (-want +got):\n%s\n%s", got.Outcome, want, diff, got.Message(10))
				}
			}
			expect(engine.Failed, "missing_right", "missing_right", "no_quota", "missing_helpful_right",
				"missing_helpful_right")
			for _, p := range []string{"CREATE", "INSERT", "UPDATE", "DELETE", "SELECT", "ALTER", "DROP"} {
				srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": p + " ANY TABLE"})
			}
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "CREATE ANY INDEX"})
			expect(engine.Failed, "no_quota")
			srv.Insert("DBA_TS_QUOTAS",
				row{"USERNAME": "SHOP", "TABLESPACE_NAME": "OLD", "BYTES": 0, "MAX_BYTES": -1, "DROPPED": "YES"})
			expect(engine.Failed, "no_quota")
			srv.Insert("DBA_TS_QUOTAS",
				row{"USERNAME": "SHOP", "TABLESPACE_NAME": "DATA", "BYTES": 0, "MAX_BYTES": -1, "DROPPED": "NO"})
			expect(engine.Warned, "no_default_quota")
			srv.Insert("DBA_SYS_PRIVS", row{"GRANTEE": "SHOP", "PRIVILEGE": "UNLIMITED TABLESPACE"})
			expect(engine.Passed)
			srv.Deny(942, "DBA_*")
			expect(engine.Passed) // a note says that the quota of another schema is unknown
			srv.Deny(942, "ALL_TAB_PRIVS")
			expect(engine.Unknown)
		})
	}
}
