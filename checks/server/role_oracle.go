package server

import (
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
	mode := database.OpenMode
	if database.InPDB() && database.ContainerOpen != "" {
		mode = database.ContainerOpen
	}
	if p.Side == checks.Dest && p.Role == checks.Master && mode != "READ WRITE" {
		f.Rule, f.Level, f.Actual, f.Expected = "database_read_only", checks.Fail, mode, "READ WRITE"
		p.Report(f)
	}
	return nil
}
