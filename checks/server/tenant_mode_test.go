package server_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTenantMode(t *testing.T) {
	t.Parallel()
	serverOf := func(flavor datasource.Flavor, mode string) datasource.Server {
		return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: 4, Minor: 3}, Mode: mode}
	}
	for _, tc := range []struct {
		name    string
		change  datasource.Snapshot // from a healthy tenant
		want    []string
		unknown bool
	}{
		{"a healthy tenant", nil, nil, false},
		{"another product", datasource.Snapshot{datasource.FactServer: serverOf(datasource.FlavorMySQL, "")},
			[]string{"not_oceanbase"}, false},
		{"the other mode", datasource.Snapshot{datasource.FactServer: serverOf(datasource.FlavorOceanBase, "ORACLE")},
			[]string{"mode"}, false},
		{"no mode", datasource.Snapshot{datasource.FactServer: serverOf(datasource.FlavorOceanBase, "")}, nil, true},
		{"a tenant being restored", datasource.Snapshot{datasource.FactTenant: datasource.Tenant{Status: "RESTORE"}},
			[]string{"status"}, false},
		{"the system tenant", datasource.Snapshot{datasource.FactTenant: datasource.Tenant{ID: 1, Name: "sys",
			Status: "NORMAL"}}, []string{"sys_tenant"}, false},
		{"a unit in error", datasource.Snapshot{datasource.FactUnits: []datasource.Unit{{Status: "ERROR"},
			{Status: "NORMAL"}}}, []string{"unit"}, false},
		{"a tenant that cannot be read", datasource.Snapshot{datasource.FactTenant: checktest.ErrRefusedView}, nil,
			true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantOutcome(t, checktest.BetweenTenants(checks.Dest, tc.change), server.TenantMode, tc.unknown,
				tc.want...)
		})
	}
}

func TestTenantModeAppliesOnlyToOceanBase(t *testing.T) {
	t.Parallel()
	checktest.WantOnlyOceanBase(t, server.TenantMode)
	route := checks.Route{Source: datasource.MySQL, Dest: datasource.OceanBaseMySQL, Phases: checks.AllPhases}
	if got := server.TenantMode.SidesFor(route); !cmp.Equal(got, []checks.Side{checks.Dest}) {
		t.Errorf("in a task from MySQL to OceanBase it applies to %v", got)
	}
}
