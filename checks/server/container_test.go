package server_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestDatabaseSettings decides by V$DATABASE and the container of the session alone.
func TestDatabaseSettings(t *testing.T) {
	t.Parallel()
	pdb := datasource.OracleDatabase{CDB: true, Container: "SHOPDB"}
	for _, tc := range []struct {
		name     string
		check    *checks.Check
		database any
		server   datasource.Server
		want     []string
		fails    bool
	}{
		{"minimal logging", redo.SupplementalLogMin, datasource.OracleDatabase{Supplemental: datasource.SupplementalLogging{Minimal: true}}, datasource.Server{}, nil, false},
		{"no minimal logging", redo.SupplementalLogMin, datasource.OracleDatabase{Supplemental: datasource.SupplementalLogging{All: true}}, datasource.Server{}, []string{"off"}, false},
		{"minimal logging unknown", redo.SupplementalLogMin, checktest.ErrRefusedView, datasource.Server{}, nil, true},
		{"forced", redo.ForceLogging, datasource.OracleDatabase{ForceLogging: "YES"}, datasource.Server{}, nil, false},
		{"not forced", redo.ForceLogging, datasource.OracleDatabase{ForceLogging: "NO"}, datasource.Server{}, []string{"off"}, false},
		{"not forced for a standby", redo.ForceLogging, datasource.OracleDatabase{ForceLogging: "STANDBY NOLOGGING FOR LOAD PERFORMANCE"}, datasource.Server{}, []string{"off"}, false},
		{"forced unknown", redo.ForceLogging, checktest.ErrRefusedView, datasource.Server{}, nil, true},
		{"no container", server.Container, datasource.OracleDatabase{}, datasource.Server{Account: "SHOP"}, nil, false},
		{"the root", server.Container, datasource.OracleDatabase{CDB: true, Container: "CDB$ROOT"}, datasource.Server{}, []string{"no_pdb"}, false},
		{"a local account", server.Container, pdb, datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 19}}, []string{"local_account"}, false},
		{"a common account", server.Container, pdb, datasource.Server{Account: "C##SHOP", Version: datasource.Version{Major: 19}}, nil, false},
		{"LogMiner in each container", server.Container, pdb, datasource.Server{Account: "SHOP", Version: datasource.Version{Major: 21}}, nil, false},
		{"container unknown", server.Container, checktest.ErrRefusedView, datasource.Server{}, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactOracleDatabase: tc.database}
			findings, _, err := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}.Run(t, tc.check)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
