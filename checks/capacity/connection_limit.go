package capacity

import (
	"context"
	"fmt"
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
	Run:      runConnectionLimit,
}

func runConnectionLimit(ctx context.Context, p *checks.Pass) error {
	server, err := p.Facts().Server(ctx)
	if err != nil {
		return err
	}
	planned := p.Settings.Connections
	if planned == 0 {
		planned = datasource.DefaultConnections
	}
	if server.Flavor == datasource.FlavorOracle {
		return oracleConnectionLimit(ctx, p, planned)
	}
	c, err := p.Facts().Connections(ctx)
	if err != nil {
		return err
	}
	if c.Used < 0 {
		p.Inform("How many of %d connections are in use is not shown", c.Max)
	}
	if c.AccountMax > 0 && c.AccountUsed < 0 {
		p.Inform("How many of the account's %d connections are in use is not shown", c.AccountMax)
	}
	reportLimit(p, limit{object: checks.VariableObject("max_connections"), max: c.Max, used: max(c.Used, 0),
		sql: func(n int) []string { return checks.SetGlobal(server, "max_connections", strconv.Itoa(n)) }}, planned)
	reportLimit(p, limit{object: checks.Object{Kind: "ACCOUNT", Name: server.Account}, max: c.AccountMax, used: max(c.AccountUsed, 0)}, planned)
	return nil
}

// limit is how many connections a server or an account may have at a time.
type limit struct {
	object    checks.Object
	max, used int                  // max is 0 without a limit
	sql       func(n int) []string // the statement that sets it to n; nil where there is none
}

// reportLimit holds the plan against a limit.
func reportLimit(p *checks.Pass, l limit, planned int) {
	f := checks.Finding{Object: l.object, Actual: fmt.Sprintf("%d, %d in use", l.max, l.used), Expected: fmt.Sprintf("%d free", planned)}
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
		// As many again as this program may have: it is among those that are in use.
		f.SQL = l.sql(l.used + planned + datasource.DefaultConnections)
	}
	p.Report(f)
}
