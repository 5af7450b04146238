package capacity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestConnectionLimitOfOracle(t *testing.T) {
	t.Parallel()
	resources := func(processes, sessions int, more ...datasource.Snapshot) datasource.Snapshot {
		s := checktest.Oracle19(append([]datasource.Snapshot{profiled(nil, datasource.Variables{"sessions": "472"}),
			{datasource.FactOracleResources: []datasource.OracleResource{
				{Name: "processes", Used: 70, Max: processes}, {Name: "sessions", Used: 90, Max: sessions}},
				datasource.FactOracleContainer: datasource.OracleContainer{}}},
			more...)...)
		return s
	}
	perUser := func(most string) datasource.Snapshot {
		return profiled(map[string]string{"SESSIONS_PER_USER": most},
			datasource.Variables{"sessions": "472", "resource_limit": "TRUE"})
	}
	sessions := datasource.Snapshot{datasource.FactOracleSessions: datasource.OracleSessions{All: 30, Own: 3}}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"enough", resources(300, 472), checktest.Expectation{}},
		{"no limit of processes", resources(0, 472), checktest.Expectation{}},
		{"few processes free", resources(85, 472),
			checktest.Expectation{Want: []string{"warning server_in_use processes"},
				SQL: "ALTER SYSTEM SET processes = 90 SCOPE = SPFILE"}},
		{"few processes in all", resources(15, 472),
			checktest.Expectation{Want: []string{"failure server_below_plan processes"},
				SQL: "ALTER SYSTEM SET processes = 90 SCOPE = SPFILE"}},
		{"few sessions free", resources(300, 100),
			checktest.Expectation{Want: []string{"warning server_in_use sessions"},
				SQL: "ALTER SYSTEM SET sessions = 110 SCOPE = SPFILE"}},
		{"a pluggable database with free sessions",
			resources(300, 472, profiled(nil, datasource.Variables{"sessions": "46"}), sessions),
			checktest.Expectation{}},
		{"a pluggable database with few free sessions",
			resources(300, 472, profiled(nil, datasource.Variables{"sessions": "45"}), sessions),
			checktest.Expectation{Want: []string{"warning server_in_use sessions"},
				SQL: "ALTER SYSTEM SET sessions = 50"}},
		{"a pluggable database that shows no resources",
			resources(0, 0, datasource.Snapshot{datasource.FactOracleResources: []datasource.OracleResource{}},
				sessions),
			checktest.Expectation{Note: "The limit of processes is not visible."}},
		{"unreadable sessions", resources(0, 0,
			datasource.Snapshot{datasource.FactOracleResources: []datasource.OracleResource{},
				datasource.FactOracleSessions: checktest.ErrRefusedView}), checktest.Expectation{Unknown: true}},
		{"no visible limit of sessions",
			resources(0, 0, datasource.Snapshot{datasource.FactOracleResources: []datasource.OracleResource{},
				datasource.FactVariables: datasource.Variables{}}), checktest.Expectation{Unknown: true}},
		{"unreadable resources", resources(0, 0,
			datasource.Snapshot{datasource.FactOracleResources: checktest.ErrRefusedView}),
			checktest.Expectation{Unknown: true}},
		{"enough for the account", resources(300, 472, perUser("19"), sessions), checktest.Expectation{}},
		{"few free for the account", resources(300, 472, perUser("18"), sessions),
			checktest.Expectation{Want: []string{"warning account_in_use PRE"},
				SQL: `ALTER PROFILE "APPS" LIMIT SESSIONS_PER_USER 23`}},
		{"few for the account", resources(300, 472, perUser("15"), sessions),
			checktest.Expectation{Want: []string{"failure account_below_plan PRE"},
				SQL: `ALTER PROFILE "APPS" LIMIT SESSIONS_PER_USER 23`}},
		{"an unreadable account", resources(15, 472,
			datasource.Snapshot{datasource.FactOracleAccount: checktest.ErrRefusedView}),
			checktest.Expectation{Want: []string{"failure server_below_plan processes"},
				SQL: "ALTER SYSTEM SET processes = 90 SCOPE = SPFILE", Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, capacity.ConnectionLimit,
				checktest.Facts{Source: tc.facts, Route: checks.Route{Source: datasource.Oracle},
					Settings: checks.Settings{Connections: 16}})
		})
	}
}

// The limits of the instance of a pluggable database are set in its root.
func TestConnectionLimitOfAPluggableDatabase(t *testing.T) {
	t.Parallel()
	for name, root := range map[string]bool{"CDB$ROOT": false, "SALES": true} {
		findings, _, err := checktest.Facts{Source: checktest.Oracle19(
			profiled(nil, datasource.Variables{"sessions": "472"}),
			datasource.Snapshot{
				datasource.FactOracleResources: []datasource.OracleResource{{Name: "processes", Used: 70, Max: 75},
					{Name: "sessions", Used: 90, Max: 472}},
				datasource.FactOracleContainer: datasource.OracleContainer{CDB: true, Name: name}}),
			Route: checks.Route{Source: datasource.Oracle}, Settings: checks.Settings{Connections: 16},
		}.Run(t, capacity.ConnectionLimit)
		if err != nil || len(findings) != 1 || findings[0].On.Root != root {
			t.Errorf("%s: %+v, %v", name, findings, err)
		}
	}
}

func TestConnectionLimitOfATenantInOracleMode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		facts checktest.Facts
		checktest.Expectation
	}{
		{"enough connections", tenantInOracleMode(datasource.FactConnections,
			datasource.Connections{Max: 16, Used: -1, AccountMax: 16, AccountUsed: -1}),
			checktest.Expectation{Note: "The limit of the account is 16."}},
		{"few connections", tenantInOracleMode(datasource.FactConnections,
			datasource.Connections{Max: 15, Used: -1, AccountMax: 15, AccountUsed: -1}),
			checktest.Expectation{Want: []string{"failure account_below_plan SHOP",
				"failure server_below_plan max_connections"},
				SQL: "SET GLOBAL max_connections = 20"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, capacity.ConnectionLimit, tc.facts)
		})
	}
}

func TestConnectionLimit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name        string
		connections datasource.Connections
		planned     int
		want        []string
	}{
		{"enough", datasource.Connections{Max: 151, Used: 100}, 51, nil},
		{"four by default", datasource.Connections{Max: 10, Used: 7}, 0, []string{"server_in_use max_connections"}},
		{"too few in all", datasource.Connections{Max: 10, Used: 1}, 11, []string{"server_below_plan max_connections"}},
		{"too few free", datasource.Connections{Max: 10, Used: 6}, 5, []string{"server_in_use max_connections"}},
		{"unknown use", datasource.Connections{Max: 10, Used: -1}, 10, nil},
		{"unknown use of too few", datasource.Connections{Max: 10, Used: -1}, 11,
			[]string{"server_below_plan max_connections"}},
		{"too few for the account", datasource.Connections{Max: 151, Used: 1, AccountMax: 4, AccountUsed: 1}, 5,
			[]string{"account_below_plan pre@%"}},
		{"too few free for the account", datasource.Connections{Max: 151, Used: 1, AccountMax: 5, AccountUsed: 1}, 5,
			[]string{"account_in_use pre@%"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			who := checktest.ServerAt(datasource.FlavorMariaDB, "10.11.6")
			who.Account = "pre@%"
			findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: who,
				datasource.FactConnections: tc.connections},
				Settings: checks.Settings{Connections: tc.planned}}.Run(t, capacity.ConnectionLimit)
			if unknown := tc.connections.Used < 0; (err != nil) != unknown {
				t.Errorf("error %v, want one: %v", err, unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			for _, f := range findings {
				if fails := strings.HasSuffix(f.Rule, "_below_plan"); fails != (f.Level == checks.Fail) {
					t.Errorf("%s is a %s", f.Rule, f.Level)
				}
			}
		})
	}
}
