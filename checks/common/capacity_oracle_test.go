package common_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
)

// refusedView is what reading a view gives that the account may not read.
var refusedView = &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the account PRE may not read the view", Remedy: "Run GRANT SELECT ON it"}

// oracleEnd gives a snapshot of an Oracle 19c database that holds these facts, too.
func oracleEnd(facts ...datasource.Snapshot) datasource.Snapshot {
	s := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOracle, Version: datasource.Version{Major: 19}, Account: "PRE"}}
	for _, f := range facts {
		maps.Copy(s, f)
	}
	return s
}

// oracleTable gives the facts of a schema SHOP whose only table T has a column of that type.
func oracleTable(dataType string) datasource.Snapshot {
	name := datasource.TableName{Schema: "SHOP", Name: "T"}
	return datasource.Snapshot{
		datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
		datasource.FactTables:  datasource.Tables{{TableName: name, Kind: datasource.BaseTable}},
		datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: name,
			Rows: []datasource.Column{{Name: "C", ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: dataType}}}}),
	}
}

// expectation is what a check says of facts.
type expectation struct {
	want    []string // level, rule and object
	sql     string   // all statements, joined by ;
	note    string   // part of a remark
	unknown bool
}

func (e expectation) hold(t *testing.T, c *checks.Check, facts checktest.Facts) {
	t.Helper()
	findings, notes, err := facts.Run(t, c)
	if (err != nil) != e.unknown {
		t.Fatalf("error %v, want one: %v", err, e.unknown)
	}
	var got, sql []string
	for _, f := range findings {
		got, sql = append(got, f.Level.String()+" "+f.Rule+" "+f.Object.String()), append(sql, f.SQL...)
		if strings.Contains(f.Message+f.Remedy, "{") {
			t.Errorf("a gap was not filled in: %s %s", f.Message, f.Remedy)
		}
	}
	if diff := cmp.Diff(e.want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if joined := strings.Join(sql, ";"); joined != e.sql {
		t.Errorf("statements\n%s\nwant\n%s", joined, e.sql)
	}
	if !strings.Contains(strings.Join(notes, ";"), e.note) {
		t.Errorf("notes %q, want one with %q", notes, e.note)
	}
}

func TestTimeZoneOfOracle(t *testing.T) {
	t.Parallel()
	const zoned, local = "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE"
	file := func(version int, database string) any {
		return datasource.OracleTimeZone{Database: database, File: version, Named: true}
	}
	tenant := func(named bool) any { return datasource.OracleTimeZone{Database: "+00:00", Named: named} }
	for _, tc := range []struct {
		name         string
		route        [2]datasource.Type
		column       string
		source, dest any
		expectation
	}{
		{"the same file", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(32, "+00:00"), file(32, "+00:00"), expectation{}},
		{"a newer file", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(32, "+00:00"), file(43, "+08:00"), expectation{}},
		{"an older file", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(43, "+00:00"), file(32, "+00:00"), expectation{want: []string{"warning older_file time zone file"}}},
		{"an older file and no zones", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, local, file(43, "+00:00"), file(32, "+00:00"), expectation{}},
		{"an older file and dates", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, "DATE", file(43, "+00:00"), file(32, "+00:00"), expectation{note: "DATE and TIMESTAMP carry no time zone"}},
		{"dates, with nothing else known", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, "TIMESTAMP", refusedView, refusedView, expectation{}},
		{"another zone of the database", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, local, file(32, "+00:00"), file(32, "+08:00"), expectation{want: []string{"info database_zone DBTIMEZONE"}}},
		{"a file that is not shown", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(32, "+00:00"), refusedView, expectation{unknown: true}},
		{"a tenant with names", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseOracle}, zoned, file(32, "+00:00"), tenant(true), expectation{}},
		{"a tenant without names", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseOracle}, zoned, file(32, "+00:00"), tenant(false), expectation{want: []string{"warning no_regions time zone file"}}},
		{"a tenant without names and local times", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseOracle}, local, file(32, "+00:00"), tenant(false), expectation{}},
		{"from a tenant to Oracle", [2]datasource.Type{datasource.OceanBaseOracle, datasource.Oracle}, zoned, tenant(true), file(32, "+00:00"), expectation{}},
		{"MySQL with names", [2]datasource.Type{datasource.Oracle, datasource.MySQL}, zoned, nil, zone(0, 0, true), expectation{}},
		{"MySQL without names", [2]datasource.Type{datasource.Oracle, datasource.MySQL}, zoned, nil, zone(0, 0, false), expectation{want: []string{"warning no_zones_for_columns time_zone"}}},
		{"MySQL without names and dates", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseMySQL}, "DATE", nil, zone(0, 0, false), expectation{}},
		{"MySQL and local times", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseMySQL}, local, nil, zone(0, 0, false), expectation{want: []string{"info local_zone time_zone"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.hold(t, common.TimeZone, checktest.Facts{Route: checks.Route{Source: tc.route[0], Dest: tc.route[1]}, Side: checks.Dest,
				Source: oracleEnd(oracleTable(tc.column), datasource.Snapshot{datasource.FactOracleTimeZone: tc.source}),
				Dest:   datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactOracleTimeZone: tc.dest, datasource.FactTimeZone: tc.dest}})
		})
	}
}

// profiled gives the facts of an account whose profile APPS has these limits.
func profiled(limits map[string]string, variables datasource.Variables) datasource.Snapshot {
	return datasource.Snapshot{datasource.FactOracleAccount: datasource.OracleAccount{Name: "PRE", Profile: "APPS", Limits: limits}, datasource.FactVariables: variables}
}

func TestTimeoutsOfOracle(t *testing.T) {
	t.Parallel()
	on := datasource.Variables{"resource_limit": "TRUE", "max_idle_time": "0"}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		expectation
	}{
		{"no limits", profiled(map[string]string{"IDLE_TIME": "UNLIMITED", "CONNECT_TIME": "UNLIMITED"}, on), expectation{}},
		{"idle time", profiled(map[string]string{"IDLE_TIME": "30"}, on), expectation{want: []string{"warning profile_idle PRE"}, sql: `ALTER PROFILE "APPS" LIMIT IDLE_TIME UNLIMITED`}},
		{"connect time", profiled(map[string]string{"CONNECT_TIME": "600"}, on), expectation{want: []string{"warning profile_connect PRE"}, sql: `ALTER PROFILE "APPS" LIMIT CONNECT_TIME UNLIMITED`}},
		{"limits that do not hold", profiled(map[string]string{"IDLE_TIME": "30"}, datasource.Variables{"resource_limit": "FALSE"}), expectation{note: "RESOURCE_LIMIT is FALSE"}},
		{"the instance's idle time", profiled(nil, datasource.Variables{"max_idle_time": "60"}), expectation{want: []string{"warning short_idle max_idle_time"}, sql: "ALTER SYSTEM SET max_idle_time = 0"}},
		{"idle sessions that block", profiled(nil, datasource.Variables{"max_idle_blocker_time": "5"}), expectation{want: []string{"warning idle_blocker max_idle_blocker_time"}, sql: "ALTER SYSTEM SET max_idle_blocker_time = 0"}},
		{"an account that is not shown", datasource.Snapshot{datasource.FactOracleAccount: refusedView, datasource.FactVariables: datasource.Variables{"max_idle_time": "60"}},
			expectation{want: []string{"warning short_idle max_idle_time"}, sql: "ALTER SYSTEM SET max_idle_time = 0", unknown: true}},
		{"parameters that are not shown", datasource.Snapshot{datasource.FactOracleAccount: datasource.OracleAccount{}, datasource.FactVariables: refusedView}, expectation{unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.hold(t, common.Timeouts, checktest.Facts{Source: oracleEnd(tc.facts), Route: checks.Route{Source: datasource.Oracle}})
		})
	}
}

func TestConnectionLimitOfOracle(t *testing.T) {
	t.Parallel()
	resources := func(processes, sessions int, more ...datasource.Snapshot) datasource.Snapshot {
		s := oracleEnd(append([]datasource.Snapshot{profiled(nil, datasource.Variables{"sessions": "472"}), {datasource.FactOracleResources: []datasource.OracleResource{
			{Name: "processes", Used: 70, Max: processes}, {Name: "sessions", Used: 90, Max: sessions}}}}, more...)...)
		return s
	}
	perUser := func(most string) datasource.Snapshot {
		return profiled(map[string]string{"SESSIONS_PER_USER": most}, datasource.Variables{"sessions": "472", "resource_limit": "TRUE"})
	}
	sessions := datasource.Snapshot{datasource.FactOracleSessions: datasource.OracleSessions{All: 30, Own: 3}}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		expectation
	}{
		{"enough", resources(300, 472), expectation{}},
		{"no limit of processes", resources(0, 472), expectation{}},
		{"few processes free", resources(85, 472), expectation{want: []string{"warning server_in_use processes"}, sql: "ALTER SYSTEM SET processes = 90 SCOPE = SPFILE"}},
		{"few processes in all", resources(15, 472), expectation{want: []string{"failure server_below_plan processes"}, sql: "ALTER SYSTEM SET processes = 90 SCOPE = SPFILE"}},
		{"few sessions free", resources(300, 100), expectation{want: []string{"warning server_in_use sessions"}, sql: "ALTER SYSTEM SET sessions = 110 SCOPE = SPFILE"}},
		{"a pluggable database with room", resources(300, 472, profiled(nil, datasource.Variables{"sessions": "46"}), sessions), expectation{}},
		{"a pluggable database without", resources(300, 472, profiled(nil, datasource.Variables{"sessions": "45"}), sessions), expectation{want: []string{"warning server_in_use sessions"}, sql: "ALTER SYSTEM SET sessions = 50"}},
		{"a pluggable database that shows no resources", resources(0, 0, datasource.Snapshot{datasource.FactOracleResources: []datasource.OracleResource{}}, sessions), expectation{note: "processes is not shown"}},
		{"sessions that are not shown", resources(0, 0, datasource.Snapshot{datasource.FactOracleResources: []datasource.OracleResource{}, datasource.FactOracleSessions: refusedView}), expectation{unknown: true}},
		{"no limit of sessions anywhere", resources(0, 0, datasource.Snapshot{datasource.FactOracleResources: []datasource.OracleResource{}, datasource.FactVariables: datasource.Variables{}}), expectation{unknown: true}},
		{"resources that are not shown", resources(0, 0, datasource.Snapshot{datasource.FactOracleResources: refusedView}), expectation{unknown: true}},
		{"enough for the account", resources(300, 472, perUser("19"), sessions), expectation{}},
		{"few left to the account", resources(300, 472, perUser("18"), sessions), expectation{want: []string{"warning account_in_use PRE"}, sql: `ALTER PROFILE "APPS" LIMIT SESSIONS_PER_USER 23`}},
		{"few for the account", resources(300, 472, perUser("15"), sessions), expectation{want: []string{"failure account_below_plan PRE"}, sql: `ALTER PROFILE "APPS" LIMIT SESSIONS_PER_USER 23`}},
		{"an account that is not shown", resources(15, 472, datasource.Snapshot{datasource.FactOracleAccount: refusedView}), expectation{want: []string{"failure server_below_plan processes"}, sql: "ALTER SYSTEM SET processes = 90 SCOPE = SPFILE", unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.hold(t, common.ConnectionLimit, checktest.Facts{Source: tc.facts, Route: checks.Route{Source: datasource.Oracle}, Settings: checks.Settings{Connections: 16}})
		})
	}
}

func TestDiskSpaceOfOracle(t *testing.T) {
	t.Parallel()
	const gib = int64(1) << 30
	name := datasource.TableName{Schema: "SHOP", Name: "T"}
	source := oracleEnd(oracleTable("DATE"), datasource.Snapshot{datasource.FactTableSizes: datasource.GroupByTable(
		datasource.TableRows[datasource.TableSize]{Table: name, Rows: []datasource.TableSize{{Bytes: 10 * gib}}})})
	type room struct {
		tablespaces map[string]datasource.Tablespace
		space       datasource.Space
	}
	space := func(free, growth, quota int64) room {
		return room{map[string]datasource.Tablespace{"DATA": {Free: free, Growth: growth}},
			datasource.Space{Default: "DATA", Quotas: []datasource.Quota{{Tablespace: "DATA", Used: gib, Most: quota}}}}
	}
	unlimited := space(13*gib, 0, 0)
	unlimited.space.Unlimited, unlimited.space.Quotas = true, nil
	elsewhere := space(13*gib, 0, -1)
	elsewhere.space.Default = "USERS"
	elsewhere.space.Quotas = append(elsewhere.space.Quotas, datasource.Quota{Tablespace: "USERS", Most: -1})
	grant := `ALTER USER "SHOP" QUOTA UNLIMITED ON "DATA"`
	table := func(tablespace string) any {
		return datasource.GroupByTable(datasource.TableRows[datasource.OracleTable]{Table: name, Rows: []datasource.OracleTable{{Tablespace: tablespace}}})
	}
	for _, tc := range []struct {
		name   string
		room   any
		tables any
		expectation
	}{
		{"enough", space(13*gib, 0, -1), nil, expectation{note: "Tablespace DATA has 13.0 GiB free"}},
		{"enough for one without a quota", unlimited, nil, expectation{}},
		{"enough only when it grows", space(10*gib-1, 10*gib, -1), nil, expectation{want: []string{"warning growing_tablespace DATA"}}},
		{"hardly enough", space(10*gib, 2*gib, -1), nil, expectation{want: []string{"warning scarce_tablespace DATA"}}},
		{"too little", space(9*gib, gib-1, -1), nil, expectation{want: []string{"failure small_tablespace DATA"}}},
		{"a quota", space(13*gib, 0, 14*gib), nil, expectation{}},
		{"a scarce quota", space(13*gib, 0, 12*gib), nil, expectation{want: []string{"warning scarce_quota SHOP"}, sql: grant}},
		{"a small quota", space(13*gib, 0, 10*gib), nil, expectation{want: []string{"failure small_quota SHOP"}, sql: grant}},
		{"a quota that is used up", space(13*gib, 0, gib), nil, expectation{want: []string{"failure small_quota SHOP"}, sql: grant}},
		{"no schema", nil, nil, expectation{unknown: true}},
		{"a table that is elsewhere", elsewhere, table("DATA"), expectation{}},
		{"a table that goes to the default", elsewhere, nil, expectation{want: []string{"failure small_tablespace USERS"}}},
		{"a partitioned table", space(0, 0, -1), table(""), expectation{note: "1 table(s) that exist"}},
		{"a view that is not shown", refusedView, nil, expectation{unknown: true}},
		{"tables that are not shown", space(13*gib, 0, -1), refusedView, expectation{unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.tables == nil {
				tc.tables = datasource.ByTable[datasource.OracleTable]{}
			}
			var tablespaces, spaces any = map[string]datasource.Tablespace{}, map[string]datasource.Space{}
			switch r := tc.room.(type) {
			case room:
				tablespaces, spaces = r.tablespaces, map[string]datasource.Space{"SHOP": r.space}
			case error:
				tablespaces = r
			}
			tc.hold(t, common.DiskSpace, checktest.Facts{Source: source, Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle},
				Dest: oracleEnd(datasource.Snapshot{datasource.FactTablespaces: tablespaces, datasource.FactSpaces: spaces, datasource.FactOracleTables: tc.tables})})
		})
	}
	tenant := checktest.Facts{Source: source, Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle},
		Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{}, datasource.FactFreeSpace: 9 * gib}}
	expectation{want: []string{"failure too_little "}, note: "Large objects are not counted"}.hold(t, common.DiskSpace, tenant)
}

func TestUndoRetentionOfOracle(t *testing.T) {
	t.Parallel()
	growing := datasource.OracleUndo{Tablespace: "UNDOTBS1", Growing: []string{"4"}, Fixed: []string{"9"}, Intervals: 576, Retained: time.Minute}
	fixed := func(kept time.Duration, guarantee bool) datasource.OracleUndo {
		return datasource.OracleUndo{Tablespace: "UNDOTBS1", Guarantee: guarantee, Fixed: []string{"4", "5"}, Bytes: 1 << 30, Intervals: 10, Retained: kept}
	}
	failed := growing
	failed.TooOld = 3
	grow := "ALTER DATABASE DATAFILE 4 AUTOEXTEND ON;ALTER DATABASE DATAFILE 5 AUTOEXTEND ON"
	for _, tc := range []struct {
		name    string
		seconds string
		undo    any
		bytes   int64
		deep    bool
		expectation
	}{
		{"the default", "900", growing, 1 << 50, false, expectation{}},
		{"less", "899", growing, 0, false, expectation{want: []string{"warning short undo_retention"}, sql: "ALTER SYSTEM SET undo_retention = 900"}},
		{"less, guaranteed", "899", fixed(time.Hour, true), 0, false, expectation{want: []string{"warning short undo_retention"}, sql: "ALTER SYSTEM SET undo_retention = 900"}},
		{"a big table", "900", growing, 72000 << 20, true, expectation{want: []string{"warning short_for_table undo_retention"}, sql: "ALTER SYSTEM SET undo_retention = 7200"}},
		{"enough for a big table", "7200", growing, 72000 << 20, true, expectation{}},
		{"a fixed size that keeps enough", "60", fixed(time.Hour, false), 0, false, expectation{}},
		{"a fixed size that does not", "7200", fixed(time.Minute, false), 0, false, expectation{want: []string{"warning fixed_size UNDOTBS1"}, sql: grow}},
		{"a fixed size that does not, with little wanted", "60", fixed(time.Minute, false), 0, false, expectation{want: []string{"warning fixed_size UNDOTBS1"}, sql: grow + ";ALTER SYSTEM SET undo_retention = 900"}},
		{"a fixed size of which nothing is known", "900", datasource.OracleUndo{Tablespace: "UNDOTBS1", Fixed: []string{"4"}}, 0, false, expectation{unknown: true}},
		{"queries that failed", "900", failed, 0, false, expectation{want: []string{"warning too_old UNDOTBS1"}}},
		{"a view that is not shown", "900", refusedView, 0, false, expectation{unknown: true}},
		{"not shown", "", growing, 0, false, expectation{unknown: true}},
		{"undo by hand", "by hand", growing, 0, false, expectation{unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			variables := datasource.Variables{"undo_retention": tc.seconds, "undo_management": "AUTO"}
			if tc.seconds == "by hand" {
				variables = datasource.Variables{"undo_retention": "900", "undo_management": "MANUAL"}
			}
			source := oracleEnd(oracleTable("DATE"), datasource.Snapshot{datasource.FactVariables: variables, datasource.FactOracleUndo: tc.undo, datasource.FactTableSizes: datasource.GroupByTable(
				datasource.TableRows[datasource.TableSize]{Table: datasource.TableName{Schema: "SHOP", Name: "T"}, Rows: []datasource.TableSize{{Bytes: tc.bytes}}})})
			tc.hold(t, common.UndoRetention, checktest.Facts{Source: source, Route: checks.Route{Source: datasource.Oracle}, Settings: checks.Settings{Deep: tc.deep}})
		})
	}
}

func TestLongTransactionOfOracle(t *testing.T) {
	t.Parallel()
	open := []datasource.Transaction{
		{Session: "7,33,@2", Kill: "ALTER SYSTEM KILL SESSION '7,33,@2'", Account: "APP", Age: time.Hour, Modified: 3},
		{Session: "8,1,@1", Age: 10*time.Minute - time.Second},
		{Age: 10 * time.Minute, Modified: 1},
	}
	findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: open}, Route: checks.Route{Source: datasource.Oracle}}.Run(t, common.LongTransaction)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"distributed distributed transaction", "long session 7,33,@2"}, rulesAndObjects(findings)); diff != "" {
		t.Fatalf("findings (-want +got):\n%s", diff)
	}
	if want := "A transaction of APP (session 7,33,@2) is open for 1h0m0s; it has written 3 undo record(s) and is idle."; findings[1].Message != want {
		t.Errorf("message %q, want %q", findings[1].Message, want)
	}
	if want := "Let it commit or roll back, or run ALTER SYSTEM KILL SESSION '7,33,@2'."; findings[1].Remedy != want {
		t.Errorf("remedy %q, want %q", findings[1].Remedy, want)
	}
	expectation{unknown: true}.hold(t, common.LongTransaction, checktest.Facts{Source: datasource.Snapshot{datasource.FactTransactions: refusedView}, Route: checks.Route{Source: datasource.Oracle}})
}

func TestCapacityOfOceanBaseInOracleMode(t *testing.T) {
	t.Parallel()
	route := checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.OceanBaseOracle}
	tenant := func(fact datasource.AnyFact, value any) checktest.Facts {
		return checktest.Facts{Route: route, Settings: checks.Settings{Connections: 16}, Source: datasource.Snapshot{fact: value,
			datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 2}, Mode: "ORACLE", Account: "SHOP"}}}
	}
	for _, tc := range []struct {
		name  string
		check *checks.Check
		facts checktest.Facts
		expectation
	}{
		{"long limits", common.Timeouts, tenant(datasource.FactVariables, datasource.Variables{"ob_query_timeout": "3600000000", "ob_trx_timeout": "86400000000", "ob_trx_idle_timeout": "120000000"}), expectation{}},
		{"a short limit", common.Timeouts, tenant(datasource.FactVariables, datasource.Variables{"ob_query_timeout": "10000000"}),
			expectation{want: []string{"warning short_statement ob_query_timeout"}, sql: "SET GLOBAL ob_query_timeout = 3600000000"}},
		{"undo", common.UndoRetention, tenant(datasource.FactVariables, datasource.Variables{"undo_retention": "1800"}), expectation{}},
		{"little undo", common.UndoRetention, tenant(datasource.FactVariables, datasource.Variables{"undo_retention": "900"}),
			expectation{want: []string{"warning short undo_retention"}, sql: "SET GLOBAL undo_retention = 1800"}},
		{"enough connections", common.ConnectionLimit, tenant(datasource.FactConnections, datasource.Connections{Max: 16, Used: -1, AccountMax: 16, AccountUsed: -1}), expectation{note: "the account's 16 connections are in use is not shown"}},
		{"few connections", common.ConnectionLimit, tenant(datasource.FactConnections, datasource.Connections{Max: 15, Used: -1, AccountMax: 15, AccountUsed: -1}),
			expectation{want: []string{"failure account_below_plan SHOP", "failure server_below_plan max_connections"}, sql: "SET GLOBAL max_connections = 20"}},
		{"a short transaction", common.LongTransaction, tenant(datasource.FactTransactions, []datasource.Transaction{{Session: "42", Age: time.Minute}}), expectation{}},
		{"a long transaction", common.LongTransaction, tenant(datasource.FactTransactions, []datasource.Transaction{{Session: "42", Kill: "KILL 42", Age: time.Hour, Modified: -1}}), expectation{want: []string{"warning long session 42"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.hold(t, tc.check, tc.facts)
		})
	}
}
