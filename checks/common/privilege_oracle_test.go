package common_test

import (
	"strings"
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

func TestReadPrivilegeOfOracle(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	granted := map[datasource.TableName][]string{orders: {"INSERT", "READ"}}
	named := checks.Selection{Databases: []checks.SelectedDatabase{{Name: "SHOP", Tables: []checks.SelectedTable{{Name: "ORDERS"}}}}}
	for _, tc := range []struct {
		name       string
		server     datasource.Server
		privileges datasource.OraclePrivileges
		selection  checks.Selection
		want       []string
		sql        []string
		fails      bool
	}{
		{name: "a privilege on the schema", server: oracle23, privileges: datasource.OraclePrivileges{Schemas: map[string][]string{"SHOP": {"READ ANY TABLE"}}}},
		{name: "a privilege on another schema", server: oracle23, privileges: datasource.OraclePrivileges{SeesAll: true, Schemas: map[string][]string{"HR": {"SELECT ANY TABLE"}}}, want: []string{"missing_right"},
			sql: []string{`GRANT SELECT ON "SHOP"."ORDERS" TO "PRE"`}},
		{name: "tables that are not seen", server: oracle19, privileges: datasource.OraclePrivileges{Objects: granted}, want: []string{"hidden_tables"}, sql: []string{`GRANT SELECT ANY TABLE TO "PRE"`}},
		{name: "tables of one schema that are not seen", server: oracle23, privileges: datasource.OraclePrivileges{Objects: granted}, want: []string{"hidden_tables"}, sql: []string{`GRANT SELECT ANY TABLE ON SCHEMA "SHOP" TO "PRE"`}},
		{name: "a table that is named", server: oracle19, privileges: datasource.OraclePrivileges{Objects: granted}, selection: named},
		{name: "a tenant", server: obOracle43, privileges: datasource.OraclePrivileges{System: []string{"SELECT ANY TABLE"}, UnreadableRoles: []string{"R"}}},
		{name: "a tenant's table without a right", server: obOracle43, privileges: datasource.OraclePrivileges{SeesAll: true}, want: []string{"missing_right"}, sql: []string{`GRANT SELECT ON "SHOP"."ORDERS" TO "PRE"`}},
		{name: "a tenant's role that does not show what it holds", server: obOracle43, privileges: datasource.OraclePrivileges{SeesAll: true, UnreadableRoles: []string{"R"}}, fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.privileges.Account = "PRE"
			route := checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle}
			if tc.server.IsOceanBase() {
				route = checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle}
			}
			source := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables: tables("SHOP.ORDERS"), datasource.FactOraclePrivileges: tc.privileges}
			findings, _, err := checktest.Facts{Source: source, Dest: datasource.Snapshot{}, Selection: tc.selection, Route: route}.Run(t, common.ReadPrivilege)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.sql, statements(findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWritePrivilegeOfOracle(t *testing.T) {
	t.Parallel()
	const everyPhase = checks.Schema | checks.Full | checks.Incremental
	orders, target := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}, datasource.TableName{Schema: "T", Name: "ORDERS"}
	all := []string{"CREATE ANY TABLE", "CREATE ANY VIEW", "CREATE ANY INDEX", "ALTER ANY TABLE", "DROP ANY TABLE", "INSERT ANY TABLE", "UPDATE ANY TABLE", "DELETE ANY TABLE", "SELECT ANY TABLE"}
	second := datasource.GroupByTable(datasource.TableRows[datasource.Index]{Table: orders, Rows: []datasource.Index{{Name: "I"}}})
	roomy := map[string]datasource.Space{"T": {Unlimited: true}}
	for _, tc := range []struct {
		name       string
		server     datasource.Server
		privileges datasource.OraclePrivileges
		account    string
		there      bool // the table stands on the destination
		indexes    datasource.ByTable[datasource.Index]
		identity   bool
		spaces     any
		phases     checks.Phases
		side       checks.Side
		want       []string
		sql        []string
		notes      int
		fails      bool
	}{
		{name: "everything", server: oracle19, privileges: datasource.OraclePrivileges{System: all}, indexes: second},
		{name: "the own schema", server: oracle19, account: "T", privileges: datasource.OraclePrivileges{System: []string{"CREATE TABLE", "CREATE VIEW"}}, indexes: second},
		{name: "the own schema, nothing granted", server: oracle19, account: "T", want: []string{"missing_right"}, sql: []string{`GRANT CREATE TABLE, CREATE VIEW TO "PRE"`}},
		{name: "an identity column in the own schema", server: oracle19, account: "T", identity: true, privileges: datasource.OraclePrivileges{System: []string{"CREATE TABLE", "CREATE VIEW"}}, want: []string{"missing_right"},
			sql: []string{`GRANT CREATE SEQUENCE TO "PRE"`}},
		{name: "an identity column in the own schema, and a sequence", server: oracle19, account: "T", identity: true, privileges: datasource.OraclePrivileges{System: []string{"CREATE TABLE", "CREATE VIEW", "CREATE SEQUENCE"}}},
		{name: "an identity column in another schema", server: oracle19, identity: true, privileges: datasource.OraclePrivileges{System: all}, want: []string{"missing_helpful_right"}, sql: []string{`GRANT CREATE ANY SEQUENCE TO "PRE"`}},
		{name: "an identity column in a tenant's schema", server: obOracle43, identity: true, privileges: datasource.OraclePrivileges{System: all}},
		{name: "SYS", server: oracle19, account: "SYS"},
		{name: "nothing", server: oracle19, indexes: second, want: []string{"missing_right", "missing_right", "missing_helpful_right", "missing_helpful_right"}, sql: []string{
			`GRANT CREATE ANY TABLE, CREATE ANY VIEW, CREATE ANY INDEX TO "PRE"`, `GRANT INSERT ANY TABLE, UPDATE ANY TABLE, DELETE ANY TABLE TO "PRE"`,
			`GRANT ALTER ANY TABLE, DROP ANY TABLE TO "PRE"`, `GRANT SELECT ANY TABLE TO "PRE"`}},
		{name: "no other index than a primary key", server: oracle19, privileges: datasource.OraclePrivileges{System: append([]string{"CREATE ANY VIEW"}, append(all[:1:1], all[3:]...)...)}, want: []string{"missing_helpful_right"},
			sql: []string{`GRANT CREATE ANY INDEX TO "PRE"`}},
		{name: "rows of tables to come, on the schema", server: oracle23, phases: checks.Full, privileges: datasource.OraclePrivileges{Schemas: map[string][]string{"T": {"SELECT ANY TABLE"}}}, want: []string{"missing_right"},
			sql: []string{`GRANT INSERT ANY TABLE ON SCHEMA "T" TO "PRE"`}},
		{name: "rows, all on the schema", server: oracle23, phases: checks.Full, privileges: datasource.OraclePrivileges{Schemas: map[string][]string{"T": {"SELECT ANY TABLE", "INSERT ANY TABLE"}}}},
		{name: "a table that is there", server: oracle19, there: true, phases: checks.Incremental, privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{target: {"INSERT", "SELECT"}}}, want: []string{"missing_right"},
			sql: []string{`GRANT UPDATE, DELETE ON "T"."ORDERS" TO "PRE"`}},
		{name: "a table that is there, granted", server: oracle19, there: true, phases: checks.Incremental, privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{target: {"INSERT", "UPDATE", "DELETE", "SELECT"}}}},
		{name: "rows to compare", server: oracle19, there: true, phases: checks.Full, privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{target: {"INSERT"}}}, want: []string{"missing_helpful_right"},
			sql: []string{`GRANT SELECT ON "T"."ORDERS" TO "PRE"`}},
		{name: "no room", server: oracle19, privileges: datasource.OraclePrivileges{System: all}, spaces: map[string]datasource.Space{"T": {Default: "USERS", Quotas: []datasource.Quota{{Tablespace: "USERS", Used: 8, Most: 8}}}},
			want: []string{"no_quota"}, sql: []string{`ALTER USER "T" QUOTA UNLIMITED ON "USERS"`}},
		{name: "room elsewhere", server: oracle19, privileges: datasource.OraclePrivileges{System: all}, spaces: map[string]datasource.Space{"T": {Default: "USERS", Quotas: []datasource.Quota{{Tablespace: "DATA", Most: -1}}}},
			want: []string{"no_default_quota"}, sql: []string{`ALTER USER "T" QUOTA UNLIMITED ON "USERS"`}},
		{name: "room", server: oracle19, privileges: datasource.OraclePrivileges{System: all}, spaces: map[string]datasource.Space{"T": {Default: "USERS", Quotas: []datasource.Quota{{Tablespace: "USERS", Used: 8, Most: 9}}}}},
		{name: "room without limits for the account", server: oracle19, account: "T", phases: checks.Full, privileges: datasource.OraclePrivileges{System: []string{"UNLIMITED TABLESPACE"}}, spaces: map[string]datasource.Space{"T": {}}},
		{name: "room that rows need alone", server: oracle19, account: "T", phases: checks.Full, spaces: map[string]datasource.Space{"T": {}}, want: []string{"no_quota"}},
		{name: "room that is not seen", server: oracle19, privileges: datasource.OraclePrivileges{System: all}, spaces: map[string]datasource.Space{}, notes: 1},
		{name: "room that cannot be read", server: oracle19, privileges: datasource.OraclePrivileges{System: all}, spaces: &datasource.Error{Class: datasource.ErrLost}, fails: true},
		{name: "a tenant has no quotas", server: obOracle43, privileges: datasource.OraclePrivileges{System: all}, spaces: &datasource.Error{Class: datasource.ErrUnsupported}},
		{name: "a tenant's role that does not show what it holds", server: obOracle43, privileges: datasource.OraclePrivileges{System: all[1:], UnreadableRoles: []string{"R"}}, fails: true},
		{name: "a tenant's schema", server: obOracle43, privileges: datasource.OraclePrivileges{System: all[1:]}, want: []string{"missing_right"}, sql: []string{`GRANT CREATE ANY TABLE TO "PRE"`}},
		{name: "a source that is not written", server: oracle19, side: checks.Source, notes: 1},
		{name: "a source that is written back", server: oracle19, side: checks.Source, phases: checks.Reverse, privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{orders: {"SELECT", "INSERT", "UPDATE"}}}, want: []string{"missing_right"},
			sql: []string{`GRANT DELETE ON "SHOP"."ORDERS" TO "PRE"`}},
		{name: "a source that may be written back", server: oracle23, side: checks.Source, phases: checks.Reverse, privileges: datasource.OraclePrivileges{System: all}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.privileges.Account = "PRE"
			if tc.account != "" {
				tc.privileges.Account = tc.account
			}
			if tc.phases == 0 {
				tc.phases = everyPhase
			}
			if tc.side == "" {
				tc.side = checks.Dest
			}
			if tc.spaces == nil {
				tc.spaces = roomy
			}
			route := checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: tc.phases}
			if tc.server.IsOceanBase() {
				route.Dest = datasource.OceanBaseOracle
			}
			end := func(tables datasource.Tables, schema string) datasource.Snapshot {
				id := datasource.Column{Name: "ID", ColumnType: &datasource.ColumnType{DataType: "NUMBER", Oracle: &datasource.OracleColumn{Identity: tc.identity}}}
				return datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactSchemas: []datasource.Schema{{Name: schema}}, datasource.FactTables: tables,
					datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: orders, Rows: []datasource.Column{id}}),
					datasource.FactIndexes: tc.indexes, datasource.FactOraclePrivileges: tc.privileges, datasource.FactSpaces: tc.spaces}
			}
			standing := datasource.Tables{}
			if tc.there {
				standing = tables("T.ORDERS")
			}
			findings, notes, err := checktest.Facts{Source: end(tables("SHOP.ORDERS", "SHOP.SEEN!"), "SHOP"), Dest: end(standing, "T"), Side: tc.side, Route: route,
				Selection: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "SHOP", MappedName: "T"}}}}.Run(t, common.WritePrivilege)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			for i := range tc.sql {
				tc.sql[i] = strings.ReplaceAll(tc.sql[i], `"PRE"`, `"`+tc.privileges.Account+`"`)
			}
			if diff := cmp.Diff(tc.sql, statements(findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			if len(notes) != tc.notes {
				t.Errorf("remarks %q, want %d", notes, tc.notes)
			}
		})
	}
}

// What the emulated dictionary of each release says of rights and quotas, first nothing, then enough.
func TestWritePrivilegeOfOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, from := emulatedOracle(t, release, "ORDERS")
			srv, to := emulatedOracle(t, release)
			srv.Set("DBA_USERS", row{"DEFAULT_TABLESPACE": "USERS"})
			task := checktest.Real{Source: from, Dest: to, Phases: checks.Schema | checks.Full | checks.Incremental}
			expect := func(want engine.Outcome, rules ...string) {
				t.Helper()
				got := task.Run(t, common.WritePrivilege, checks.Dest)
				var found []string
				for _, f := range got.Findings {
					found = append(found, f.Rule)
				}
				if diff := cmp.Diff(rules, found); got.Outcome != want || diff != "" {
					t.Errorf("it is %s, want %s (-want +got):\n%s\n%s", got.Outcome, want, diff, got.Message(10))
				}
			}
			expect(engine.Failed, "missing_right", "missing_right", "no_quota", "missing_helpful_right", "missing_helpful_right")
			for _, p := range []string{"CREATE", "INSERT", "UPDATE", "DELETE", "SELECT", "ALTER", "DROP"} {
				srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": p + " ANY TABLE"})
			}
			srv.Insert("SESSION_PRIVS", row{"PRIVILEGE": "CREATE ANY INDEX"})
			expect(engine.Failed, "no_quota")
			srv.Insert("DBA_TS_QUOTAS", row{"USERNAME": "SHOP", "TABLESPACE_NAME": "OLD", "BYTES": 0, "MAX_BYTES": -1, "DROPPED": "YES"})
			expect(engine.Failed, "no_quota")
			srv.Insert("DBA_TS_QUOTAS", row{"USERNAME": "SHOP", "TABLESPACE_NAME": "DATA", "BYTES": 0, "MAX_BYTES": -1, "DROPPED": "NO"})
			expect(engine.Warned, "no_default_quota")
			srv.Insert("DBA_SYS_PRIVS", row{"GRANTEE": "SHOP", "PRIVILEGE": "UNLIMITED TABLESPACE"})
			expect(engine.Passed)
			srv.Deny(942, "DBA_*")
			expect(engine.Passed) // how much another's schema may store is remarked upon
			srv.Deny(942, "ALL_TAB_PRIVS")
			expect(engine.Unknown)
		})
	}
}

// Privileges on a schema, of 23ai.
func TestSchemaPrivilegesOfOracleEmulated(t *testing.T) {
	t.Parallel()
	srv, from := emulatedOracle(t, oracletest.Release23ai, "ORDERS")
	task := checktest.Real{Source: from, Dest: from, Phases: checks.Full}
	if got := task.Run(t, common.ReadPrivilege); got.Outcome != engine.Failed {
		t.Errorf("without a right it is %s:\n%s", got.Outcome, got.Message(10))
	}
	srv.Insert("SESSION_SCHEMA_PRIVS", oracletest.Row{"PRIVILEGE": "SELECT ANY TABLE", "SCHEMA": "SHOP"})
	if got := task.Run(t, common.ReadPrivilege); got.Outcome != engine.Passed {
		t.Errorf("with a right on the schema it is %s:\n%s", got.Outcome, got.Message(10))
	}
	srv.Deny(942, "SESSION_SCHEMA_PRIVS")
	if got := task.Run(t, common.ReadPrivilege); got.Outcome != engine.Unknown {
		t.Errorf("without the view it is %s:\n%s", got.Outcome, got.Message(10))
	}
}

// A destination of the MySQL protocol is judged as for any other source.
func TestWritePrivilegeFromOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		_, from := emulatedOracle(t, oracletest.Release19c, "ORDERS")
		schema := s.Database(t)
		user, password := s.Account(t, "GRANT CREATE, SELECT ON "+like(schema)+".* TO %s")
		task := checktest.Real{Source: from, Dest: checktest.End{Server: s, User: user, Password: password, Schema: schema}, Phases: checks.Schema | checks.Full | checks.Incremental}
		got := task.Run(t, common.WritePrivilege, checks.Dest)
		if got.Outcome != engine.Failed || !strings.Contains(got.Message(10), "INSERT, UPDATE, DELETE") {
			t.Fatalf("without rights on rows it is %s:\n%s", got.Outcome, got.Message(10))
		}
		checktest.Mend(t, s, got.Findings)
		if got := task.Run(t, common.WritePrivilege, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(10))
		}
	})
}

func TestLogPrivilegeOfOracleEnds(t *testing.T) {
	t.Parallel()
	database := datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE"}
	mining := datasource.OraclePrivileges{Account: "PRE", System: []string{"LOGMINING"}, LogMiner: true}
	for _, tc := range []struct {
		name       string
		server     datasource.Server
		privileges datasource.OraclePrivileges
		side       checks.Side
		phases     checks.Phases
		want       []string
		notes      int
		fails      bool
	}{
		{name: "a destination whose changes are carried back", server: oracle19, side: checks.Dest, phases: checks.Reverse, want: []string{"missing_right", "missing_right"}},
		{name: "one that may be read", server: oracle19, privileges: mining, side: checks.Dest, phases: checks.Reverse},
		{name: "a destination that is not read", server: oracle19, side: checks.Dest, phases: checks.Incremental, notes: 1},
		{name: "a tenant as source", server: obOracle43, side: checks.Source, phases: checks.Incremental, fails: true},
		{name: "a tenant as destination", server: obOracle43, side: checks.Dest, phases: checks.Reverse, fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			end := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactOracleDatabase: database, datasource.FactOraclePrivileges: tc.privileges}
			route := checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: tc.phases}
			if tc.server.IsOceanBase() {
				route.Source, route.Dest = datasource.OceanBaseOracle, datasource.OceanBaseOracle
			}
			findings, notes, err := checktest.Facts{Source: end, Dest: end, Side: tc.side, Route: route}.Run(t, common.LogPrivilege)
			if (err != nil) != tc.fails || tc.fails && !strings.Contains(err.Error(), "tenant sys") {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if len(notes) != tc.notes {
				t.Errorf("remarks %q, want %d", notes, tc.notes)
			}
		})
	}
}
