package server_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

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
		{name: "one MySQL, same name", server: mysql8036, source: with("server_uuid", "a"),
			dest: with("server_uuid", "a"),
			want: []string{"onto_itself"}},
		{name: "one MySQL, another name", server: mysql8036, source: with("server_uuid", "a"),
			dest:   with("server_uuid", "a"),
			mapped: "copy"},
		{name: "two MySQL", server: mysql8036, source: with("server_uuid", "a"), dest: with("server_uuid", "b")},
		{name: "a copied MySQL", server: mysql8036, source: with("server_uuid", "a"),
			dest: with("server_uuid", "a", "hostname", "db2"), want: []string{"cloned"}},
		{name: "one MariaDB", server: mariadb1011, source: with("server_uid", "x="), dest: with("server_uid", "x="),
			want: []string{"onto_itself"}},
		{name: "two MariaDB that look alike", server: mariadb1011, source: with("server_uid", "x="),
			dest: with("server_uid", "y=")},
		{name: "two MariaDB with one hardware address", server: mariadb1011, source: with("server_uid", "x="),
			dest: with("server_uid", "x=", "datadir", "/data/")},
		{name: "an older MariaDB that looks the same", server: mariadb1011, source: base, dest: base,
			want: []string{"maybe_onto_itself"}},
		{name: "two older MariaDB", server: mariadb1011, source: base, dest: with("server_id", "2")},
		{name: "another product", server: mysql8036, other: mariadb1011, source: base, dest: base},
		{name: "another version", server: mysql8036, other: mysql974, source: base, dest: base},
		{name: "nothing reported", server: mysql8036, source: datasource.Variables{}, dest: datasource.Variables{},
			unknown: true},
		{name: "one tenant", server: oceanbase43, source: tenant("1", 1002), dest: tenant("1", 1002),
			want: []string{"maybe_onto_itself"}},
		{name: "two tenants", server: oceanbase43, source: tenant("1", 1002), dest: tenant("1", 1004)},
		{name: "two clusters", server: oceanbase43, source: tenant("1", 1002), dest: tenant("2", 1002)},
		{name: "a tenant that cannot be read", server: oceanbase43, source: errors.New("denied"),
			dest:    tenant("2", 1002),
			unknown: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			snapshot := func(s datasource.Server, facts any) datasource.Snapshot {
				return datasource.Snapshot{datasource.FactServer: s, datasource.FactVariables: facts,
					datasource.FactTenant:  facts,
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables: datasource.Tables{{TableName: datasource.TableName{Schema: "shop",
						Name: "t"},
						Kind: datasource.BaseTable}}}
			}
			if tc.other.Flavor == "" {
				tc.other = tc.server
			}
			findings, _, err := checktest.Facts{Source: snapshot(tc.server, tc.source),
				Dest: snapshot(tc.other, tc.dest),
				Selection: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop",
					MappedName: tc.mapped}}}}.Run(t,
				server.SameInstance)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			rules(t, tc.want, findings)
		})
	}
}
