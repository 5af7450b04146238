package server_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRole(t *testing.T) {
	t.Parallel()
	denied := &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("missing privilege")}
	lag := func(d time.Duration) *time.Duration { return &d }
	channel := func(c datasource.ReplicaChannel) []datasource.ReplicaChannel {
		c.Source = "10.0.0.1:3306"
		return []datasource.ReplicaChannel{c}
	}
	can := func(privileges ...datasource.Privilege) datasource.Grants {
		return datasource.Grants{Rights: datasource.Rights{Grants: []datasource.Grant{{Level: datasource.OnEverything,
			Privileges: privileges}}}}
	}
	type vars = datasource.Variables
	primary := []datasource.ReplicaChannel(nil)
	for _, tc := range []struct {
		name     string
		side     checks.Side
		role     checks.Role
		phases   checks.Phases
		server   datasource.Server
		vars     vars
		grants   any
		channels any
		tenant   any
		want     []string
		unknown  bool
	}{
		{name: "a primary as source", side: checks.Source, server: mysql8036, channels: primary},
		{name: "a primary as destination", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "OFF"},
			channels: primary},
		{name: "a read-only source", side: checks.Source, server: mysql8036, vars: vars{"read_only": "ON"},
			channels: primary},
		{name: "a read-only destination", side: checks.Dest, server: mysql8036,
			vars: vars{"read_only": "ON", "super_read_only": "OFF"}, grants: can(), channels: primary,
			want: []string{"read_only"}},
		{name: "read-only, but not for SUPER", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "ON"},
			grants: can("SUPER"), channels: primary, want: []string{"read_only_but"}},
		{name: "read-only, but not for CONNECTION_ADMIN", side: checks.Dest, server: mysql8036,
			vars:   vars{"read_only": "ON"},
			grants: can("CONNECTION_ADMIN"), channels: primary, want: []string{"read_only_but"}},
		{name: "read-only on MySQL 5.7 for all but SUPER", side: checks.Dest,
			server: flavor(datasource.FlavorMySQL, 5, 7, 44), vars: vars{"read_only": "ON"},
			grants:   can("CONNECTION_ADMIN"),
			channels: primary, want: []string{"read_only"}},
		{name: "read-only for SUPER on MariaDB 10.11", side: checks.Dest, server: mariadb1011,
			vars:   vars{"read_only": "ON"},
			grants: can("SUPER"), channels: primary, want: []string{"read_only"}},
		{name: "read-only, but not for SUPER on MariaDB 10.6", side: checks.Dest,
			server: flavor(datasource.FlavorMariaDB, 10, 6, 1), vars: vars{"read_only": "ON"}, grants: can("SUPER"),
			channels: primary, want: []string{"read_only_but"}},
		{name: "read-only, but not for READ_ONLY ADMIN", side: checks.Dest, server: mariadb1011,
			vars: vars{"read_only": "ON"}, grants: can("READ_ONLY ADMIN"), channels: primary,
			want: []string{"read_only_but"}},
		{name: "read-only with a newer value", side: checks.Dest, server: mariadb1011,
			vars:   vars{"read_only": "NO_LOCK"},
			grants: can(), channels: primary, want: []string{"read_only"}},
		{name: "read-only, and unreadable grants", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "ON"},
			grants: denied, channels: primary, unknown: true},
		{name: "super-read-only, whatever the grants", side: checks.Dest, server: mysql8036,
			vars: vars{"read_only": "ON", "super_read_only": "ON"}, grants: can("SUPER"), channels: primary,
			want: []string{"read_only"}},
		{name: "InnoDB read-only", side: checks.Dest, server: mysql8036, vars: vars{"innodb_read_only": "ON"},
			channels: primary, want: []string{"read_only"}},
		{name: "sessions that start read-only", side: checks.Dest, server: mysql8036,
			vars: vars{"transaction_read_only": "ON", "tx_read_only": "ON"}, channels: primary,
			want: []string{"sessions_read_only"}},
		{name: "sessions that start read-only on MariaDB", side: checks.Dest, server: mariadb1011,
			vars: vars{"tx_read_only": "ON"}, channels: primary, want: []string{"sessions_read_only"}},
		{name: "a read-only standby", side: checks.Dest, role: checks.Slave, server: mysql8036,
			vars:     vars{"read_only": "ON"},
			channels: channel(datasource.ReplicaChannel{Applying: true})},
		{name: "offline", side: checks.Source, server: mysql8036, vars: vars{"offline_mode": "ON"}, channels: primary,
			want: []string{"offline"}},
		{name: "a replica as source", side: checks.Source, server: mysql8036,
			channels: channel(datasource.ReplicaChannel{Applying: true, Lag: lag(time.Second)}),
			want:     []string{"source_is_replica"}},
		{name: "a replica as destination", side: checks.Dest, server: mysql8036,
			channels: channel(datasource.ReplicaChannel{Applying: true}), want: []string{"destination_is_replica"}},
		{name: "a replica that is behind", side: checks.Source, server: mysql8036,
			channels: channel(datasource.ReplicaChannel{Applying: true, Lag: lag(time.Hour)}),
			want:     []string{"behind", "source_is_replica"}},
		{name: "a replica that has stopped", side: checks.Source, server: mysql8036,
			channels: channel(datasource.ReplicaChannel{Error: "no way"}),
			want:     []string{"source_is_replica", "stopped"}},
		{name: "a standby", side: checks.Source, role: checks.Slave, server: mysql8036,
			channels: channel(datasource.ReplicaChannel{Applying: true})},
		{name: "a standby that has stopped", side: checks.Source, role: checks.Slave, server: mysql8036,
			channels: channel(datasource.ReplicaChannel{}), want: []string{"stopped"}},
		{name: "a standby that replicates from nothing", side: checks.Source, role: checks.Slave, server: mysql8036,
			channels: primary, want: []string{"standby_apart"}},
		{name: "a source whose status is denied", side: checks.Source, server: mysql8036, channels: denied,
			unknown: true},
		{name: "a source that is only copied, and whose status is denied", side: checks.Source, phases: checks.Full,
			server: mysql8036, channels: denied, unknown: true},
		{name: "a destination whose status is denied", side: checks.Dest, server: mysql8036, channels: denied,
			unknown: true},
		{name: "read-only, and the status is denied", side: checks.Dest, server: mysql8036,
			vars: vars{"super_read_only": "ON"}, channels: denied, want: []string{"read_only"}, unknown: true},
		{name: "a primary tenant", side: checks.Dest, server: oceanbase43,
			tenant: datasource.Tenant{Role: "PRIMARY", Switched: "NORMAL"}},
		{name: "a tenant without role", side: checks.Dest, server: oceanbase43, tenant: datasource.Tenant{}},
		{name: "a standby tenant as destination", side: checks.Dest, server: oceanbase43,
			tenant: datasource.Tenant{Role: "STANDBY"}, want: []string{"tenant_read_only"}},
		{name: "a standby tenant as source", side: checks.Source, server: oceanbase43,
			tenant: datasource.Tenant{Role: "STANDBY"}, want: []string{"tenant_is_standby"}},
		{name: "a standby tenant as standby", side: checks.Source, role: checks.Slave, server: oceanbase43,
			tenant: datasource.Tenant{Role: "STANDBY"}},
		{name: "a primary tenant as standby", side: checks.Source, role: checks.Slave, server: oceanbase43,
			tenant: datasource.Tenant{Role: "PRIMARY"}, want: []string{"standby_apart"}},
		{name: "a switchover", side: checks.Source, server: oceanbase43,
			tenant: datasource.Tenant{Role: "PRIMARY", Switched: "SWITCHING TO STANDBY"}, want: []string{"switching"}},
		{name: "an unreadable tenant", side: checks.Dest, server: oceanbase43, tenant: denied, unknown: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			here := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactVariables: tc.vars,
				datasource.FactGrants:          tc.grants,
				datasource.FactReplicaChannels: tc.channels, datasource.FactTenant: tc.tenant}
			findings, _, err := checktest.Facts{Source: here, Dest: here, Side: tc.side, Role: tc.role,
				Route: checks.Route{Phases: tc.phases}}.Run(t, server.Role)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			rules(t, tc.want, findings)
		})
	}
}

func TestRoleOfOracle(t *testing.T) {
	t.Parallel()
	primary := datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE"}
	standby := datasource.OracleDatabase{Role: "PHYSICAL STANDBY", OpenMode: "READ ONLY WITH APPLY"}
	for _, tc := range []struct {
		name     string
		side     checks.Side
		role     checks.Role
		database datasource.OracleDatabase
		open     any // of the pluggable database
		want     []string
		unknown  bool
	}{
		{name: "a primary", side: checks.Source, database: primary},
		{name: "a standby as source", side: checks.Source, database: standby, want: []string{"database_is_standby"}},
		{name: "a standby of the source", side: checks.Source, role: checks.Slave, database: standby},
		{name: "a primary as standby", side: checks.Source, role: checks.Slave, database: primary,
			want: []string{"standby_apart"}},
		{name: "a writable destination", side: checks.Dest, database: primary},
		{name: "a standby as destination", side: checks.Dest, database: standby, want: []string{"database_read_only"}},
		{name: "a pluggable destination that is read-only", side: checks.Dest, want: []string{"database_read_only"},
			database: datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE", CDB: true, Container: "P"},
			open:     "READ ONLY"},
		{name: "a pluggable destination whose open mode is not shown", side: checks.Dest, unknown: true,
			database: datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE", CDB: true, Container: "P"},
			open:     checktest.ErrRefusedView},
		{name: "a pluggable source whose open mode is not shown", side: checks.Source,
			database: datasource.OracleDatabase{Role: "PRIMARY", OpenMode: "READ WRITE", CDB: true, Container: "P"},
			open:     checktest.ErrRefusedView},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			end := checktest.Oracle19(datasource.Snapshot{datasource.FactOracleDatabase: tc.database,
				datasource.FactContainerOpen: tc.open})
			route := checktest.ToOracle
			route.Phases = checks.Full | checks.Incremental
			facts := checktest.Facts{Source: end, Dest: end, Side: tc.side, Role: tc.role, Route: route}
			checktest.WantOutcome(t, facts, server.Role, tc.unknown, tc.want...)
		})
	}
}
