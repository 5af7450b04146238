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
	Compares: true,
	OMS:      []checks.OMSItem{{Name: "DB_VERSION"}},
	Run:      runVersionCompatible,
}

// tenantModes are the modes of OceanBase's tenants by type of endpoint.
var tenantModes = map[datasource.Type]string{datasource.OceanBaseMySQL: "MYSQL", datasource.OceanBaseOracle: "ORACLE"}

func runVersionCompatible(ctx context.Context, p *checks.Pass) error {
	source, err := p.Source().Server(ctx)
	if err != nil {
		return err
	}
	dest, err := p.Dest().Server(ctx)
	if err != nil {
		return err
	}
	if want := tenantModes[p.Route.Dest]; want != "" && dest.IsOceanBase() && dest.Mode != want {
		if dest.Mode == "" {
			return fmt.Errorf("the tenant does not tell its mode (ob_compatibility_mode)")
		}
		p.Report(checks.Finding{Rule: "wrong_mode", Level: checks.Fail, Object: checks.ServerObject, Actual: dest.Mode, Expected: want})
		return nil
	}
	if source.Version == (datasource.Version{}) || dest.Version == (datasource.Version{}) {
		return fmt.Errorf("the versions cannot be compared: the source's is %q, the destination's %q", source.VersionText, dest.VersionText)
	}
	if source.Flavor != dest.Flavor && !(source.IsMySQL() && dest.IsMySQL()) {
		p.Inform("%s and %s are different products: other items compare what they support.", source, dest)
		return nil
	}
	if version(dest.Version.Major, dest.Version.Minor).Compare(version(source.Version.Major, source.Version.Minor)) < 0 {
		p.Report(checks.Finding{Rule: "older", Level: checks.Warn, Object: checks.ServerObject,
			Actual: dest.String(), Expected: fmt.Sprintf("%d.%d or later, as the source", source.Version.Major, source.Version.Minor)})
	}
	return nil
}
