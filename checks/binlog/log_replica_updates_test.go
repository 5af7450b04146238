package binlog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLogReplicaUpdates(t *testing.T) {
	t.Parallel()
	replica := []datasource.ReplicaChannel{{Source: "10.0.0.1:3306"}}
	for _, tc := range []struct {
		name      string
		variables datasource.Variables
		channels  any
		want      []string
		unknown   bool
	}{
		{"on", datasource.Variables{"log_replica_updates": "ON"}, errDenied, nil, false},
		{"off on a primary", datasource.Variables{"log_slave_updates": "OFF"}, []datasource.ReplicaChannel(nil), nil,
			false},
		{"off on a replica", datasource.Variables{"log_slave_updates": "OFF"}, replica, []string{"not_logged"}, false},
		{"off, with unreadable replication status", datasource.Variables{"log_slave_updates": "OFF"}, errDenied, nil,
			true},
		{"variable missing", datasource.Variables{}, replica, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: checktest.MariaDB1011,
				datasource.FactVariables:       tc.variables,
				datasource.FactReplicaChannels: tc.channels}
			findings, _, err := checktest.Facts{Source: source}.Run(t, binlog.LogReplicaUpdates)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want an error: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
