package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// Version is RDB_VERSION.
var Version = &checks.Check{
	Type:     "RDB_VERSION",
	Page:     checks.ReadPage(pages, "version.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Blocks:   true,
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer}},
	OMS:      []checks.OMSItem{{Name: "DB_VERSION"}},
	Run:      runVersion,
}

// supported lists the products of each type of endpoint, each with the first version that can be migrated and the
// last release series that the checks know.
var supported = []struct {
	flavor      datasource.Flavor
	types       []datasource.Type
	first, last datasource.Version
}{
	{datasource.FlavorMySQL, []datasource.Type{datasource.MySQL}, version(5, 6), version(9, 7)},
	{datasource.FlavorPercona, []datasource.Type{datasource.MySQL}, version(5, 6), version(8, 4)},
	{datasource.FlavorAurora, []datasource.Type{datasource.MySQL}, version(5, 6), version(8, 4)},
	{datasource.FlavorPolarDB, []datasource.Type{datasource.MySQL}, version(5, 6), version(8, 0)},
	{datasource.FlavorTiDB, []datasource.Type{datasource.MySQL}, version(4, 0), version(8, 5)},
	{datasource.FlavorMariaDB, []datasource.Type{datasource.MariaDB}, version(10, 0), version(11, 8)},
	{datasource.FlavorOceanBase, checks.OceanBase, version(3, 1), version(4, 6)},
	{datasource.FlavorOracle, []datasource.Type{datasource.Oracle}, version(11, 2), version(23, 26)},
}

func version(major, minor int) datasource.Version {
	return datasource.Version{Major: major, Minor: minor}
}

func runVersion(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	declared := p.Route.Source
	if p.Side == checks.Dest {
		declared = p.Route.Dest
	}
	if server.Version == (datasource.Version{}) {
		return p.NotChecked("unreadable_version", "version", server.VersionText, "comment", server.Comment)
	}
	p.Note("version", "server", server, "version", server.VersionText)
	f := checks.Finding{Object: checks.ServerObject, Actual: server.String()}
	for _, s := range supported {
		if s.flavor != server.Flavor {
			continue
		}
		if !slices.Contains(s.types, declared) {
			f.Rule, f.Level, f.Expected = "other_family", checks.Fail, string(declared)
			if slices.Contains(checks.MySQLFamily, declared) && slices.Contains(checks.MySQLFamily, s.types[0]) {
				f.Rule, f.Level = "other_product", checks.Warn
			}
			f.Args = checks.Args{"type": string(s.types[0])}
			p.Report(f)
		}
		switch series := version(server.Version.Major, server.Version.Minor); {
		case server.Version.Compare(s.first) < 0:
			f.Rule, f.Level, f.Expected = "too_old", checks.Fail, fmt.Sprintf("≥ %d.%d", s.first.Major, s.first.Minor)
			f.Blocks = server.Flavor == datasource.FlavorOracle
			p.Report(f)
		case series.Compare(s.last) > 0:
			f.Rule, f.Level, f.Expected = "newer", checks.Warn, fmt.Sprintf("≤ %d.%d", s.last.Major, s.last.Minor)
			p.Report(f)
		}
		known := product.OceanBaseRules
		if server.IsOceanBase() && server.Version.AtLeast(known.Major, known.Minor+1) {
			p.Note("rules_known", "server", server, "known", fmt.Sprintf("%d.%d", known.Major, known.Minor))
		}
		return nil
	}
	f.Rule, f.Level = "unknown_product", checks.Warn
	p.Report(f)
	return nil
}
