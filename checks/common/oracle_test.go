package common_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

func TestOracleRoleAndPrivileges(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	primary := datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE"}
	standby := datasource.OracleDatabase{Role: "PHYSICAL STANDBY", OpenMode: "READ ONLY WITH APPLY"}
	for _, tc := range []struct {
		name       string
		check      *checks.Check
		side       checks.Side
		role       checks.Role
		version    int
		database   datasource.OracleDatabase
		privileges datasource.OraclePrivileges
		want       []string
		sql        string
	}{
		{name: "a primary", check: common.Role, side: checks.Source, database: primary},
		{name: "a standby as source", check: common.Role, side: checks.Source, database: standby, want: []string{"database_is_standby"}},
		{name: "a standby of the source", check: common.Role, side: checks.Source, role: checks.Slave, database: standby},
		{name: "a primary as standby", check: common.Role, side: checks.Source, role: checks.Slave, database: primary, want: []string{"standby_apart"}},
		{name: "a writable destination", check: common.Role, side: checks.Dest, database: primary},
		{name: "a standby as destination", check: common.Role, side: checks.Dest, database: standby, want: []string{"database_read_only"}},
		{name: "a pluggable destination that is read-only", check: common.Role, side: checks.Dest, want: []string{"database_read_only"},
			database: datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE", CDB: true, Container: "P", ContainerOpen: "READ ONLY"}},
		{name: "any table", check: common.ReadPrivilege, privileges: datasource.OraclePrivileges{System: []string{"SELECT ANY TABLE"}}},
		{name: "its own table", check: common.ReadPrivilege, privileges: datasource.OraclePrivileges{Account: "SHOP"}},
		{name: "a granted table", check: common.ReadPrivilege, privileges: datasource.OraclePrivileges{SeesAll: true, Objects: map[datasource.TableName][]string{orders: {"SELECT"}}}},
		{name: "no right", check: common.ReadPrivilege, privileges: datasource.OraclePrivileges{Account: "PRE", SeesAll: true}, want: []string{"missing_right"}, sql: `GRANT SELECT ON "SHOP"."ORDERS" TO "PRE"`},
		{name: "LogMiner", check: common.LogPrivilege, privileges: datasource.OraclePrivileges{System: []string{"LOGMINING"}, LogMiner: true}},
		{name: "no mining", check: common.LogPrivilege, privileges: datasource.OraclePrivileges{Account: "PRE", LogMiner: true}, want: []string{"missing_right"}, sql: `GRANT LOGMINING TO "PRE"`},
		{name: "no mining in 11.2", check: common.LogPrivilege, version: 11, privileges: datasource.OraclePrivileges{Account: "PRE", LogMiner: true}, want: []string{"missing_right"}, sql: `GRANT SELECT ANY TRANSACTION TO "PRE"`},
		{name: "no package", check: common.LogPrivilege, privileges: datasource.OraclePrivileges{Account: "PRE", System: []string{"LOGMINING"}}, want: []string{"missing_right"}, sql: `GRANT EXECUTE ON SYS.DBMS_LOGMNR TO "PRE"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.version == 0 {
				tc.version = 19
			}
			end := datasource.Snapshot{
				datasource.FactServer:           datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: tc.version}},
				datasource.FactSchemas:          []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables:           datasource.Tables{{TableName: orders, Kind: datasource.BaseTable}},
				datasource.FactOracleDatabase:   tc.database,
				datasource.FactOraclePrivileges: tc.privileges,
			}
			findings, _, err := checktest.Facts{Source: end, Dest: end, Side: tc.side, Role: tc.role,
				Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: checks.Full | checks.Incremental}}.Run(t, tc.check)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			for _, f := range findings {
				if tc.sql != "" && (len(f.SQL) != 1 || f.SQL[0] != tc.sql) {
					t.Errorf("statements %q, want %q", f.SQL, tc.sql)
				}
			}
		})
	}
}

// Before 21c what counts is held in the root, which a pluggable database does not show.
func TestLogPrivilegeInPDB(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		version int
		account string
		unknown bool
	}{{19, "PRE", true}, {19, "C##PRE", true}, {21, "PRE", false}} {
		end := datasource.Snapshot{
			datasource.FactServer:           datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: tc.version}, Account: tc.account},
			datasource.FactOracleDatabase:   datasource.OracleDatabase{CDB: true, Container: "P"},
			datasource.FactOraclePrivileges: datasource.OraclePrivileges{Account: tc.account, System: []string{"LOGMINING"}, LogMiner: true},
		}
		_, _, err := checktest.Facts{Source: end, Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: checks.Incremental}}.Run(t, common.LogPrivilege)
		if (err != nil) != tc.unknown {
			t.Errorf("%d, account %s: %v", tc.version, tc.account, err)
		}
	}
}

func TestOracleRoleAndPrivilegesEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, release, oracletest.Options{})
			end := checktest.End{Server: &dbtest.Server{Product: dbtest.OracleFree, Host: srv.Host, Port: srv.Port, User: srv.User, Password: srv.Password, Service: srv.Service}, Schema: "SHOP"}
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

			srv.Insert("ALL_TAB_PRIVS", row{"GRANTEE": "OTHER", "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "ORDERS", "PRIVILEGE": "SELECT"})
			expect(common.ReadPrivilege, engine.Failed, engine.Warned)
			srv.Insert("SESSION_ROLES", row{"ROLE": "READERS"})
			srv.Insert("ALL_TAB_PRIVS", row{"GRANTEE": "READERS", "TABLE_SCHEMA": "SHOP", "TABLE_NAME": "ORDERS", "PRIVILEGE": "SELECT"})
			expect(common.ReadPrivilege, engine.Passed)

			expect(common.LogPrivilege, engine.Failed)
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "LOGMINING"}, row{"PRIVILEGE": "SELECT ANY TRANSACTION"})
			expect(common.LogPrivilege, engine.Failed)
			srv.Insert("ALL_TAB_PRIVS", row{"GRANTEE": "PUBLIC", "TABLE_SCHEMA": "SYS", "TABLE_NAME": "DBMS_LOGMNR", "PRIVILEGE": "EXECUTE"})
			expect(common.LogPrivilege, engine.Passed)

			expect(common.Role, engine.Passed)
			srv.Set("V$DATABASE", row{"DATABASE_ROLE": "PHYSICAL STANDBY"})
			expect(common.Role, engine.Warned)
		})
	}
}
