package capacity_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestMemstore(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		change  datasource.Snapshot // from a healthy tenant
		want    []string
		unknown bool
	}{
		{"free memory", nil, nil, false},
		{"a full memstore", datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{{Used: 60, Limit: 100},
			{Used: 59, Limit: 100}}}, []string{"full"}, false},
		{"no visible memstore", datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{}}, nil, true},
		{"a memstore without a limit", datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{{Used: 1}}},
			nil,
			true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantOutcome(t, checktest.BetweenTenants(checks.Dest, tc.change), capacity.Memstore, tc.unknown,
				tc.want...)
		})
	}
}

func TestMemstoreAppliesOnlyToOceanBase(t *testing.T) {
	t.Parallel()
	checktest.WantOnlyOceanBase(t, capacity.Memstore)
}
