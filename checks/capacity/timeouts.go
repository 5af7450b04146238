package capacity

import (
	"context"
	"strconv"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Timeouts is RDB_TIMEOUTS.
var Timeouts = &checks.Check{
	Type:     "RDB_TIMEOUTS",
	Page:     checks.ReadPage(pages, "timeouts.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactOracleAccount, datasource.FactServer, datasource.FactVariables},
	},
	Run: runTimeouts,
}

// timeouts holds the minimum of each limit for a long load. For network limits it is the default of the product, for
// statements and transactions that run as long as the copy of a table an hour.
var timeouts = []struct {
	variable  string
	rule      string
	unit      time.Duration // of the variable
	least     time.Duration
	unlimited bool // 0 means no limit
}{
	{variable: "net_read_timeout", rule: "short_network", unit: time.Second, least: 30 * time.Second},
	{variable: "net_write_timeout", rule: "short_network", unit: time.Second, least: 60 * time.Second},
	{variable: "wait_timeout", rule: "short_idle", unit: time.Second, least: time.Hour},
	// MariaDB
	{variable: "idle_transaction_timeout", rule: "short_idle", unit: time.Second, least: time.Hour, unlimited: true},
	{variable: "max_execution_time", rule: "short_statement", unit: time.Millisecond, least: time.Hour,
		unlimited: true},
	// MariaDB
	{variable: "max_statement_time", rule: "short_statement", unit: time.Second, least: time.Hour, unlimited: true},
	{variable: "ob_query_timeout", rule: "short_statement", unit: time.Microsecond, least: time.Hour},
	{variable: "ob_trx_timeout", rule: "short_transaction", unit: time.Microsecond, least: time.Hour},
	{variable: "ob_trx_idle_timeout", rule: "short_idle", unit: time.Microsecond, least: 2 * time.Minute},
}

func runTimeouts(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if server.Flavor == datasource.FlavorOracle {
		return checkOracleTimeouts(ctx, p)
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if len(variables) == 0 {
		return p.NotChecked("no_variables", "server", server)
	}
	for _, t := range timeouts {
		text, ok := variables.Lookup(t.variable)
		if !ok {
			continue
		}
		count, err := strconv.ParseFloat(text, 64) // max_statement_time has a fraction
		if err != nil {
			return p.NotChecked("not_a_number", "variable", t.variable, "value", text)
		}
		limit := time.Duration(count * float64(t.unit))
		if limit >= t.least || count == 0 && t.unlimited {
			continue
		}
		setting := int64(t.least / t.unit)
		if t.unlimited {
			setting = 0
		}
		p.Report(checks.Finding{Rule: t.rule, Level: checks.Warn, Object: checks.VariableObject(t.variable),
			Actual: message.Duration(limit), Expected: "≥ " + message.Duration(t.least),
			SQL: checks.SetGlobal(server, t.variable, strconv.FormatInt(setting, 10))})
	}
	return nil
}
