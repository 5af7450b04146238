package settings_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestVariables(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		side      checks.Side
		variables datasource.Variables // instead of those of a healthy tenant
		want      []string
	}{
		{"strong reads", checks.Source, nil, nil},
		{"weak reads", checks.Source, datasource.Variables{"ob_read_consistency": "WEAK"}, []string{"weak_read"}},
		{"weak reads of a destination", checks.Dest, datasource.Variables{"ob_read_consistency": "WEAK"}, nil},
		{"a recycle bin", checks.Dest, datasource.Variables{"recyclebin": "ON"}, []string{"recyclebin"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var change datasource.Snapshot
			if tc.variables != nil {
				change = datasource.Snapshot{datasource.FactVariables: tc.variables}
			}
			checktest.WantOutcome(t, checktest.BetweenTenants(tc.side, change), settings.Variables, false, tc.want...)
		})
	}
}

func TestVariablesAppliesOnlyToOceanBase(t *testing.T) {
	t.Parallel()
	checktest.WantOnlyOceanBase(t, settings.Variables)
}
