package capacity

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
)

// oracleTimeouts looks at what ends the sessions of an Oracle account.
func oracleTimeouts(ctx context.Context, p *checks.Pass) error {
	return errors.Join(profileTimeouts(ctx, p), parameterTimeouts(ctx, p))
}

func profileTimeouts(ctx context.Context, p *checks.Pass) error {
	account, limits, err := profileLimits(ctx, p, "IDLE_TIME", "CONNECT_TIME")
	if err != nil {
		return err
	}
	for _, l := range []struct{ name, rule string }{{name: "IDLE_TIME", rule: "profile_idle"}, {name: "CONNECT_TIME", rule: "profile_connect"}} {
		if minutes, limited := limits[l.name]; limited {
			p.Report(checks.Finding{Rule: l.rule, Level: checks.Warn, Object: checks.Object{Kind: "ACCOUNT", Name: account.Name}, Actual: fmt.Sprintf("%d minutes", minutes), Expected: "UNLIMITED",
				Args: checks.Args{"profile": account.Profile, "limit": l.name}, SQL: alterProfile(account.Profile, l.name, "UNLIMITED")})
		}
	}
	return nil
}

// parameterTimeouts looks at the limits of idle sessions that came with 12.2 and 19c.
func parameterTimeouts(ctx context.Context, p *checks.Pass) error {
	variables, err := p.Facts().Variables(ctx)
	if err != nil {
		return err
	}
	for _, l := range []struct{ name, rule string }{{name: "max_idle_time", rule: "short_idle"}, {name: "max_idle_blocker_time", rule: "idle_blocker"}} {
		if minutes, ok := variables.Int(l.name); ok && minutes != 0 {
			p.Report(checks.Finding{Rule: l.rule, Level: checks.Warn, Object: checks.VariableObject(l.name), Actual: fmt.Sprintf("%d minutes", minutes), Expected: "0, without a limit",
				SQL: []string{"ALTER SYSTEM SET " + l.name + " = 0"}})
		}
	}
	return nil
}
