package redo_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestForceLogging(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		database any
		want     []string
		unknown  bool
	}{
		{"forced", datasource.OracleDatabase{ForceLogging: "YES"}, nil, false},
		{"not forced", datasource.OracleDatabase{ForceLogging: "NO"}, []string{"off"}, false},
		{"not forced for a standby", datasource.OracleDatabase{ForceLogging: "STANDBY NOLOGGING FOR LOAD PERFORMANCE"},
			[]string{"off"}, false},
		{"forced unknown", checktest.ErrRefusedView, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: datasource.Server{},
				datasource.FactOracleDatabase: tc.database}
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			checktest.WantOutcome(t, facts, redo.ForceLogging, tc.unknown, tc.want...)
		})
	}
}
