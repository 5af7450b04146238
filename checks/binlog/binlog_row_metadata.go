package binlog

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogRowMetadata is MYSQL_BINLOG_ROW_METADATA.
var BinlogRowMetadata = &checks.Check{
	Type:     "MYSQL_BINLOG_ROW_METADATA",
	Page:     checks.ReadPage(pages, "binlog_row_metadata.md"),
	Level:    checks.Info,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.Incremental | checks.Reverse,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	LogOf:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	OMS:      []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run:      runBinlogRowMetadata,
}

func runBinlogRowMetadata(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	value, ok := variables.Lookup("binlog_row_metadata")
	switch {
	case !ok:
		p.Inform("%s logs no names of columns: a reader must follow the tables' definitions.", server)
	case !strings.EqualFold(value, "FULL"):
		p.Report(checks.Finding{Rule: "not_full", Level: checks.Info, Object: checks.VariableObject("binlog_row_metadata"),
			Actual: value, Expected: "FULL", SQL: checks.SetGlobal(server, "binlog_row_metadata", "'FULL'")})
	}
	return nil
}
