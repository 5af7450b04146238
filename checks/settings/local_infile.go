package settings

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// LocalInfile is MYSQL_LOCAL_INFILE.
var LocalInfile = &checks.Check{
	Type:     "MYSQL_LOCAL_INFILE",
	Page:     checks.ReadPage(pages, "local_infile.md"),
	Level:    checks.Info,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full,
	Dests:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	Run:      runLocalInfile,
}

func runLocalInfile(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	on, ok := variables.On("local_infile")
	switch {
	case !ok:
		return sysvar.Missing(server, "local_infile")
	case !on:
		p.Report(checks.Finding{Rule: "off", Level: checks.Info, Object: checks.VariableObject("local_infile"),
			Actual: "OFF", Expected: "ON", SQL: checks.SetGlobal(server, "local_infile", "ON")})
	}
	return nil
}
