package server

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// VersionCompatible is RDB_VERSION_COMPATIBLE.
var VersionCompatible = &checks.Check{
	Type:     "RDB_VERSION_COMPATIBLE",
	Page:     checks.ReadPage(pages, "version_compatible.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactServer}, Dest: checks.Facts{datasource.FactServer}},
	OMS:      []checks.OMSItem{{Name: "DB_VERSION"}},
	Run:      runVersionCompatible,
}

// tenantModes holds the modes of OceanBase tenants by type of endpoint.
var tenantModes = map[datasource.Type]string{
	datasource.OceanBaseMySQL:  "MYSQL",
	datasource.OceanBaseOracle: "ORACLE",
}

func runVersionCompatible(ctx context.Context, p *checks.Pass) error {
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	if mode := tenantModes[p.Route.Dest]; mode != "" && dest.IsOceanBase() && dest.Mode != mode {
		if dest.Mode == "" {
			return p.NotChecked("no_mode")
		}
		p.Report(checks.Finding{Rule: "wrong_mode", Level: checks.Fail, Object: checks.ServerObject,
			Actual: dest.Mode, Expected: mode})
		return nil
	}
	if source.Version == (datasource.Version{}) || dest.Version == (datasource.Version{}) {
		return p.NotChecked("unreadable_version", "source", source.VersionText, "dest", dest.VersionText)
	}
	if source.Flavor != dest.Flavor && !(source.IsMySQL() && dest.IsMySQL()) {
		p.Note("different_products", "source", source, "dest", dest)
		return nil
	}
	needed := version(source.Version.Major, source.Version.Minor)
	if version(dest.Version.Major, dest.Version.Minor).Compare(needed) < 0 {
		p.Report(checks.Finding{Rule: "older", Level: checks.Warn, Object: checks.ServerObject,
			Actual: dest.String(), Expected: fmt.Sprintf("≥ %d.%d", needed.Major, needed.Minor)})
	}
	if source.IsMySQL() {
		noteUpgrade(p, source, dest)
	}
	return nil
}

// noteUpgrade notes what later releases of MySQL removed or changed, and which items check it.
func noteUpgrade(p *checks.Pass, source, dest datasource.Server) {
	reaches := func(parts ...int) bool { return source.Version.Before(parts...) && dest.Version.AtLeast(parts...) }
	if reaches(8) {
		p.Note("removed", "source", source, "dest", dest)
		p.Note("statements", "dest", dest)
	}
	if reaches(8, 4) {
		p.Note("keys", "dest", dest)
	}
	switch {
	case reaches(9):
		p.Note("password_removed", "dest", dest)
	case reaches(8, 4):
		p.Note("password_off", "dest", dest)
	}
}
