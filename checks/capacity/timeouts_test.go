package capacity_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTimeoutsOfOracle(t *testing.T) {
	t.Parallel()
	on := datasource.Variables{"resource_limit": "TRUE", "max_idle_time": "0"}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"no limits", profiled(map[string]string{"IDLE_TIME": "UNLIMITED", "CONNECT_TIME": "UNLIMITED"}, on),
			checktest.Expectation{}},
		{"idle time", profiled(map[string]string{"IDLE_TIME": "30"}, on),
			checktest.Expectation{Want: []string{"warning profile_idle PRE"},
				SQL: `ALTER PROFILE "APPS" LIMIT IDLE_TIME UNLIMITED`}},
		{"connect time", profiled(map[string]string{"CONNECT_TIME": "600"}, on),
			checktest.Expectation{Want: []string{"warning profile_connect PRE"},
				SQL: `ALTER PROFILE "APPS" LIMIT CONNECT_TIME UNLIMITED`}},
		{"limits that are not enforced",
			profiled(map[string]string{"IDLE_TIME": "30"}, datasource.Variables{"resource_limit": "FALSE"}),
			checktest.Expectation{Note: "RESOURCE_LIMIT is FALSE"}},
		{"the instance's idle time", profiled(nil, datasource.Variables{"max_idle_time": "60"}),
			checktest.Expectation{Want: []string{"warning short_idle max_idle_time"},
				SQL: "ALTER SYSTEM SET max_idle_time = 0"}},
		{"idle sessions that block", profiled(nil, datasource.Variables{"max_idle_blocker_time": "5"}),
			checktest.Expectation{Want: []string{"warning idle_blocker max_idle_blocker_time"},
				SQL: "ALTER SYSTEM SET max_idle_blocker_time = 0"}},
		{"an unreadable account", datasource.Snapshot{datasource.FactOracleAccount: checktest.ErrRefusedView,
			datasource.FactVariables: datasource.Variables{"max_idle_time": "60"}},
			checktest.Expectation{Want: []string{"warning short_idle max_idle_time"},
				SQL:     "ALTER SYSTEM SET max_idle_time = 0",
				Unknown: true}},
		{"unreadable parameters", datasource.Snapshot{datasource.FactOracleAccount: datasource.OracleAccount{},
			datasource.FactVariables: checktest.ErrRefusedView}, checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, capacity.Timeouts,
				checktest.Facts{Source: checktest.Oracle19(tc.facts), Route: checks.Route{Source: datasource.Oracle}})
		})
	}
}

func TestTimeoutsOfATenantInOracleMode(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		facts checktest.Facts
		checktest.Expectation
	}{
		{"long limits", tenantInOracleMode(datasource.FactVariables,
			datasource.Variables{"ob_query_timeout": "3600000000", "ob_trx_timeout": "86400000000",
				"ob_trx_idle_timeout": "120000000"}), checktest.Expectation{}},
		{"a short limit", tenantInOracleMode(datasource.FactVariables,
			datasource.Variables{"ob_query_timeout": "10000000"}),
			checktest.Expectation{Want: []string{"warning short_statement ob_query_timeout"},
				SQL: "SET GLOBAL ob_query_timeout = 3600000000"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, capacity.Timeouts, tc.facts)
		})
	}
}

func TestTimeouts(t *testing.T) {
	t.Parallel()
	good := datasource.Variables{"net_read_timeout": "30", "net_write_timeout": "60", "wait_timeout": "28800",
		"max_execution_time": "0", "max_statement_time": "0.000000", "idle_transaction_timeout": "0"}
	for _, tc := range []struct {
		name   string
		change datasource.Variables
		want   []string
		sql    []string
		fails  bool
	}{
		{"defaults", nil, nil, nil, false},
		{"a limit in milliseconds", datasource.Variables{"max_execution_time": "3599999"},
			[]string{"short_statement max_execution_time"}, []string{"SET PERSIST max_execution_time = 0"}, false},
		{"a limit with a fraction", datasource.Variables{"max_statement_time": "0.500000"},
			[]string{"short_statement max_statement_time"}, []string{"SET PERSIST max_statement_time = 0"}, false},
		{"a long limit", datasource.Variables{"max_execution_time": "3600000", "max_statement_time": "7200"}, nil, nil,
			false},
		{"idle", datasource.Variables{"wait_timeout": "60"}, []string{"short_idle wait_timeout"},
			[]string{"SET PERSIST wait_timeout = 3600"}, false},
		{"an idle limit of zero", datasource.Variables{"wait_timeout": "0"}, []string{"short_idle wait_timeout"}, nil,
			false},
		{"network", datasource.Variables{"net_write_timeout": "10"}, []string{"short_network net_write_timeout"}, nil,
			false},
		{"OceanBase", datasource.Variables{"ob_query_timeout": "10000000", "ob_trx_timeout": "86400000000"},
			[]string{"short_statement ob_query_timeout"}, []string{"SET PERSIST ob_query_timeout = 3600000000"}, false},
		{"not a number", datasource.Variables{"wait_timeout": "long"}, nil, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			variables := datasource.Variables{}
			for _, from := range []datasource.Variables{good, tc.change} {
				for name, value := range from {
					variables[name] = value
				}
			}
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{datasource.FactServer: checktest.ServerAt(datasource.FlavorMySQL, "8.0.36"),
					datasource.FactVariables: variables}}.Run(t, capacity.Timeouts)
			if (err != nil) != tc.fails {
				t.Fatalf("error %v, want one: %v", err, tc.fails)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if tc.sql != nil && !cmp.Equal(findings[0].SQL, tc.sql) {
				t.Errorf("SQL %v, want %v", findings[0].SQL, tc.sql)
			}
		})
	}
}
