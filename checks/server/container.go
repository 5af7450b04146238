package server

import (
	"context"
	"slices"
	"strings"

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
	Reads:     checks.Reads{Own: checks.Facts{datasource.FactOracleDatabase, datasource.FactServer}},
	Run:       runContainer,
}

func runContainer(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil || !database.CDB {
		return err
	}
	f := checks.Finding{Object: checks.Object{Kind: "CONTAINER", Name: database.Container}}
	if slices.Contains([]string{"CDB$ROOT", "PDB$SEED"}, database.Container) {
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
	if mined && server.Version.Before(21) && !strings.HasPrefix(server.Account, "C##") {
		f.Rule, f.Level, f.Actual = "local_account", checks.Warn, server.Account
		p.Report(f)
	}
	return nil
}
