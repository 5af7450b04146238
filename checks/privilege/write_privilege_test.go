package privilege_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestWritePrivilegeOfOracle(t *testing.T) {
	t.Parallel()
	const everyPhase = checks.Schema | checks.Full | checks.Incremental
	orders, target := datasource.TableName{Schema: "SHOP", Name: "ORDERS"},
		datasource.TableName{Schema: "T", Name: "ORDERS"}
	all := []string{"CREATE ANY TABLE", "CREATE ANY VIEW", "CREATE ANY INDEX", "ALTER ANY TABLE", "DROP ANY TABLE",
		"INSERT ANY TABLE", "UPDATE ANY TABLE", "DELETE ANY TABLE", "SELECT ANY TABLE"}
	second := datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: orders,
		Rows: []datasource.Index{{Name: "I"}}})
	roomy := map[string]datasource.Space{"T": {Unlimited: true}}
	for _, tc := range []struct {
		name       string
		server     datasource.Server
		privileges datasource.OraclePrivileges
		account    string
		there      bool // the table stands on the destination
		indexes    datasource.TableRows[datasource.Index]
		identity   bool
		spaces     any
		phases     checks.Phases
		side       checks.Side
		want       []string
		sql        []string
		notes      int
		fails      bool
	}{
		{name: "everything", server: checktest.OracleServer19, privileges: datasource.OraclePrivileges{System: all},
			indexes: second},
		{name: "the own schema", server: checktest.OracleServer19, account: "T",
			privileges: datasource.OraclePrivileges{System: []string{"CREATE TABLE", "CREATE VIEW"}}, indexes: second},
		{name: "the own schema, nothing granted", server: checktest.OracleServer19, account: "T",
			want: []string{"missing_right"}, sql: []string{`GRANT CREATE TABLE, CREATE VIEW TO "PRE"`}},
		{name: "an identity column in the own schema", server: checktest.OracleServer19, account: "T", identity: true,
			privileges: datasource.OraclePrivileges{System: []string{"CREATE TABLE", "CREATE VIEW"}},
			want:       []string{"missing_right"},
			sql:        []string{`GRANT CREATE SEQUENCE TO "PRE"`}},
		{name: "an identity column in the own schema, and a sequence", server: checktest.OracleServer19, account: "T",
			identity: true, privileges: datasource.OraclePrivileges{System: []string{"CREATE TABLE", "CREATE VIEW",
				"CREATE SEQUENCE"}}},
		{name: "an identity column in another schema", server: checktest.OracleServer19, identity: true,
			privileges: datasource.OraclePrivileges{System: all}, want: []string{"missing_helpful_right"},
			sql: []string{`GRANT CREATE ANY SEQUENCE TO "PRE"`}},
		{name: "an identity column in a tenant's schema", server: checktest.OBOracle43, identity: true,
			privileges: datasource.OraclePrivileges{System: all}},
		{name: "SYS", server: checktest.OracleServer19, account: "SYS"},
		{name: "nothing", server: checktest.OracleServer19, indexes: second,
			want: []string{"missing_right", "missing_right", "missing_helpful_right", "missing_helpful_right"},
			sql: []string{
				`GRANT CREATE ANY TABLE, CREATE ANY VIEW, CREATE ANY INDEX TO "PRE"`,
				`GRANT INSERT ANY TABLE, UPDATE ANY TABLE, DELETE ANY TABLE TO "PRE"`,
				`GRANT ALTER ANY TABLE, DROP ANY TABLE TO "PRE"`, `GRANT SELECT ANY TABLE TO "PRE"`}},
		{name: "no other index than a primary key", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{System: append([]string{"CREATE ANY VIEW"},
				append(all[:1:1], all[3:]...)...)}, want: []string{"missing_helpful_right"},
			sql: []string{`GRANT CREATE ANY INDEX TO "PRE"`}},
		{name: "rows of tables to come, on the schema", server: checktest.OracleServer23, phases: checks.Full,
			privileges: datasource.OraclePrivileges{Schemas: map[string][]string{"T": {"SELECT ANY TABLE"}}},
			want:       []string{"missing_right"},
			sql:        []string{`GRANT INSERT ANY TABLE ON SCHEMA "T" TO "PRE"`}},
		{name: "rows, all on the schema", server: checktest.OracleServer23, phases: checks.Full,
			privileges: datasource.OraclePrivileges{Schemas: map[string][]string{"T": {"SELECT ANY TABLE",
				"INSERT ANY TABLE"}}}},
		{name: "a table that is there", server: checktest.OracleServer19, there: true, phases: checks.Incremental,
			privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{target: {"INSERT",
				"SELECT"}}},
			want: []string{"missing_right"},
			sql:  []string{`GRANT UPDATE, DELETE ON "T"."ORDERS" TO "PRE"`}},
		{name: "a table that is there, granted", server: checktest.OracleServer19, there: true,
			phases: checks.Incremental,
			privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{target: {"INSERT",
				"UPDATE",
				"DELETE", "SELECT"}}}},
		{name: "rows to compare", server: checktest.OracleServer19, there: true, phases: checks.Full,
			privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{target: {"INSERT"}}},
			want:       []string{"missing_helpful_right"},
			sql:        []string{`GRANT SELECT ON "T"."ORDERS" TO "PRE"`}},
		{name: "no room", server: checktest.OracleServer19, privileges: datasource.OraclePrivileges{System: all},
			spaces: map[string]datasource.Space{"T": {Default: "USERS",
				Quotas: []datasource.Quota{{Tablespace: "USERS", Used: 8, Most: 8}}}},
			want: []string{"no_quota"}, sql: []string{`ALTER USER "T" QUOTA UNLIMITED ON "USERS"`}},
		{name: "room elsewhere", server: checktest.OracleServer19, privileges: datasource.OraclePrivileges{System: all},
			spaces: map[string]datasource.Space{"T": {Default: "USERS",
				Quotas: []datasource.Quota{{Tablespace: "DATA", Most: -1}}}},
			want: []string{"no_default_quota"}, sql: []string{`ALTER USER "T" QUOTA UNLIMITED ON "USERS"`}},
		{name: "room", server: checktest.OracleServer19, privileges: datasource.OraclePrivileges{System: all},
			spaces: map[string]datasource.Space{"T": {Default: "USERS",
				Quotas: []datasource.Quota{{Tablespace: "USERS", Used: 8, Most: 9}}}}},
		{name: "room without limits for the account", server: checktest.OracleServer19, account: "T",
			phases:     checks.Full,
			privileges: datasource.OraclePrivileges{System: []string{"UNLIMITED TABLESPACE"}},
			spaces:     map[string]datasource.Space{"T": {}}},
		{name: "room that rows need alone", server: checktest.OracleServer19, account: "T", phases: checks.Full,
			spaces: map[string]datasource.Space{"T": {}}, want: []string{"no_quota"}},
		{name: "quotas that are unknown", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{System: all}, spaces: map[string]datasource.Space{}, notes: 1},
		{name: "room that cannot be read", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{System: all}, spaces: &datasource.Error{Class: datasource.ErrLost},
			fails: true},
		{name: "a tenant has no quotas", server: checktest.OBOracle43,
			privileges: datasource.OraclePrivileges{System: all},
			spaces:     &datasource.Error{Class: datasource.ErrUnsupported}},
		{name: "a tenant's role that does not show what it holds", server: checktest.OBOracle43,
			privileges: datasource.OraclePrivileges{System: all[1:], UnreadableRoles: []string{"R"}}, fails: true},
		{name: "a tenant's schema", server: checktest.OBOracle43,
			privileges: datasource.OraclePrivileges{System: all[1:]},
			want:       []string{"missing_right"}, sql: []string{`GRANT CREATE ANY TABLE TO "PRE"`}},
		{name: "a source that is not written", server: checktest.OracleServer19, side: checks.Source, notes: 1},
		{name: "a source that is written back", server: checktest.OracleServer19, side: checks.Source,
			phases: checks.Reverse,
			privileges: datasource.OraclePrivileges{Objects: map[datasource.TableName][]string{orders: {"SELECT",
				"INSERT",
				"UPDATE"}}}, want: []string{"missing_right"},
			sql: []string{`GRANT DELETE ON "SHOP"."ORDERS" TO "PRE"`}},
		{name: "a source that may be written back", server: checktest.OracleServer23, side: checks.Source,
			phases: checks.Reverse, privileges: datasource.OraclePrivileges{System: all}},
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
				id := datasource.Column{Name: "ID",
					ColumnType: &datasource.ColumnType{DataType: "NUMBER",
						Oracle: &datasource.OracleColumn{Identity: tc.identity}}}
				return datasource.Snapshot{datasource.FactServer: tc.server,
					datasource.FactSchemas: []datasource.Schema{{Name: schema}}, datasource.FactTables: tables,
					datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: orders,
						Rows: []datasource.Column{id}}),
					datasource.FactIndexes: tc.indexes, datasource.FactOraclePrivileges: tc.privileges,
					datasource.FactSpaces: tc.spaces}
			}
			standing := datasource.Tables{}
			if tc.there {
				standing = checktest.Tables("T.ORDERS")
			}
			findings, notes, err := checktest.Facts{Source: end(checktest.Tables("SHOP.ORDERS", "SHOP.SEEN!"), "SHOP"),
				Dest: end(standing, "T"), Side: tc.side, Route: route,
				Selection: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "SHOP", MappedName: "T"}}}}.Run(
				t,
				privilege.WritePrivilege)
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
				t.Errorf("notes %q, want %d", notes, tc.notes)
			}
		})
	}
}

func TestWritePrivilege(t *testing.T) {
	t.Parallel()
	const everyPhase = checks.Schema | checks.Full | checks.Incremental
	dml := []datasource.Privilege{"SELECT", "INSERT", "UPDATE", "DELETE"}
	ddl := []datasource.Privilege{"CREATE", "ALTER", "INDEX", "DROP"}
	all := slices.Concat(dml, ddl, []datasource.Privilege{"CREATE VIEW"})
	key := datasource.GroupByTable(datasource.RowsOf[datasource.ForeignKey]{Table: datasource.TableName{Schema: "shop",
		Name: "orders"},
		Rows: []datasource.ForeignKey{{Name: "fk", Parent: datasource.TableName{Schema: "shop", Name: "orders"}}}})
	for _, tc := range []struct {
		name      string
		grants    []datasource.Grant
		keys      datasource.TableRows[datasource.ForeignKey]
		selection checks.Selection
		phases    checks.Phases
		dest      datasource.Type
		side      checks.Side
		want      []string
		sql       []string
	}{
		{name: "all privileges", grants: []datasource.Grant{on("target", "", all...)}},
		{name: "on everything", grants: []datasource.Grant{on("", "", all...)}},
		{name: "on another schema", grants: []datasource.Grant{on("shop", "", all...)}, phases: checks.Full,
			want: []string{"missing_right", "missing_helpful_right"},
			sql:  []string{"GRANT INSERT ON `target`.* TO 'pre'@'%'", "GRANT SELECT ON `target`.* TO 'pre'@'%'"}},
		{name: "the least of OceanBase Migration Service for MySQL, and SELECT",
			grants: []datasource.Grant{on("target", "", append(dml, "CREATE", "CREATE VIEW")...)},
			want:   []string{"missing_helpful_right"},
			sql:    []string{"GRANT ALTER, INDEX, DROP ON `target`.* TO 'pre'@'%'"}},
		{name: "to OceanBase", grants: []datasource.Grant{on("target", "", append(dml, "CREATE", "CREATE VIEW")...)},
			dest: datasource.OceanBaseMySQL,
			want: []string{"missing_right", "documented_right", "missing_helpful_right"},
			sql: []string{"GRANT ALTER, INDEX ON `target`.* TO 'pre'@'%'", "GRANT SELECT ON *.* TO 'pre'@'%'",
				"GRANT DROP ON `target`.* TO 'pre'@'%'"}},
		{name: "changes need SELECT", grants: []datasource.Grant{on("target", "", "INSERT", "UPDATE", "DELETE")},
			phases: checks.Incremental, want: []string{"missing_right"},
			sql: []string{"GRANT SELECT ON `target`.* TO 'pre'@'%'"}},
		{name: "foreign keys", grants: []datasource.Grant{on("target", "", all...)}, keys: key,
			want: []string{"missing_right"}, sql: []string{"GRANT REFERENCES ON `target`.* TO 'pre'@'%'"}},
		{name: "foreign keys that are not made", grants: []datasource.Grant{on("target", "", all...)}, keys: key,
			phases: checks.Full},
		{name: "the table that is named",
			grants: []datasource.Grant{on("target", "orders", slices.Concat(dml, ddl)...)},
			selection: checks.Selection{Databases: []checks.SelectedDatabase{
				{Name: "shop", MappedName: "target", Tables: []checks.SelectedTable{{Name: "orders"}}}}}},
		{name: "a source that is not written", side: checks.Source},
		{name: "a source that is written back", side: checks.Source, phases: checks.Reverse,
			grants: []datasource.Grant{on("", "", "SELECT", "INSERT", "UPDATE")}, want: []string{"missing_right"},
			sql: []string{"GRANT DELETE ON `shop`.* TO 'pre'@'%'"}},
		{name: "a source that OceanBase writes back to", side: checks.Source, phases: checks.Reverse,
			dest: datasource.OceanBaseMySQL, grants: []datasource.Grant{on("", "", dml...)},
			want: []string{"missing_right"},
			sql:  []string{"GRANT CREATE ON `test`.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.phases == 0 {
				tc.phases = everyPhase
			}
			if tc.side == "" {
				tc.side = checks.Dest
			}
			if tc.selection.Databases == nil {
				tc.selection = checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop",
					MappedName: "target"}}}
			}
			source := shop(tc.grants...)
			source[datasource.FactForeignKeys] = tc.keys
			dest := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL,
				Version: datasource.Version{Major: 8}}, datasource.FactGrants: account(tc.grants...)}
			findings, _, err := checktest.Facts{Source: source, Dest: dest, Side: tc.side, Selection: tc.selection,
				Route: checks.Route{Phases: tc.phases, Dest: tc.dest}}.Run(t, privilege.WritePrivilege)
			if err != nil {
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
