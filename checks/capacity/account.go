package capacity

import (
	"context"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Account is ORACLE_ACCOUNT. The limits of the account's profile belong to RDB_TIMEOUTS and RDB_CONNECTION_LIMIT.
var Account = &checks.Check{
	Type:      "ORACLE_ACCOUNT",
	Page:      checks.ReadPage(pages, "account.md"),
	Level:     checks.Warn,
	Sides:     checks.BothSides,
	Phases:    checks.AllPhases,
	AppliesTo: checks.OracleOnly,
	Requires:  []string{"RDB_CONNECT"},
	Reads:     checks.Reads{Own: checks.Facts{datasource.FactOracleAccount}},
	Run:       runAccount,
}

// minPasswordLife is how long a password must remain valid when a task starts.
const minPasswordLife = 14 * 24 * time.Hour

func runAccount(ctx context.Context, p *checks.Pass) error {
	account, err := datasource.FactOracleAccount.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if left := account.Expires.Sub(account.Now); !account.Expires.IsZero() && left < minPasswordLife {
		rule := "expires"
		if account.Profile == "" { // not shown to the account
			rule = "expires_soon"
		}
		p.Report(checks.Finding{Rule: rule, Level: checks.Warn,
			Object:   checks.Object{Kind: "ACCOUNT", Name: account.Name},
			Actual:   account.Expires.Format(time.DateOnly),
			Expected: "≥ " + account.Now.Add(minPasswordLife).Format(time.DateOnly),
			Args:     checks.Args{"profile": account.Profile}})
	}
	return nil
}
