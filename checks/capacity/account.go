package capacity

import (
	"context"
	"time"

	"github.com/dbprecheck/precheck/checks"
)

// Account is ORACLE_ACCOUNT. The limits of the account's profile belong to RDB_TIMEOUTS and
// RDB_CONNECTION_LIMIT.
var Account = &checks.Check{
	Type:      "ORACLE_ACCOUNT",
	Page:      checks.ReadPage(pages, "account.md"),
	Level:     checks.Warn,
	Sides:     checks.BothSides,
	Phases:    checks.AllPhases,
	AppliesTo: checks.OracleOnly,
	Requires:  []string{"RDB_CONNECT"},
	Run:       runAccount,
}

// soon is how long a password should still be good for when a task begins.
const soon = 14 * 24 * time.Hour

func runAccount(ctx context.Context, p *checks.Pass) error {
	account, err := p.Facts().OracleAccount(ctx)
	if err != nil {
		return err
	}
	f := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "ACCOUNT", Name: account.Name}, Args: checks.Args{"profile": account.Profile}}
	if left := account.Expires.Sub(account.Now); !account.Expires.IsZero() && left < soon {
		f.Rule, f.Actual, f.Expected = "expires", account.Expires.Format(time.DateOnly), "not before "+account.Now.Add(soon).Format(time.DateOnly)
		p.Report(f)
	}
	return nil
}
