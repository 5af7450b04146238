package privilege_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestRowPolicyEmulated covers policies that hide rows and values from the account.
func TestRowPolicyEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, from := checktest.EmulatedOracle(t, release, "GOOD", "OFF", "ROWS", "MASKED", "MAYBE")
			task := checktest.Real{Source: from, Dest: from, Phases: checks.Full}
			policy := func(table, enable, sel string) {
				srv.Insert("DBA_POLICIES", row{"OBJECT_OWNER": "SHOP", "OBJECT_NAME": table,
					"POLICY_NAME": "P_" + table, "SEL": sel, "ENABLE": enable})
			}
			redact := func(table, enable, expression string) {
				srv.Insert("REDACTION_POLICIES", row{"OBJECT_OWNER": "SHOP", "OBJECT_NAME": table,
					"POLICY_NAME": "R_" + table, "EXPRESSION": expression, "ENABLE": enable})
			}
			policy("GOOD", "YES", "NO") // on INSERT, for example
			policy("OFF", "NO", "YES")
			redact("OFF", "NO", "1=1")
			checktest.WantFound(t, task, privilege.RowPolicy)
			policy("ROWS", "YES", "YES")
			redact("MASKED", "YES", "1 = 1")
			redact("MAYBE", "YES", "SYS_CONTEXT('USERENV','SESSION_USER') <> 'APP'")
			got := checktest.WantFound(t, task, privilege.RowPolicy, "redacted MASKED", "redacted MAYBE",
				"row_policy ROWS")
			for _, f := range got.Findings {
				if failed := f.Object.Table == "MASKED"; (f.Level == checks.Fail) != failed {
					t.Errorf("the level of %s is %s", f.Object, f.Level)
				}
			}
			checktest.WantEqual(t, []string{`GRANT EXEMPT ACCESS POLICY TO "PRECHECK"`}, got.Findings[2].SQL)
			srv.Deny(942, "REDACTION_POLICIES")
			got = task.Run(t, privilege.RowPolicy)
			text := got.Message(5)
			grant := `GRANT SELECT ON SYS.REDACTION_POLICIES TO "PRECHECK"`
			if got.Outcome != engine.Unknown || len(got.Findings) != 1 || !strings.Contains(text, grant) {
				t.Errorf("without the view it is %s: %s", got.Outcome, text)
			}
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "EXEMPT REDACTION POLICY"})
			checktest.WantFound(t, task, privilege.RowPolicy, "row_policy ROWS")
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "EXEMPT ACCESS POLICY"})
			checktest.WantFound(t, task, privilege.RowPolicy)
		})
	}
}
