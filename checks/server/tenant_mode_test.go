package server_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRules(t *testing.T) {
	t.Parallel()
	refused := errors.New("SELECT command denied")
	serverOf := func(flavor datasource.Flavor, mode string) datasource.Server {
		return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: 4, Minor: 3}, Mode: mode}
	}
	for _, tc := range []struct {
		name    string
		check   *checks.Check
		side    checks.Side
		facts   datasource.Snapshot // what differs from a healthy tenant
		want    []string
		unknown bool
	}{
		{"a healthy tenant", server.TenantMode, checks.Dest, nil, nil, false},
		{"another product", server.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactServer: serverOf(datasource.FlavorMySQL, "")}, []string{"not_oceanbase"}, false},
		{"the other mode", server.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactServer: serverOf(datasource.FlavorOceanBase, "ORACLE")}, []string{"mode"}, false},
		{"no mode", server.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactServer: serverOf(datasource.FlavorOceanBase, "")}, nil, true},
		{"a tenant being restored", server.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactTenant: datasource.Tenant{Status: "RESTORE"}}, []string{"status"}, false},
		{"a unit in error", server.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactUnits: []datasource.Unit{{Status: "ERROR"}, {Status: "NORMAL"}}}, []string{"unit"}, false},
		{"a tenant that cannot be read", server.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactTenant: refused}, nil, true},

		{"strong reads", settings.Variables, checks.Source, nil, nil, false},
		{"weak reads", settings.Variables, checks.Source, datasource.Snapshot{datasource.FactVariables: datasource.Variables{"ob_read_consistency": "WEAK"}}, []string{"weak_read"}, false},
		{"weak reads of a destination", settings.Variables, checks.Dest, datasource.Snapshot{datasource.FactVariables: datasource.Variables{"ob_read_consistency": "WEAK"}}, nil, false},
		{"a recycle bin", settings.Variables, checks.Dest, datasource.Snapshot{datasource.FactVariables: datasource.Variables{"recyclebin": "ON"}}, []string{"recyclebin"}, false},

		{"a log service with a URL", redo.LogService, checks.Source, nil, nil, false},
		{"no URL", redo.LogService, checks.Source, datasource.Snapshot{datasource.FactOBParameters: datasource.Variables{"obconfig_url": ""}}, []string{"no_url"}, false},
		{"no archive", redo.LogService, checks.Source, datasource.Snapshot{datasource.FactTenant: datasource.Tenant{LogMode: "NOARCHIVELOG"}}, []string{"no_archive"}, false},
		{"a URL that cannot be read", redo.LogService, checks.Source, datasource.Snapshot{datasource.FactOBParameters: datasource.Variables{}}, nil, true},

		{"free memory", capacity.Memstore, checks.Dest, nil, nil, false},
		{"a full memstore", capacity.Memstore, checks.Dest, datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{{Used: 60, Limit: 100}, {Used: 59, Limit: 100}}}, []string{"full"}, false},
		{"no visible memstore", capacity.Memstore, checks.Dest, datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{}}, nil, true},
		{"a memstore without a limit", capacity.Memstore, checks.Dest, datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{{Used: 1}}}, nil, true},
	} {
		t.Run(tc.check.Type+" "+tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.HealthyTenant()
			for fact, value := range tc.facts {
				facts[fact] = value
			}
			findings, _, err := checktest.Facts{Source: facts, Dest: facts, Side: tc.side,
				Route: checks.Route{Source: datasource.OceanBaseMySQL, Dest: datasource.OceanBaseMySQL}}.Run(t, tc.check)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// TestEndpoints checks that the items belong only to endpoints that are OceanBase.
func TestEndpoints(t *testing.T) {
	t.Parallel()
	toOB := checks.Route{Source: datasource.MySQL, Dest: datasource.OceanBaseMySQL, Phases: checks.AllPhases}
	if got := server.TenantMode.SidesFor(toOB); !cmp.Equal(got, []checks.Side{checks.Dest}) {
		t.Errorf("to OceanBase it has sides %v", got)
	}
	without := checks.Route{Source: datasource.MySQL, Dest: datasource.MariaDB, Phases: checks.AllPhases}
	for _, c := range []*checks.Check{server.TenantMode, settings.Variables, redo.LogService, capacity.Memstore} {
		if applies, reason := c.Applies(without); applies || reason.IsZero() {
			t.Errorf("%s belongs to a task without OceanBase (%q)", c.Type, reason)
		}
	}
}
