package redo_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSupplementalLogMin(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		database any
		want     []string
		unknown  bool
	}{
		{"minimal logging", datasource.OracleDatabase{Supplemental: datasource.SupplementalLogging{Minimal: true}}, nil,
			false},
		{"no minimal logging", datasource.OracleDatabase{Supplemental: datasource.SupplementalLogging{All: true}},
			[]string{"off"}, false},
		{"minimal logging unknown", checktest.ErrRefusedView, nil, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: datasource.Server{},
				datasource.FactOracleDatabase: tc.database}
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			checktest.WantOutcome(t, facts, redo.SupplementalLogMin, tc.unknown, tc.want...)
		})
	}
}
