package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestSchemaPrivilegesOfOracleEmulated covers privileges on a schema in 23ai.
func TestSchemaPrivilegesOfOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, from := checktest.EmulatedOracle(t, oracletest.Release23ai, "ORDERS")
	task := checktest.Real{Source: from, Dest: from, Phases: checks.Full}
	if got := task.Run(t, privilege.ReadPrivilege); got.Outcome != engine.Failed {
		t.Errorf("without a privilege it is %s:\n%s", got.Outcome, got.Message(10))
	}
	srv.Insert("SESSION_SCHEMA_PRIVS", oracletest.Row{"PRIVILEGE": "SELECT ANY TABLE", "SCHEMA": "SHOP"})
	if got := task.Run(t, privilege.ReadPrivilege); got.Outcome != engine.Passed {
		t.Errorf("with a privilege on the schema it is %s:\n%s", got.Outcome, got.Message(10))
	}
	srv.Deny(942, "SESSION_SCHEMA_PRIVS")
	if got := task.Run(t, privilege.ReadPrivilege); got.Outcome != engine.Unknown {
		t.Errorf("without the view it is %s:\n%s", got.Outcome, got.Message(10))
	}
}

// TestPoliciesOfOracleEmulated covers policies that hide rows and values from the account.
func TestPoliciesOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			type row = oracletest.Row
			srv, from := checktest.EmulatedOracle(t, release, "GOOD", "OFF", "ROWS", "MASKED", "MAYBE")
			task := checktest.Real{Source: from, Dest: from, Phases: checks.Full}
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "SELECT ANY TABLE"})
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
			checktest.WantFound(t, task, privilege.ReadPrivilege)
			policy("ROWS", "YES", "YES")
			redact("MASKED", "YES", "1 = 1")
			redact("MAYBE", "YES", "SYS_CONTEXT('USERENV','SESSION_USER') <> 'APP'")
			got := checktest.WantFound(t, task, privilege.ReadPrivilege, "redacted MASKED", "redacted MAYBE",
				"row_policy ROWS")
			for _, f := range got.Findings {
				if failed := f.Object.Table == "MASKED"; (f.Level == checks.Fail) != failed {
					t.Errorf("the level of %s is %s", f.Object, f.Level)
				}
			}
			checktest.WantEqual(t, []string{`GRANT EXEMPT ACCESS POLICY TO "PRECHECK"`}, got.Findings[2].SQL)
			changes := checktest.Real{Source: from, Dest: from, Phases: checks.Incremental}
			checktest.WantFound(t, changes, privilege.ReadPrivilege)
			srv.Deny(942, "REDACTION_POLICIES")
			got = checktest.WantFound(t, task, privilege.ReadPrivilege, "row_policy ROWS")
			if len(got.Notes) == 0 {
				t.Error("no note says that the redaction policies could not be read")
			}
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "EXEMPT REDACTION POLICY"})
			if got := task.Run(t, privilege.ReadPrivilege); len(got.Notes) > 0 {
				t.Errorf("an exempt account has the notes %s", got.Notes)
			}
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "EXEMPT ACCESS POLICY"})
			checktest.WantFound(t, task, privilege.ReadPrivilege)
		})
	}
}
