package binlog

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/sysvar"
	"github.com/dbprecheck/precheck/datasource"
)

// BinlogEnabled is MYSQL_BINLOG_ENABLED.
var BinlogEnabled = &checks.Check{
	Type:     "MYSQL_BINLOG_ENABLED",
	Page:     checks.ReadPage(pages, "binlog_enabled.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.Incremental | checks.Reverse,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	LogOf:    checks.MySQLFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactLogSessions, datasource.FactServer, datasource.FactVariables},
	},
	OMS: []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run: runBinlogEnabled,
}

func runBinlogEnabled(ctx context.Context, p *checks.Pass) error {
	server, variables, err := sysvar.WithServer(ctx, p.Facts())
	if err != nil {
		return err
	}
	off := checks.Finding{Rule: "off", Level: checks.Fail, Object: checks.VariableObject("log_bin"), Actual: "OFF", Expected: "ON"}
	if server.Flavor == datasource.FlavorTiDB {
		off.Rule, off.Actual, off.Expected = "none", "", ""
		p.Report(off)
		return nil
	}
	on, ok := variables.On("log_bin")
	if !ok {
		return sysvar.Missing(server, "log_bin")
	}
	if !on {
		p.Report(off)
		return nil
	}
	if server.IsMySQL() {
		reportSessions(ctx, p, variables, "sql_log_bin", checks.Finding{Rule: "session_off", Expected: "sql_log_bin=ON"})
	}
	return nil
}
