package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/disposable"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestOracleRoleAndPrivilegesEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			end := checktest.Endpoint{Server: &dbtest.Server{Server: disposable.Server{
				Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User,
				Password: srv.Password, Service: srv.Service}}, Schema: "SHOP"}
			task := checktest.Real{Source: end, Dest: end, Phases: checks.Incremental}
			expect := func(c *checks.Check, want ...engine.Outcome) {
				t.Helper()
				got := task.Run(t, c)
				for _, w := range want {
					if got.Outcome == w {
						return
					}
				}
				t.Errorf("%s is %s, want %v:\n%s", c.Type, got.Outcome, want, got.Message(5))
			}
			type row = oracletest.Row
			srv.SetContext("CON_NAME", "CDB$ROOT")
			srv.Insert("DBA_USERS", row{"USERNAME": "SHOP", "USER_ID": 101})
			srv.Insert("DBA_ALL_TABLES", row{"OWNER": "SHOP", "TABLE_NAME": "ORDERS", "TEMPORARY": "N"})

			srv.Insert("ALL_TAB_PRIVS",
				row{"GRANTEE": "OTHER", "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "ORDERS", "PRIVILEGE": "SELECT"})
			expect(privilege.ReadPrivilege, engine.Failed, engine.Warned)
			srv.Insert("SESSION_ROLES", row{"ROLE": "READERS"})
			srv.Insert("ALL_TAB_PRIVS",
				row{"GRANTEE": "READERS", "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "ORDERS", "PRIVILEGE": "SELECT"})
			expect(privilege.ReadPrivilege, engine.Passed)

			expect(privilege.LogPrivilege, engine.Failed)
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "LOGMINING"}, row{"PRIVILEGE": "SELECT ANY TRANSACTION"})
			expect(privilege.LogPrivilege, engine.Failed)
			srv.Insert("ALL_TAB_PRIVS",
				row{"GRANTEE": "PUBLIC", "TABLE_SCHEMA": "SYS", "TABLE_NAME": "DBMS_LOGMNR", "PRIVILEGE": "EXECUTE"})
			expect(privilege.LogPrivilege, engine.Passed) // SELECT ANY DICTIONARY covers the views
			srv.Clear("SESSION_PRIVS")
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "LOGMINING"}, row{"PRIVILEGE": "SELECT ANY TRANSACTION"})
			expect(privilege.LogPrivilege, engine.Failed)
			for _, view := range datasource.LogMinerViews() {
				srv.Insert("ALL_TAB_PRIVS",
					row{"GRANTEE": "READERS", "TABLE_SCHEMA": "SYS", "TABLE_NAME": view, "PRIVILEGE": "SELECT"})
			}
			expect(privilege.LogPrivilege, engine.Passed)

			expect(server.Role, engine.Passed)
			srv.Set("V$DATABASE", row{"DATABASE_ROLE": "PHYSICAL STANDBY"})
			expect(server.Role, engine.Warned)
		})
	}
}
