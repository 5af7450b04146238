package server

import (
	"cmp"
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// reportOracleRole reports the role and the open mode of an Oracle database.
func reportOracleRole(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	f := checks.Finding{Object: checks.Object{Kind: "DATABASE", Name: database.Name},
		Actual: database.Role, Expected: "PRIMARY"}
	switch primary := database.Role == "PRIMARY"; {
	case p.Role == checks.Slave && primary:
		f.Rule, f.Level, f.Expected = "standby_apart", checks.Warn, "STANDBY"
		p.Report(f)
	case p.Role == checks.Slave:
	case !primary && p.Side == checks.Source:
		f.Rule, f.Level = "database_is_standby", checks.Warn
		p.Report(f)
	}
	if p.Side != checks.Dest || p.Role != checks.Master {
		return nil
	}
	mode := database.OpenMode
	if database.InPDB() {
		container, err := datasource.FactContainerOpen.Of(ctx, p.Facts())
		if err != nil {
			return err
		}
		mode = cmp.Or(container, mode)
	}
	if mode != "READ WRITE" {
		f.Rule, f.Level, f.Actual, f.Expected = "database_read_only", checks.Fail, mode, "READ WRITE"
		p.Report(f)
	}
	return nil
}
