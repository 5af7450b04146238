package binlog

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogRowValueOptions is MYSQL_BINLOG_ROW_VALUE_OPTIONS.
var BinlogRowValueOptions = logCheck(checks.Check{
	Type:    "MYSQL_BINLOG_ROW_VALUE_OPTIONS",
	Page:    checks.ReadPage(pages, "binlog_row_value_options.md"),
	Level:   checks.Fail,
	Standby: true,
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactLogSessions, datasource.FactServer, datasource.FactVariables},
	},
	Run: runBinlogRowValueOptions,
})

func runBinlogRowValueOptions(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	if options, ok := variables.Lookup("binlog_row_value_options"); ok {
		if strings.Contains(strings.ToUpper(options), "PARTIAL_JSON") {
			p.Report(checks.Finding{Rule: "partial_json", Level: checks.Fail,
				Object: checks.VariableObject("binlog_row_value_options"), Actual: options,
				SQL: checks.SetGlobal(server, "binlog_row_value_options", "''")})
		}
		if err := reportSessions(ctx, p, variables, "binlog_row_value_options",
			checks.Finding{Rule: "session_partial_json", Expected: "binlog_row_value_options=''"}, ""); err != nil {
			return err
		}
	}
	for _, name := range []string{"binlog_transaction_compression", "log_bin_compress"} {
		if on, ok := variables.On(name); ok && on {
			p.Report(checks.Finding{Rule: "compressed", Level: checks.Warn, Object: checks.VariableObject(name),
				Actual: "ON", Expected: "OFF", SQL: checks.SetGlobal(server, name, "OFF")})
		}
	}
	return nil
}
