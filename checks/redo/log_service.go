package redo

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// LogService is OB_LOG_SERVICE.
var LogService = &checks.Check{
	Type:     "OB_LOG_SERVICE",
	Page:     checks.ReadPage(pages, "log_service.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OceanBase,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactOBParameters, datasource.FactServer, datasource.FactTenant},
	},
	OMS: []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run: runLogService,
}

func runLogService(ctx context.Context, p *checks.Pass) error {
	parameters, err := datasource.FactOBParameters.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	object := checks.Object{Kind: "PARAMETER", Name: "obconfig_url"}
	url, known := parameters["obconfig_url"]
	switch {
	case !known:
		return p.NotChecked("hidden_parameter")
	case url == "" && server.IsCommunityEdition():
		p.Report(checks.Finding{Rule: "no_url_of_community", Level: checks.Warn, Object: object})
	case url == "":
		p.Report(checks.Finding{Rule: "no_url", Level: checks.Fail, Object: object})
	}
	tenant, err := datasource.FactTenant.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if tenant.LogMode == "NOARCHIVELOG" {
		p.Report(checks.Finding{Rule: "no_archive", Level: checks.Warn,
			Object: checks.Object{Kind: "TENANT", Name: tenant.Name}, Actual: "NOARCHIVELOG", Expected: "ARCHIVELOG",
			SQL: []string{"ALTER SYSTEM ARCHIVELOG"}})
	}
	return nil
}
