package privilege_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestLogPrivilegeInPDB: before 19c the privileges in the root count, which a pluggable database does not show.
func TestLogPrivilegeInPDB(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		version int
		account string
		unknown bool
	}{{18, "PRE", true}, {18, "C##PRE", true}, {19, "PRE", false}} {
		end := datasource.Snapshot{
			datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOracle,
				Version: datasource.Version{Major: tc.version}, Account: tc.account},
			datasource.FactOracleDatabase: datasource.OracleDatabase{CDB: true, Container: "P"},
			datasource.FactOraclePrivileges: datasource.OraclePrivileges{Account: tc.account,
				System: []string{"LOGMINING", "SELECT ANY TRANSACTION"}, LogViews: datasource.LogMinerViews(),
				LogMiner: true},
		}
		_, _, err := checktest.Facts{Source: end,
			Route: checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: checks.Incremental}}.Run(t,
			privilege.LogPrivilege)
		if (err != nil) != tc.unknown {
			t.Errorf("%d, account %s: %v", tc.version, tc.account, err)
		}
	}
}

func TestLogPrivilegeOfOracleEnds(t *testing.T) {
	t.Parallel()
	database := datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE"}
	views := datasource.LogMinerViews()
	both := []string{"LOGMINING", "SELECT ANY TRANSACTION"}
	mining := datasource.OraclePrivileges{Account: "PRE", System: both, LogMiner: true, LogViews: views}
	for _, tc := range []struct {
		name       string
		server     datasource.Server
		privileges datasource.OraclePrivileges
		side       checks.Side
		phases     checks.Phases
		want       []string
		sql        []string
		notes      int
		fails      bool
	}{
		{name: "a source", server: checktest.OracleServer19, privileges: mining, side: checks.Source,
			phases: checks.Incremental},
		{name: "no mining", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Account: "PRE", LogMiner: true, LogViews: views, System: both[1:]},
			side:       checks.Source, phases: checks.Incremental,
			want: []string{"missing_right"}, sql: []string{`GRANT LOGMINING TO "PRE"`}},
		{name: "no transactions", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Account: "PRE", LogMiner: true, LogViews: views, System: both[:1]},
			side:       checks.Source, phases: checks.Incremental,
			want: []string{"missing_right"}, sql: []string{`GRANT SELECT ANY TRANSACTION TO "PRE"`}},
		{name: "two views are hidden", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Account: "PRE", LogMiner: true, LogViews: views[2:], System: both},
			side:       checks.Source, phases: checks.Incremental, want: []string{"missing_views"},
			sql: []string{`GRANT SELECT ON SYS.V_$LOGMNR_CONTENTS TO "PRE"`,
				`GRANT SELECT ON SYS.V_$LOGMNR_LOGS TO "PRE"`}},
		{name: "the whole dictionary is readable", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Account: "PRE", LogMiner: true,
				System: append([]string{"SELECT ANY DICTIONARY"}, both...)},
			side: checks.Source, phases: checks.Incremental},
		{name: "no mining in 11.2", server: checktest.ServerAt(datasource.FlavorOracle, "11.2"),
			privileges: datasource.OraclePrivileges{Account: "PRE", LogMiner: true, LogViews: views},
			side:       checks.Source, phases: checks.Incremental,
			want: []string{"missing_right"}, sql: []string{`GRANT SELECT ANY TRANSACTION TO "PRE"`}},
		{name: "no package", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Account: "PRE", System: both, LogViews: views}, side: checks.Source,
			phases: checks.Incremental,
			want:   []string{"missing_right"}, sql: []string{`GRANT EXECUTE ON SYS.DBMS_LOGMNR TO "PRE"`}},
		{name: "a destination whose changes are replicated back", server: checktest.OracleServer19,
			privileges: datasource.OraclePrivileges{Account: "PRE", LogViews: views}, side: checks.Dest,
			phases: checks.Reverse, want: []string{"missing_right", "missing_right", "missing_right"},
			sql: []string{`GRANT EXECUTE ON SYS.DBMS_LOGMNR TO "PRE"`, `GRANT LOGMINING TO "PRE"`,
				`GRANT SELECT ANY TRANSACTION TO "PRE"`}},
		{name: "one that may be read", server: checktest.OracleServer19, privileges: mining, side: checks.Dest,
			phases: checks.Reverse},
		{name: "a destination that is not read", server: checktest.OracleServer19, side: checks.Dest,
			phases: checks.Incremental, notes: 1},
		{name: "a tenant as source", server: checktest.OBOracle43, side: checks.Source, phases: checks.Incremental,
			fails: true},
		{name: "a tenant as destination", server: checktest.OBOracle43, side: checks.Dest, phases: checks.Reverse,
			fails: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			end := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactOracleDatabase: database,
				datasource.FactOraclePrivileges: tc.privileges}
			route := checks.Route{Source: datasource.Oracle, Dest: datasource.Oracle, Phases: tc.phases}
			if tc.server.IsOceanBase() {
				route.Source, route.Dest = datasource.OceanBaseOracle, datasource.OceanBaseOracle
			}
			findings, notes, err := checktest.Facts{Source: end, Dest: end, Side: tc.side, Route: route}.Run(t,
				privilege.LogPrivilege)
			if (err != nil) != tc.fails || tc.fails && !strings.Contains(err.Error(), "tenant sys") {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
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

func TestLogPrivilege(t *testing.T) {
	t.Parallel()
	refused := &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("refused")}
	lost := &datasource.Error{Class: datasource.ErrLost, Cause: message.Verbatim("lost")}
	mariadb := datasource.Server{Flavor: datasource.FlavorMariaDB, Version: datasource.Version{Major: 10, Minor: 11}}
	for _, tc := range []struct {
		name   string
		server datasource.Server
		drc    datasource.ReaderAccount
		grants []datasource.Grant
		status any
		side   checks.Side
		phases checks.Phases
		want   []string
		sql    []string
		fails  bool
	}{
		{name: "both privileges", grants: []datasource.Grant{on("", "", "REPLICATION SLAVE", "REPLICATION CLIENT")},
			status: datasource.BinaryLogStatus{}},
		{name: "the probe outweighs the grants", grants: []datasource.Grant{on("", "", "REPLICATION SLAVE")},
			status: datasource.BinaryLogStatus{}},
		{name: "neither", server: mariadb, status: refused, want: []string{"missing_right"},
			sql: []string{"GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO 'pre'@'%'"}},
		{name: "refused in spite of the grants",
			grants: []datasource.Grant{on("", "", "REPLICATION SLAVE", "REPLICATION CLIENT")}, status: refused,
			want: []string{"status_refused"},
			sql:  []string{"GRANT REPLICATION CLIENT ON *.* TO 'pre'@'%'"}},
		{name: "on a schema it does not hold",
			grants: []datasource.Grant{on("", "", "SUPER"), on("shop", "", "REPLICATION SLAVE")},
			status: datasource.BinaryLogStatus{}, want: []string{"missing_right"},
			sql: []string{"GRANT REPLICATION SLAVE ON *.* TO 'pre'@'%'"}},
		{name: "the connection is lost", grants: []datasource.Grant{on("", "", "REPLICATION SLAVE")}, status: lost,
			fails: true},
		{name: "OceanBase, whose log another account reads", status: refused, fails: true,
			server: datasource.Server{Flavor: datasource.FlavorOceanBase}},
		{name: "OceanBase, with the account of the tenant sys", status: refused,
			server: datasource.Server{Flavor: datasource.FlavorOceanBase},
			drc:    reader("drc@sys", on("", "", "SELECT"))},
		{name: "OceanBase, with an account that does not see everything", status: refused,
			server: datasource.Server{Flavor: datasource.FlavorOceanBase},
			drc:    reader("drc@sys", on("oceanbase", "", "SELECT")), want: []string{"missing_right"},
			sql: []string{"GRANT SELECT ON *.* TO 'pre'@'%'"}},
		{name: "a destination that is not read", side: checks.Dest, phases: checks.Incremental, status: lost},
		{name: "a destination that is read in reverse", side: checks.Dest, phases: checks.Reverse,
			status: datasource.BinaryLogStatus{}, want: []string{"missing_right"},
			sql: []string{"GRANT REPLICATION SLAVE ON *.* TO 'pre'@'%'"}},
		{name: "a source that is not read", phases: checks.Reverse, status: lost},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactGrants: account(tc.grants...),
				datasource.FactBinaryLogStatus: tc.status, datasource.FactDRC: tc.drc}
			if tc.phases == 0 {
				tc.phases = checks.Incremental
			}
			findings, _, err := checktest.Facts{Source: facts, Dest: facts, Side: tc.side,
				Route: checks.Route{Phases: tc.phases}}.Run(t, privilege.LogPrivilege)
			if (err != nil) != tc.fails {
				t.Errorf("error %v", err)
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
