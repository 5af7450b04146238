package binlog

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogFormat is MYSQL_BINLOG_FORMAT.
var BinlogFormat = logCheck(checks.Check{
	Type:    "MYSQL_BINLOG_FORMAT",
	Page:    checks.ReadPage(pages, "binlog_format.md"),
	Level:   checks.Fail,
	Standby: true,
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactLogSessions, datasource.FactServer, datasource.FactVariables},
	},
	Run: runBinlogFormat,
})

const formatRow = "ROW"

func runBinlogFormat(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	format, ok := variables.Lookup("binlog_format")
	switch {
	case !ok && server.IsMySQL() && server.Version.AtLeast(8, 0, 34):
		return nil // deprecated since 8.0.34; a later server without it knows only ROW
	case !ok:
		return sysvar.Missing(server, "binlog_format")
	case !strings.EqualFold(format, formatRow):
		p.Report(checks.Finding{Rule: "not_row", Level: checks.Fail, Object: checks.VariableObject("binlog_format"),
			Actual: format, Expected: formatRow, SQL: checks.SetGlobal(server, "binlog_format", "'ROW'")})
	}
	const forcedFormat = "wsrep_forced_binlog_format"
	forced, ok := variables.Lookup(forcedFormat)
	if ok && !strings.EqualFold(forced, "NONE") && !strings.EqualFold(forced, formatRow) {
		p.Report(checks.Finding{Rule: "forced", Level: checks.Fail, Object: checks.VariableObject(forcedFormat),
			Actual: forced, Expected: "NONE", SQL: checks.SetGlobal(server, forcedFormat, "'NONE'")})
	}
	if server.IsMySQL() {
		return reportSessions(ctx, p, variables, "binlog_format",
			checks.Finding{Rule: "session_not_row", Expected: "binlog_format=ROW"}, formatRow)
	}
	return nil
}
