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
