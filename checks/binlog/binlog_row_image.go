package binlog

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogRowImage is MYSQL_BINLOG_ROW_IMAGE.
var BinlogRowImage = logCheck(checks.Check{
	Type:    "MYSQL_BINLOG_ROW_IMAGE",
	Page:    checks.ReadPage(pages, "binlog_row_image.md"),
	Level:   checks.Fail,
	Standby: true,
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactLogSessions, datasource.FactServer, datasource.FactVariables},
	},
	Run: runBinlogRowImage,
})

func runBinlogRowImage(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	image, ok := variables.Lookup("binlog_row_image")
	switch {
	case !ok && alwaysFullImage(server):
		return nil
	case !ok:
		return sysvar.Missing(server, "binlog_row_image")
	case strings.EqualFold(image, "FULL"):
	default:
		f := checks.Finding{Rule: "not_full", Level: checks.Fail, Object: checks.VariableObject("binlog_row_image"),
			Actual: image, Expected: "FULL", SQL: checks.SetGlobal(server, "binlog_row_image", "'FULL'")}
		if strings.EqualFold(image, "FULL_NODUP") {
			f.Rule, f.Level = "no_duplicates", checks.Warn
		}
		p.Report(f)
	}
	if server.IsMySQL() {
		return reportSessions(ctx, p, variables, "binlog_row_image",
			checks.Finding{Rule: "session_not_full", Expected: "binlog_row_image=FULL"}, "FULL")
	}
	return nil
}

// alwaysFullImage reports whether the server is older than the setting and always logs whole rows.
func alwaysFullImage(s datasource.Server) bool {
	if s.IsMariaDB() {
		return s.Version.Before(10, 1, 6)
	}
	return s.IsMySQL() && s.Version.Before(5, 6, 2)
}
