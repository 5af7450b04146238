package common_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
)

func flavor(f datasource.Flavor, major, minor, patch int) datasource.Server {
	v := datasource.Version{Major: major, Minor: minor, Patch: patch}
	return datasource.Server{Flavor: f, Version: v, VersionText: v.String()}
}

var (
	mysql8036   = flavor(datasource.FlavorMySQL, 8, 0, 36)
	mysql974    = flavor(datasource.FlavorMySQL, 9, 7, 4)
	mariadb1011 = flavor(datasource.FlavorMariaDB, 10, 11, 18)
	oceanbase43 = flavor(datasource.FlavorOceanBase, 4, 3, 5)
)

func rules(t *testing.T, want []string, findings []checks.Finding) {
	t.Helper()
	if diff := cmp.Diff(want, checktest.Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		declared datasource.Type
		server   datasource.Server
		want     []string
	}{
		{"MySQL 5.6", datasource.MySQL, flavor(datasource.FlavorMySQL, 5, 6, 10), nil},
		{"MySQL 9.7", datasource.MySQL, mysql974, nil},
		{"MySQL 5.5", datasource.MySQL, flavor(datasource.FlavorMySQL, 5, 5, 62), []string{"too_old"}},
		{"MySQL 9.8", datasource.MySQL, flavor(datasource.FlavorMySQL, 9, 8, 0), []string{"newer"}},
		{"MySQL 8.10 is later than 8.9 and earlier than 9", datasource.MySQL, flavor(datasource.FlavorMySQL, 8, 10, 0), nil},
		{"Percona Server", datasource.MySQL, flavor(datasource.FlavorPercona, 8, 0, 36), nil},
		{"TiDB", datasource.MySQL, flavor(datasource.FlavorTiDB, 7, 5, 1), nil},
		{"MariaDB", datasource.MariaDB, mariadb1011, nil},
		{"MariaDB 5.5", datasource.MariaDB, flavor(datasource.FlavorMariaDB, 5, 5, 68), []string{"too_old"}},
		{"MariaDB 12", datasource.MariaDB, flavor(datasource.FlavorMariaDB, 12, 0, 2), []string{"newer"}},
		{"MariaDB where MySQL is declared", datasource.MySQL, mariadb1011, []string{"other_product"}},
		{"MySQL where MariaDB is declared", datasource.MariaDB, mysql8036, []string{"other_product"}},
		{"MySQL where OceanBase is declared", datasource.OceanBaseMySQL, mysql8036, []string{"other_family"}},
		{"OceanBase where MySQL is declared", datasource.MySQL, oceanbase43, []string{"other_family"}},
		{"OceanBase", datasource.OceanBaseMySQL, oceanbase43, nil},
		{"OceanBase 2", datasource.OceanBaseMySQL, flavor(datasource.FlavorOceanBase, 2, 2, 77), []string{"too_old"}},
		{"OceanBase 4.4", datasource.OceanBaseMySQL, flavor(datasource.FlavorOceanBase, 4, 4, 0), []string{"newer"}},
		{"Oracle 19c", datasource.Oracle, flavor(datasource.FlavorOracle, 19, 3, 0), nil},
		{"Oracle 10g", datasource.Oracle, flavor(datasource.FlavorOracle, 10, 2, 0), []string{"too_old"}},
		{"another product", datasource.MySQL, flavor(datasource.FlavorDolt, 8, 0, 31), []string{"unknown_product"}},
		{"another product, too old and of the wrong type", datasource.OceanBaseMySQL, flavor(datasource.FlavorMySQL, 5, 1, 0), []string{"other_family", "too_old"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: tc.server}, Route: checks.Route{Source: tc.declared}}
			findings, _, err := facts.Run(t, common.Version)
			if err != nil {
				t.Fatal(err)
			}
			rules(t, tc.want, findings)
			facts = checktest.Facts{Dest: facts.Source, Side: checks.Dest, Route: checks.Route{Dest: tc.declared}}
			if findings, _, err = facts.Run(t, common.Version); err != nil {
				t.Fatal(err)
			}
			rules(t, tc.want, findings)
		})
	}
	unread := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL, VersionText: "nonsense"}}
	if _, _, err := (checktest.Facts{Source: unread}).Run(t, common.Version); err == nil {
		t.Error("a version that cannot be read was checked")
	}
}

func TestVersionCompatible(t *testing.T) {
	t.Parallel()
	tenant := func(mode string) datasource.Server {
		s := oceanbase43
		s.Mode = mode
		return s
	}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		to           datasource.Type
		want         []string
		unknown      bool
	}{
		{"the same", mysql8036, mysql8036, datasource.MySQL, nil, false},
		{"a later patch of the source", flavor(datasource.FlavorMySQL, 8, 0, 40), mysql8036, datasource.MySQL, nil, false},
		{"later", mysql8036, mysql974, datasource.MySQL, nil, false},
		{"older", mysql974, mysql8036, datasource.MySQL, []string{"older"}, false},
		{"a relation that is older", mysql974, flavor(datasource.FlavorPercona, 8, 4, 0), datasource.MySQL, []string{"older"}, false},
		{"another product with lower numbers", mariadb1011, mysql8036, datasource.MySQL, nil, false},
		{"a tenant of the mode", mysql8036, tenant("MYSQL"), datasource.OceanBaseMySQL, nil, false},
		{"a tenant of the other mode", mysql8036, tenant("ORACLE"), datasource.OceanBaseMySQL, []string{"wrong_mode"}, false},
		{"a tenant that does not tell", mysql8036, tenant(""), datasource.OceanBaseMySQL, nil, true},
		{"an unread version", mysql8036, datasource.Server{Flavor: datasource.FlavorMySQL}, datasource.MySQL, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: tc.source}, Dest: datasource.Snapshot{datasource.FactServer: tc.dest},
				Route: checks.Route{Dest: tc.to}}.Run(t, common.VersionCompatible)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			rules(t, tc.want, findings)
		})
	}
}

func TestSameInstance(t *testing.T) {
	t.Parallel()
	base := datasource.Variables{"hostname": "db1", "port": "3306", "datadir": "/var/lib/mysql/", "server_id": "1"}
	with := func(pairs ...string) datasource.Variables {
		v := maps.Clone(base)
		for i := 0; i < len(pairs); i += 2 {
			v[pairs[i]] = pairs[i+1]
		}
		return v
	}
	tenant := func(cluster string, id int64) datasource.Tenant {
		return datasource.Tenant{Cluster: cluster, ID: id, Name: "shop"}
	}
	for _, tc := range []struct {
		name         string
		server       datasource.Server
		other        datasource.Server // default: the same
		source, dest any               // variables or tenant
		mapped       string            // name of the schema on the destination; default: the same
		want         []string
		unknown      bool
	}{
		{name: "one MySQL, same name", server: mysql8036, source: with("server_uuid", "a"), dest: with("server_uuid", "a"), want: []string{"onto_itself"}},
		{name: "one MySQL, another name", server: mysql8036, source: with("server_uuid", "a"), dest: with("server_uuid", "a"), mapped: "copy"},
		{name: "two MySQL", server: mysql8036, source: with("server_uuid", "a"), dest: with("server_uuid", "b")},
		{name: "a copied MySQL", server: mysql8036, source: with("server_uuid", "a"), dest: with("server_uuid", "a", "hostname", "db2"), want: []string{"cloned"}},
		{name: "one MariaDB", server: mariadb1011, source: with("server_uid", "x="), dest: with("server_uid", "x="), want: []string{"onto_itself"}},
		{name: "two MariaDB that look alike", server: mariadb1011, source: with("server_uid", "x="), dest: with("server_uid", "y=")},
		{name: "two MariaDB with one hardware address", server: mariadb1011, source: with("server_uid", "x="), dest: with("server_uid", "x=", "datadir", "/data/")},
		{name: "an older MariaDB that looks alike", server: mariadb1011, source: base, dest: base, want: []string{"maybe_onto_itself"}},
		{name: "two older MariaDB", server: mariadb1011, source: base, dest: with("server_id", "2")},
		{name: "another product", server: mysql8036, other: mariadb1011, source: base, dest: base},
		{name: "another version", server: mysql8036, other: mysql974, source: base, dest: base},
		{name: "nothing told", server: mysql8036, source: datasource.Variables{}, dest: datasource.Variables{}, unknown: true},
		{name: "one tenant", server: oceanbase43, source: tenant("1", 1002), dest: tenant("1", 1002), want: []string{"maybe_onto_itself"}},
		{name: "two tenants", server: oceanbase43, source: tenant("1", 1002), dest: tenant("1", 1004)},
		{name: "two clusters", server: oceanbase43, source: tenant("1", 1002), dest: tenant("2", 1002)},
		{name: "a tenant that may not be seen", server: oceanbase43, source: errors.New("denied"), dest: tenant("2", 1002), unknown: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			snapshot := func(s datasource.Server, told any) datasource.Snapshot {
				return datasource.Snapshot{datasource.FactServer: s, datasource.FactVariables: told, datasource.FactTenant: told,
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:  datasource.Tables{{TableName: datasource.TableName{Schema: "shop", Name: "t"}, Kind: datasource.BaseTable}}}
			}
			if tc.other.Flavor == "" {
				tc.other = tc.server
			}
			findings, _, err := checktest.Facts{Source: snapshot(tc.server, tc.source), Dest: snapshot(tc.other, tc.dest),
				Selection: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop", MappedName: tc.mapped}}}}.Run(t, common.SameInstance)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			rules(t, tc.want, findings)
		})
	}
}

func TestClockLatency(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		latency datasource.Latency
		want    []string
	}{
		{datasource.Latency{RoundTrip: time.Millisecond, ClockOffset: time.Second}, nil},
		{datasource.Latency{RoundTrip: 50 * time.Millisecond, ClockOffset: -time.Minute}, nil},
		{datasource.Latency{RoundTrip: 51 * time.Millisecond}, []string{"far"}},
		{datasource.Latency{ClockOffset: 61 * time.Second}, []string{"clock"}},
		{datasource.Latency{ClockOffset: -8 * time.Hour, RoundTrip: time.Second}, []string{"clock", "far"}},
	} {
		findings, notes, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactLatency: tc.latency}}.Run(t, common.ClockLatency)
		if err != nil || notes != nil {
			t.Fatalf("%v: %q, %v", tc.latency, notes, err)
		}
		rules(t, tc.want, findings)
	}
}

func TestRole(t *testing.T) {
	t.Parallel()
	denied := &datasource.Error{Class: datasource.ErrPrivilege, Cause: "the account lacks a right"}
	lag := func(d time.Duration) *time.Duration { return &d }
	channel := func(c datasource.ReplicaChannel) []datasource.ReplicaChannel {
		c.Source = "10.0.0.1:3306"
		return []datasource.ReplicaChannel{c}
	}
	can := func(rights ...datasource.Privilege) datasource.Grants {
		return datasource.Grants{Rights: datasource.Rights{Grants: []datasource.Grant{{Level: datasource.OnEverything, Privileges: rights}}}}
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
		{name: "a primary as destination", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "OFF"}, channels: primary},
		{name: "a read-only source", side: checks.Source, server: mysql8036, vars: vars{"read_only": "ON"}, channels: primary},
		{name: "a read-only destination", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "ON", "super_read_only": "OFF"}, grants: can(), channels: primary, want: []string{"read_only"}},
		{name: "read-only, but not for SUPER", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "ON"}, grants: can("SUPER"), channels: primary, want: []string{"read_only_but"}},
		{name: "read-only, but not for CONNECTION_ADMIN", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "ON"}, grants: can("CONNECTION_ADMIN"), channels: primary, want: []string{"read_only_but"}},
		{name: "read-only on MySQL 5.7 for all but SUPER", side: checks.Dest, server: flavor(datasource.FlavorMySQL, 5, 7, 44), vars: vars{"read_only": "ON"}, grants: can("CONNECTION_ADMIN"), channels: primary, want: []string{"read_only"}},
		{name: "read-only for SUPER on MariaDB 10.11", side: checks.Dest, server: mariadb1011, vars: vars{"read_only": "ON"}, grants: can("SUPER"), channels: primary, want: []string{"read_only"}},
		{name: "read-only, but not for SUPER on MariaDB 10.6", side: checks.Dest, server: flavor(datasource.FlavorMariaDB, 10, 6, 1), vars: vars{"read_only": "ON"}, grants: can("SUPER"), channels: primary, want: []string{"read_only_but"}},
		{name: "read-only, but not for READ_ONLY ADMIN", side: checks.Dest, server: mariadb1011, vars: vars{"read_only": "ON"}, grants: can("READ_ONLY ADMIN"), channels: primary, want: []string{"read_only_but"}},
		{name: "read-only in a way that is new", side: checks.Dest, server: mariadb1011, vars: vars{"read_only": "NO_LOCK"}, grants: can(), channels: primary, want: []string{"read_only"}},
		{name: "read-only, and grants that may not be seen", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "ON"}, grants: denied, channels: primary, unknown: true},
		{name: "super-read-only, whatever the grants", side: checks.Dest, server: mysql8036, vars: vars{"read_only": "ON", "super_read_only": "ON"}, grants: can("SUPER"), channels: primary, want: []string{"read_only"}},
		{name: "InnoDB read-only", side: checks.Dest, server: mysql8036, vars: vars{"innodb_read_only": "ON"}, channels: primary, want: []string{"read_only"}},
		{name: "sessions that begin read-only", side: checks.Dest, server: mysql8036, vars: vars{"transaction_read_only": "ON", "tx_read_only": "ON"}, channels: primary, want: []string{"sessions_read_only"}},
		{name: "sessions that begin read-only on MariaDB", side: checks.Dest, server: mariadb1011, vars: vars{"tx_read_only": "ON"}, channels: primary, want: []string{"sessions_read_only"}},
		{name: "a read-only standby", side: checks.Dest, role: checks.Slave, server: mysql8036, vars: vars{"read_only": "ON"}, channels: channel(datasource.ReplicaChannel{Applying: true})},
		{name: "offline", side: checks.Source, server: mysql8036, vars: vars{"offline_mode": "ON"}, channels: primary, want: []string{"offline"}},
		{name: "a replica as source", side: checks.Source, server: mysql8036, channels: channel(datasource.ReplicaChannel{Applying: true, Lag: lag(time.Second)}), want: []string{"source_is_replica"}},
		{name: "a replica as destination", side: checks.Dest, server: mysql8036, channels: channel(datasource.ReplicaChannel{Applying: true}), want: []string{"destination_is_replica"}},
		{name: "a replica that is behind", side: checks.Source, server: mysql8036, channels: channel(datasource.ReplicaChannel{Applying: true, Lag: lag(time.Hour)}), want: []string{"behind", "source_is_replica"}},
		{name: "a replica that has stopped", side: checks.Source, server: mysql8036, channels: channel(datasource.ReplicaChannel{Error: "no way"}), want: []string{"source_is_replica", "stopped"}},
		{name: "a standby", side: checks.Source, role: checks.Slave, server: mysql8036, channels: channel(datasource.ReplicaChannel{Applying: true})},
		{name: "a standby that has stopped", side: checks.Source, role: checks.Slave, server: mysql8036, channels: channel(datasource.ReplicaChannel{}), want: []string{"stopped"}},
		{name: "a standby of nothing", side: checks.Source, role: checks.Slave, server: mysql8036, channels: primary, want: []string{"standby_apart"}},
		{name: "a source that may not be asked", side: checks.Source, server: mysql8036, channels: denied, unknown: true},
		{name: "a source that need not be asked", side: checks.Source, phases: checks.Full, server: mysql8036, channels: denied},
		{name: "a destination that may not be asked", side: checks.Dest, server: mysql8036, channels: denied},
		{name: "a primary tenant", side: checks.Dest, server: oceanbase43, tenant: datasource.Tenant{Role: "PRIMARY", Switched: "NORMAL"}},
		{name: "a tenant without role", side: checks.Dest, server: oceanbase43, tenant: datasource.Tenant{}},
		{name: "a standby tenant as destination", side: checks.Dest, server: oceanbase43, tenant: datasource.Tenant{Role: "STANDBY"}, want: []string{"tenant_read_only"}},
		{name: "a standby tenant as source", side: checks.Source, server: oceanbase43, tenant: datasource.Tenant{Role: "STANDBY"}, want: []string{"tenant_is_standby"}},
		{name: "a standby tenant as standby", side: checks.Source, role: checks.Slave, server: oceanbase43, tenant: datasource.Tenant{Role: "STANDBY"}},
		{name: "a primary tenant as standby", side: checks.Source, role: checks.Slave, server: oceanbase43, tenant: datasource.Tenant{Role: "PRIMARY"}, want: []string{"standby_apart"}},
		{name: "a switch-over", side: checks.Source, server: oceanbase43, tenant: datasource.Tenant{Role: "PRIMARY", Switched: "SWITCHING TO STANDBY"}, want: []string{"switching"}},
		{name: "a tenant that may not be seen", side: checks.Dest, server: oceanbase43, tenant: denied, unknown: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			here := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactVariables: tc.vars, datasource.FactGrants: tc.grants,
				datasource.FactReplicaChannels: tc.channels, datasource.FactTenant: tc.tenant}
			findings, _, err := checktest.Facts{Source: here, Dest: here, Side: tc.side, Role: tc.role, Route: checks.Route{Phases: tc.phases}}.Run(t, common.Role)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			rules(t, tc.want, findings)
		})
	}
}
