package binlog

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogEnabled is MYSQL_BINLOG_ENABLED.
var BinlogEnabled = logCheck(checks.Check{
	Type:    "MYSQL_BINLOG_ENABLED",
	Page:    checks.ReadPage(pages, "binlog_enabled.md"),
	Level:   checks.Fail,
	Standby: true,
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactLogSessions, datasource.FactServer, datasource.FactVariables},
	},
	Run: runBinlogEnabled,
})

func runBinlogEnabled(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	f := checks.Finding{Level: checks.Fail, Object: checks.VariableObject("log_bin")}
	if server.Flavor == datasource.FlavorTiDB {
		f.Rule = "none"
		p.Report(f)
		return nil
	}
	on, ok := variables.On("log_bin")
	if !ok {
		return sysvar.Missing(server, "log_bin")
	}
	if !on {
		f.Rule, f.Actual, f.Expected = "off", "OFF", "ON"
		p.Report(f)
		return nil
	}
	if server.IsMySQL() {
		return reportSessions(ctx, p, variables, "sql_log_bin",
			checks.Finding{Rule: "session_off", Expected: "sql_log_bin=ON"})
	}
	return nil
}
