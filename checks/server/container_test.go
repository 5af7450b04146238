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
	pdb := datasource.OracleDatabase{CDB: true, Container: "SHOPDB"}
	for _, tc := range []struct {
		name     string
		database any
		server   datasource.Server
		want     []string
		unknown  bool
	}{
		{"no container", datasource.OracleDatabase{}, datasource.Server{Account: "SHOP"}, nil, false},
		{"the root", datasource.OracleDatabase{CDB: true, Container: "CDB$ROOT"}, datasource.Server{},
			[]string{"no_pdb"},
			false},
		{"a local account", pdb, datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 19}},
			[]string{"local_account"}, false},
		{"a common account", pdb, datasource.Server{Account: "C##SHOP", Version: datasource.Version{Major: 19}}, nil,
			false},
		{"LogMiner in each container", pdb, datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 21}},
			nil,
			false},
		{"container unknown", checktest.ErrRefusedView, datasource.Server{}, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactOracleDatabase: tc.database}
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			checktest.WantOutcome(t, facts, server.Container, tc.unknown, tc.want...)
		})
	}
}
