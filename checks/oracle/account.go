package oracle

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Account is ORACLE_ACCOUNT.
var Account = &checks.Check{
	Type:     "ORACLE_ACCOUNT",
	Page:     checks.ReadPage(pages, "account.md"),
	Level:    checks.Warn,
	On:       bothSides,
	Phases:   checks.AllPhases,
	Ends:     checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Run:      runAccount,
}

// soon is how long a password should still be good for when a task begins.
const soon = 14 * 24 * time.Hour

func runAccount(ctx context.Context, p *checks.Pass) error {
	account, err := p.Here().OracleAccount(ctx)
	if err != nil {
		return err
	}
	f := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "ACCOUNT", Name: account.Name}, Args: map[string]string{"profile": account.Profile}}
	if left := account.Expires.Sub(account.Now); !account.Expires.IsZero() && left < soon {
		f.Rule, f.Actual, f.Want = "expires", account.Expires.Format(time.DateOnly), "not before "+account.Now.Add(soon).Format(time.DateOnly)
		p.Report(f)
	}
	for _, limit := range []struct{ name, rule string }{{name: "IDLE_TIME", rule: "idle_time"}, {name: "CONNECT_TIME", rule: "connect_time"}} {
		if minutes, err := strconv.Atoi(account.Limits[limit.name]); err == nil {
			f.Rule, f.Actual, f.Want = limit.rule, fmt.Sprintf("%d minutes", minutes), "UNLIMITED"
			f.SQL = []string{"ALTER PROFILE " + checks.Quote(datasource.Oracle, account.Profile) + " LIMIT " + limit.name + " UNLIMITED"}
			p.Report(f)
		}
	}
	if most, err := strconv.Atoi(account.Limits["SESSIONS_PER_USER"]); err == nil && p.Settings.Connections > most {
		f.Rule, f.Actual, f.Want = "few_sessions", fmt.Sprint(most), fmt.Sprintf("at least %d", p.Settings.Connections)
		f.SQL = []string{fmt.Sprintf("ALTER PROFILE %s LIMIT SESSIONS_PER_USER %d", checks.Quote(datasource.Oracle, account.Profile), p.Settings.Connections)}
		p.Report(f)
	}
	return nil
}
