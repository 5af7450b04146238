package capacity

import (
	"context"
	"strconv"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ConnectionLimit is RDB_CONNECTION_LIMIT.
var ConnectionLimit = &checks.Check{
	Type:     "RDB_CONNECTION_LIMIT",
	Page:     checks.ReadPage(pages, "connection_limit.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.Full | checks.Incremental,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactConnections, datasource.FactOracleAccount, datasource.FactOracleResources,
			datasource.FactOracleContainer, datasource.FactOracleSessions, datasource.FactServer,
			datasource.FactVariables},
	},
	Run: runConnectionLimit,
}

func runConnectionLimit(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	planned := p.Settings.Connections
	if planned == 0 {
		planned = datasource.DefaultConnections
	}
	if server.Flavor == datasource.FlavorOracle {
		return checkOracleConnectionLimit(ctx, p, planned)
	}
	c, err := datasource.FactConnections.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	checkLimit(p, limit{object: checks.VariableObject("max_connections"), max: c.Max, used: max(c.Used, 0),
		sql: func(n int) []string { return checks.SetGlobal(server, "max_connections", strconv.Itoa(n)) }}, planned)
	checkLimit(p, limit{object: checks.Object{Kind: "ACCOUNT", Name: server.Account},
		max: c.AccountMax, used: max(c.AccountUsed, 0)}, planned)
	switch {
	case c.Used >= 0:
		return nil
	case server.IsOceanBase() && server.Mode == "ORACLE": // whose limits alone are checked
		p.Note("server_use_unknown", "limit", c.Max)
		if c.AccountMax > 0 {
			p.Note("account_use_unknown", "limit", c.AccountMax)
		}
		return nil
	}
	return p.NotChecked("use_unknown", "limit", c.Max)
}

// limit is the number of connections that a server or an account may have at the same time.
type limit struct {
	object    checks.Object
	max, used int                  // max is 0 without a limit
	sql       func(n int) []string // the statement that sets the limit to n; nil if there is none
	on        checks.Place         // of the statement, where it is not the item's database
}

// checkLimit compares the planned number of connections with a limit.
func checkLimit(p *checks.Pass, l limit, planned int) {
	f := checks.Finding{Object: l.object, On: l.on,
		Args: checks.Args{"count": planned, "max": l.max, "used": l.used, "free": l.max - l.used}}
	account := l.object.Kind == "ACCOUNT"
	switch {
	case l.max == 0 || planned <= l.max-l.used:
		return
	case planned > l.max && account:
		f.Rule, f.Level = "account_below_plan", checks.Fail
	case planned > l.max:
		f.Rule, f.Level = "server_below_plan", checks.Fail
	case account:
		f.Rule, f.Level = "account_in_use", checks.Warn
	default:
		f.Rule, f.Level = "server_in_use", checks.Warn
	}
	if l.sql != nil {
		// The connections of this program are included in those in use.
		f.SQL = l.sql(l.used + planned + datasource.DefaultConnections)
	}
	p.Report(f)
}
