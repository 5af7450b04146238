package server

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// TenantMode is OB_TENANT_MODE.
var TenantMode = &checks.Check{
	Type:      "OB_TENANT_MODE",
	Page:      checks.ReadPage(pages, "tenant_mode.md"),
	Level:     checks.Fail,
	Sides:     checks.BothSides,
	Standby:   true,
	Phases:    checks.AllPhases,
	AppliesTo: checks.OceanBase,
	Requires:  []string{"RDB_CONNECT"},
	Run:       runTenantMode,
}

func runTenantMode(ctx context.Context, p *checks.Pass) error {
	server, err := p.Facts().Server(ctx)
	if err != nil {
		return err
	}
	declared := p.Route.Source
	if p.Side == checks.Dest {
		declared = p.Route.Dest
	}
	want := "MYSQL"
	if declared == datasource.OceanBaseOracle {
		want = "ORACLE"
	}
	switch {
	case !server.IsOceanBase():
		p.Report(checks.Finding{Rule: "not_oceanbase", Level: checks.Fail, Object: checks.Object{Kind: "SERVER"}, Actual: server.String(), Expected: "OceanBase"})
		return nil
	case server.Mode == "":
		return fmt.Errorf("%s does not say its mode: it has no variable ob_compatibility_mode", server)
	case server.Mode != want:
		p.Report(checks.Finding{Rule: "mode", Level: checks.Fail, Object: checks.Object{Kind: "TENANT"}, Actual: server.Mode, Expected: want})
		return nil
	}
	tenant, err := p.Facts().Tenant(ctx)
	if err != nil {
		return err
	}
	if tenant.Status != "NORMAL" {
		p.Report(checks.Finding{Rule: "status", Level: checks.Fail, Object: checks.Object{Kind: "TENANT", Name: tenant.Name}, Actual: tenant.Status, Expected: "NORMAL"})
	}
	units, err := p.Facts().Units(ctx)
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Status != "NORMAL" {
			p.Report(checks.Finding{Rule: "unit", Level: checks.Warn, Object: checks.Object{Kind: "UNIT", Name: u.Zone + " " + u.Server}, Actual: u.Status, Expected: "NORMAL"})
		}
	}
	if len(units) > 0 {
		p.Inform("tenant %s: %d units, the first of %g CPU and %d MiB", tenant.Name, len(units), units[0].CPU, units[0].Memory>>20)
	}
	return nil
}
