package binlog

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogRowMetadata is MYSQL_BINLOG_ROW_METADATA.
var BinlogRowMetadata = logCheck(checks.Check{
	Type:    "MYSQL_BINLOG_ROW_METADATA",
	Page:    checks.ReadPage(pages, "binlog_row_metadata.md"),
	Level:   checks.Info,
	Standby: true,
	Reads:   checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactVariables}},
	Run:     runBinlogRowMetadata,
})

func runBinlogRowMetadata(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	value, ok := variables.Lookup("binlog_row_metadata")
	switch {
	case !ok:
		p.Note("no_variable", "server", server)
	case !strings.EqualFold(value, "FULL"):
		p.Report(checks.Finding{Rule: "not_full", Level: checks.Info,
			Object: checks.VariableObject("binlog_row_metadata"), Actual: value, Expected: "FULL",
			SQL: checks.SetGlobal(server, "binlog_row_metadata", "'FULL'")})
	}
	return nil
}
