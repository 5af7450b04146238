package server

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Container is ORACLE_CONTAINER.
var Container = &checks.Check{
	Type:      "ORACLE_CONTAINER",
	Page:      checks.ReadPage(pages, "container.md"),
	Level:     checks.Fail,
	Sides:     checks.BothSides,
	Phases:    checks.AllPhases,
	AppliesTo: checks.OracleOnly,
	Requires:  []string{"RDB_CONNECT"},
	Reads:     checks.Reads{Own: checks.Facts{datasource.FactOracleContainer, datasource.FactServer}},
	Run:       runContainer,
}

func runContainer(ctx context.Context, p *checks.Pass) error {
	container, err := datasource.FactOracleContainer.Of(ctx, p.Facts())
	if err != nil || !container.CDB {
		return err
	}
	f := checks.Finding{Object: checks.Object{Kind: "CONTAINER", Name: container.Name}}
	if slices.Contains([]string{"CDB$ROOT", "PDB$SEED"}, container.Name) {
		f.Rule, f.Level = "no_pdb", checks.Fail
		p.Report(f)
		return nil
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	mined := p.Side == checks.Source && p.Route.Phases&checks.Incremental != 0 ||
		p.Side == checks.Dest && p.Route.Phases&checks.Reverse != 0
	if mined && server.Version.Before(19) && !container.CommonAccount {
		f.Rule, f.Level, f.Actual = "local_account", checks.Warn, server.Account
		p.Report(f)
	}
	return nil
}
