package common

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
	On:       bothSides,
	Standby:  true,
	Phases:   checks.Full | checks.Incremental,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Run:      runConnectionLimit,
}

func runConnectionLimit(ctx context.Context, p *checks.Pass) error {
	server, err := p.Here().Server(ctx)
	if err != nil {
		return err
	}
	c, err := p.Here().Connections(ctx)
	if err != nil {
		return err
	}
	planned := p.Settings.Connections
	if planned == 0 {
		planned = datasource.DefaultConnections
	}
	if c.Used < 0 {
		p.Inform("How many of %d connections are in use is not shown", c.Max)
	}
	for _, l := range []struct {
		object       checks.Object
		limit, used  int
		below, inUse checks.Finding
	}{
		{checks.VariableObject("max_connections"), c.Max, max(c.Used, 0), checks.Finding{Rule: "server_below_plan"}, checks.Finding{Rule: "server_in_use"}},
		{checks.Object{Kind: "ACCOUNT", Name: server.Account}, c.AccountMax, c.AccountUsed, checks.Finding{Rule: "account_below_plan"}, checks.Finding{Rule: "account_in_use"}},
	} {
		var f checks.Finding
		switch {
		case l.limit == 0: // none
			continue
		case planned > l.limit:
			f = l.below
			f.Level = checks.Fail
		case planned > l.limit-l.used:
			f = l.inUse
			f.Level = checks.Warn
		default:
			continue
		}
		f.Object, f.Actual, f.Want = l.object, fmt.Sprintf("%d, %d in use", l.limit, l.used), fmt.Sprintf("%d free", planned)
		if l.object.Kind == "VARIABLE" {
			// As many again as this program may have: it is among those that are in use.
			f.SQL = checks.SetGlobal(server, "max_connections", strconv.Itoa(l.used+planned+datasource.DefaultConnections))
		}
		p.Report(f)
	}
	return nil
}
