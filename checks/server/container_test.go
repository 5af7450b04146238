package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestContainer(t *testing.T) {
	t.Parallel()
	local := datasource.OracleContainer{CDB: true, Name: "SHOPDB"}
	common := datasource.OracleContainer{CDB: true, Name: "SHOPDB", CommonAccount: true}
	older := datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 18}}
	for _, tc := range []struct {
		name      string
		container any
		server    datasource.Server
		want      []string
		unknown   bool
	}{
		{"no container", datasource.OracleContainer{}, older, nil, false},
		{"the root", datasource.OracleContainer{CDB: true, Name: "CDB$ROOT"}, older, []string{"no_pdb"}, false},
		{"a local account", local, older, []string{"local_account"}, false},
		{"a common account with another prefix", common, older, nil, false},
		{"LogMiner in each container", local,
			datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 19}}, nil, false},
		{"container unknown", checktest.ErrRefusedView, older, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: tc.server,
				datasource.FactOracleContainer: tc.container}
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			checktest.WantOutcome(t, facts, server.Container, tc.unknown, tc.want...)
		})
	}
}
