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

func TestReadPrivilegeOfOracle(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	granted := map[datasource.TableName][]string{orders: {"INSERT", "READ"}}
	named := checks.Selection{Databases: []checks.SelectedDatabase{{Name: "SHOP",
		Tables: []checks.SelectedTable{{Name: "ORDERS"}}}}}
	for _, tc := range []struct {
		name       string
		server     datasource.Server
		privileges datasource.OraclePrivileges
		selection  checks.Selection
		want       []string
		sql        []string
		fails      bool
	}{
		{name: "any table", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{System: []string{"SELECT ANY TABLE"}}},
		{name: "its own table", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Account: "SHOP"}},
		{name: "a granted table", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{SeesAll: true,
				Objects: map[datasource.TableName][]string{orders: {"SELECT"}}}},
		{name: "no privilege", server: checktest.OracleServer19, privileges: datasource.OraclePrivileges{SeesAll: true},
			want: []string{"missing_right"}, sql: []string{`GRANT SELECT ON "SHOP"."ORDERS" TO "PRE"`}},
		{name: "a privilege on the schema", server: checktest.OracleServer23,
			privileges: datasource.OraclePrivileges{Schemas: map[string][]string{"SHOP": {"READ ANY TABLE"}}}},
		{name: "a privilege on another schema", server: checktest.OracleServer23,
			privileges: datasource.OraclePrivileges{SeesAll: true,
				Schemas: map[string][]string{"HR": {"SELECT ANY TABLE"}}},
			want: []string{"missing_right"},
			sql:  []string{`GRANT SELECT ON "SHOP"."ORDERS" TO "PRE"`}},
		{name: "tables that are invisible", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Objects: granted}, want: []string{"hidden_tables"},
			sql: []string{`GRANT SELECT ANY TABLE TO "PRE"`}},
		{name: "tables of one schema that are invisible", server: checktest.OracleServer23,
			privileges: datasource.OraclePrivileges{Objects: granted}, want: []string{"hidden_tables"},
			sql: []string{`GRANT SELECT ANY TABLE ON SCHEMA "SHOP" TO "PRE"`}},
		{name: "a table that is named", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Objects: granted}, selection: named},
		{name: "a tenant", server: checktest.OBOracle43,
			privileges: datasource.OraclePrivileges{System: []string{"SELECT ANY TABLE"},
				UnreadableRoles: []string{"R"}}},
		{name: "a tenant's table without a privilege", server: checktest.OBOracle43,
			privileges: datasource.OraclePrivileges{SeesAll: true}, want: []string{"missing_right"},
			sql: []string{`GRANT SELECT ON "SHOP"."ORDERS" TO "PRE"`}},
		{name: "a tenant's role that does not show what it holds", server: checktest.OBOracle43,
			privileges: datasource.OraclePrivileges{SeesAll: true, UnreadableRoles: []string{"R"}}, fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.privileges.Account == "" {
				tc.privileges.Account = "PRE"
			}
			route := checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: checks.Full}
			if tc.server.IsOceanBase() {
				route = checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle}
			}
			source := datasource.Snapshot{datasource.FactServer: tc.server,
				datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables:  checktest.Tables("SHOP.ORDERS"), datasource.FactOraclePrivileges: tc.privileges,
				datasource.FactRowPolicies:       datasource.TableRows[datasource.RowPolicy]{},
				datasource.FactRedactionPolicies: datasource.TableRows[datasource.RowPolicy]{}}
			findings, _, err := checktest.Facts{Source: source, Dest: datasource.Snapshot{}, Selection: tc.selection,
				Route: route}.Run(t, privilege.ReadPrivilege)
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

// TestFlashbackPrivilege reads tables as of the SCN at which INCREMENTAL starts.
func TestFlashbackPrivilege(t *testing.T) {
	t.Parallel()
	orders := datasource.TableName{Schema: "SHOP", Name: "ORDERS"}
	for _, tc := range []struct {
		system  string
		objects []string
		dest    datasource.Type
		phases  checks.Phases
		want    []string
	}{
		{"", []string{"SELECT"}, datasource.MySQL, checks.Full | checks.Incremental, []string{"no_flashback"}},
		{"", []string{"SELECT", "FLASHBACK"}, datasource.MySQL, checks.Full | checks.Incremental, nil},
		{"FLASHBACK ANY TABLE", []string{"SELECT"}, datasource.MySQL, checks.Full | checks.Incremental, nil},
		{"", []string{"SELECT"}, datasource.MySQL, checks.Full, nil},
		{"", []string{"SELECT"}, datasource.OceanBaseMySQL, checks.Full | checks.Incremental, nil},
		{"", nil, datasource.MySQL, checks.Full | checks.Incremental, []string{"missing_right", "no_flashback"}},
	} {
		source := datasource.Snapshot{datasource.FactServer: checktest.OracleServer19,
			datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
			datasource.FactTables:  checktest.Tables("SHOP.ORDERS"),
			datasource.FactOraclePrivileges: datasource.OraclePrivileges{Account: "PRE", SeesAll: true,
				System: []string{tc.system}, Objects: map[datasource.TableName][]string{orders: tc.objects}},
			datasource.FactRowPolicies:       datasource.TableRows[datasource.RowPolicy]{},
			datasource.FactRedactionPolicies: datasource.TableRows[datasource.RowPolicy]{}}
		facts := checktest.Facts{Source: source, Dest: datasource.Snapshot{},
			Route: checks.Route{Source: datasource.Oracle, Dest: tc.dest, Phases: tc.phases}}
		checktest.WantOutcome(t, facts, privilege.ReadPrivilege, false, tc.want...)
	}
}

var oneOrders = checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop",
	Tables: []checks.SelectedTable{{Name: "orders"}}}}}

func TestReadPrivilege(t *testing.T) {
	t.Parallel()
	whole := checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop"}}}
	all := on("", "", "SELECT", "SHOW VIEW", "TRIGGER", "EVENT")
	for _, tc := range []struct {
		name      string
		grants    []datasource.Grant
		selection checks.Selection
		phases    checks.Phases
		dest      datasource.Type
		want      []string
		sql       []string
	}{
		{name: "everything", grants: []datasource.Grant{all}, selection: whole},
		{name: "the schema", grants: []datasource.Grant{on("shop", "", "SELECT", "SHOW VIEW", "TRIGGER", "EVENT"),
			on("", "", "SHOW_ROUTINE")}, selection: whole},
		{name: "the tables of a schema that is included as a whole",
			grants: []datasource.Grant{on("shop", "orders", "SELECT"), on("shop", "seen", "SELECT")}, selection: whole,
			phases: checks.Full,
			want:   []string{"missing_right"}, sql: []string{"GRANT SELECT ON `shop`.* TO 'pre'@'%'"}},
		{name: "no definition of a view",
			grants:    []datasource.Grant{on("shop", "", "SELECT", "TRIGGER", "EVENT"), on("", "", "SHOW_ROUTINE")},
			selection: whole,
			want:      []string{"missing_right"}, sql: []string{"GRANT SHOW VIEW ON `shop`.`seen` TO 'pre'@'%'"}},
		{name: "rows alone need no definition", grants: []datasource.Grant{on("shop", "", "SELECT")}, selection: whole,
			phases: checks.Full},
		{name: "hidden objects", grants: []datasource.Grant{on("shop", "", "SELECT", "SHOW VIEW")}, selection: whole,
			want: []string{"hidden_objects", "hidden_objects"},
			sql:  []string{"GRANT SHOW_ROUTINE ON *.* TO 'pre'@'%'", "GRANT TRIGGER, EVENT ON `shop`.* TO 'pre'@'%'"}},
		{name: "the table that is named", grants: []datasource.Grant{on("shop", "orders", "SELECT")},
			selection: oneOrders},
		{name: "another table than the named one", grants: []datasource.Grant{on("shop", "seen", "SELECT")},
			selection: oneOrders,
			want:      []string{"missing_right"}, sql: []string{"GRANT SELECT ON `shop`.`orders` TO 'pre'@'%'"}},
		{name: "tables named by patterns, one hidden", grants: []datasource.Grant{on("shop", "orders", "SELECT")},
			selection: checks.Selection{Include: []string{"shop.orders", "shop.hidden"}},
			want:      []string{"missing_right"}, sql: []string{"GRANT SELECT ON `shop`.`hidden` TO 'pre'@'%'"}},
		{name: "to OceanBase with changes", grants: []datasource.Grant{on("shop", "orders", "SELECT")},
			selection: oneOrders,
			dest:      datasource.OceanBaseMySQL, phases: checks.Incremental,
			want: []string{"documented_right"}, sql: []string{"GRANT SELECT ON *.* TO 'pre'@'%'"}},
		{name: "schemas by a pattern", grants: []datasource.Grant{on("shop", "", "SELECT")}, phases: checks.Full,
			want: []string{"hidden_schemas"}, sql: []string{"GRANT SHOW DATABASES ON *.* TO 'pre'@'%'"}},
		{name: "schemas by a pattern, all visible",
			grants: []datasource.Grant{on("shop", "", "SELECT"), on("", "", "SHOW DATABASES")}, phases: checks.Full},
		{name: "a pattern holds more", grants: []datasource.Grant{on("sh%", "", "INSERT", "DELETE")}, selection: whole,
			phases: checks.Full,
			want:   []string{"missing_right"}, sql: []string{"GRANT SELECT, DELETE, INSERT ON `shop`.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.phases == 0 {
				tc.phases = checks.Schema | checks.Full
			}
			findings, _, err := checktest.Facts{Source: shop(tc.grants...), Selection: tc.selection,
				Route: checks.Route{Phases: tc.phases, Dest: tc.dest}}.Run(t, privilege.ReadPrivilege)
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

func TestReadPrivilegeUnknown(t *testing.T) {
	t.Parallel()
	for name, grants := range map[string]datasource.Rights{
		"a line that is not understood": {NotUnderstood: []string{"GRANT WHATEVER"}},
		"an unknown privilege": {Grants: []datasource.Grant{{Level: datasource.OnSchema, Schema: "shop",
			UnknownPrivileges: []string{"READ ALL"}}}},
		"two patterns": {Wildcards: true,
			Grants: []datasource.Grant{on("sh%", "", "SELECT"), on("s%", "", "INSERT")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := shop()
			source[datasource.FactGrants] = datasource.Grants{Rights: grants}
			findings, _, err := checktest.Facts{Source: source, Selection: oneOrders,
				Route: checks.Route{Phases: checks.Full}}.Run(t, privilege.ReadPrivilege)
			if err == nil || len(findings) != 0 {
				t.Errorf("found %v, error %v: want an error alone", checktest.Rules(findings), err)
			}
		})
	}
}

func TestReadPrivilegeByRole(t *testing.T) {
	t.Parallel()
	source := shop()
	source[datasource.FactGrants] = datasource.Grants{Account: datasource.Account{User: "pre", Host: "%"},
		Inactive: []string{"`writer`", "`reader`"},
		Alternatives: []datasource.Alternative{
			{Roles: []string{"`writer`"}, Activate: "SET DEFAULT ROLE `writer` FOR 'pre'@'%'",
				Rights: datasource.Rights{Grants: []datasource.Grant{on("shop", "", "INSERT")}}},
			{Roles: []string{"`reader`"}, Activate: "SET DEFAULT ROLE `reader` FOR 'pre'@'%'",
				Rights: datasource.Rights{Grants: []datasource.Grant{on("shop", "", "SELECT")}}}}}
	findings, _, err := checktest.Facts{Source: source, Selection: oneOrders,
		Route: checks.Route{Phases: checks.Full}}.Run(t, privilege.ReadPrivilege)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) != 1 || findings[0].Rule != "inactive_role" ||
		!slices.Equal(findings[0].SQL, []string{"SET DEFAULT ROLE `reader` FOR 'pre'@'%'"}) ||
		!strings.Contains(findings[0].Message, "`reader`") {
		t.Errorf("got %+v, want the name of the role and its activation", findings)
	}
}
