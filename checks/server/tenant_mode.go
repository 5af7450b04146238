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
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactServer, datasource.FactTenant, datasource.FactUnits},
	},
	Run: runTenantMode,
}

// sysTenant is the id of the tenant sys of every cluster.
const sysTenant = 1

func runTenantMode(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	declared := p.Route.Source
	if p.Side == checks.Dest {
		declared = p.Route.Dest
	}
	mode := "MYSQL"
	if declared == datasource.OceanBaseOracle {
		mode = "ORACLE"
	}
	switch {
	case !server.IsOceanBase():
		p.Report(checks.Finding{Rule: "not_oceanbase", Level: checks.Fail, Object: checks.ServerObject,
			Actual: server.String(), Expected: "OceanBase"})
		return nil
	case server.Mode == "":
		return p.NotChecked("no_mode", "server", server)
	case server.Mode != mode:
		p.Report(checks.Finding{Rule: "mode", Level: checks.Fail, Object: checks.Object{Kind: "TENANT"},
			Actual: server.Mode, Expected: mode})
		return nil
	}
	tenant, err := datasource.FactTenant.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if tenant.ID == sysTenant {
		p.Report(checks.Finding{Rule: "sys_tenant", Level: checks.Fail,
			Object: checks.Object{Kind: "TENANT", Name: tenant.Name}})
		return nil
	}
	if tenant.Status != "NORMAL" {
		p.Report(checks.Finding{Rule: "status", Level: checks.Fail,
			Object: checks.Object{Kind: "TENANT", Name: tenant.Name},
			Actual: tenant.Status, Expected: "NORMAL"})
	}
	units, err := datasource.FactUnits.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, u := range units {
		if u.Status != "NORMAL" {
			p.Report(checks.Finding{Rule: "unit", Level: checks.Warn,
				Object: checks.Object{Kind: "UNIT", Name: u.Zone + " " + u.Server}, Actual: u.Status,
				Expected: "NORMAL"})
		}
	}
	if len(units) > 0 {
		p.Note("units", "tenant", tenant.Name, "count", len(units),
			"cpu", units[0].CPU, "memory", fmt.Sprintf("%d MiB", units[0].Memory>>20))
	}
	return nil
}
