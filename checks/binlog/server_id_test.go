package binlog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestServerID(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name         string
		source, dest datasource.Variables
		route        checks.Route
		want         []string
	}{
		{"different", datasource.Variables{"server_id": "2"}, datasource.Variables{"server_id": "3"}, checks.Route{},
			nil},
		{"zero", datasource.Variables{"server_id": "0"}, datasource.Variables{"server_id": "3"}, checks.Route{},
			[]string{"zero"}},
		{"equal", datasource.Variables{"server_id": "2", "server_uuid": "a"},
			datasource.Variables{"server_id": "2", "server_uuid": "b"}, checks.Route{},
			[]string{"same_as_destination"}},
		{"equal, because it is the same server", datasource.Variables{"server_id": "2", "server_uuid": "a"},
			datasource.Variables{"server_id": "2", "server_uuid": "a"}, checks.Route{}, nil},
		{"equal, on MariaDB without server_uuid",
			datasource.Variables{"server_id": "2", "hostname": "a", "port": "3306"},
			datasource.Variables{"server_id": "2", "hostname": "b", "port": "3306"},
			checks.Route{}, []string{"same_as_destination"}},
		{"equal, on servers that cannot be distinguished", datasource.Variables{"server_id": "2", "hostname": "a"},
			datasource.Variables{"server_id": "2", "hostname": "a"}, checks.Route{}, nil},
		{"default", datasource.Variables{"server_id": "1"}, datasource.Variables{"server_id": "3"}, checks.Route{},
			[]string{"preset"}},
		{"OceanBase does not have server IDs", datasource.Variables{"server_id": "2"}, nil,
			checks.Route{Dest: datasource.OceanBaseMySQL}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: checktest.MySQL80, datasource.FactVariables: tc.source,
				datasource.FactReplicas: []datasource.Replica{{ServerID: 9}}}
			findings, _, err := checktest.Facts{Source: source,
				Dest:  datasource.Snapshot{datasource.FactVariables: tc.dest},
				Route: tc.route}.Run(t, binlog.ServerID)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
