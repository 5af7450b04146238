package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNodeConnect(t *testing.T) {
	t.Parallel()
	near, far := datasource.Node{Zone: "z1", Address: "10.0.0.1:2881", Reached: true},
		datasource.Node{Zone: "z2", Address: "10.0.0.2:2881"}
	for _, tc := range []struct {
		name  string
		nodes any
		checktest.Expectation
	}{
		{"every node is reached", []datasource.Node{near}, checktest.Expectation{Note: "1 of 1 node"}},
		{"a node is not reached", []datasource.Node{near, far}, checktest.Expectation{
			Want: []string{"warning unreached 10.0.0.2:2881"}, Note: "1 of 2 nodes"}},
		{"too many nodes", []datasource.Node{near, {Address: "10.0.0.3:2881", Untried: true}}, checktest.Expectation{
			Note: "1 of 2 nodes", Unknown: true}},
		{"no node is shown", []datasource.Node{}, checktest.Expectation{Unknown: true}},
		{"the nodes are not shown", checktest.ErrRefusedView, checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, server.NodeConnect,
				checktest.BetweenTenants(checks.Dest, datasource.Snapshot{datasource.FactNodes: tc.nodes}))
		})
	}
	checktest.WantOnlyOceanBase(t, server.NodeConnect)
}
