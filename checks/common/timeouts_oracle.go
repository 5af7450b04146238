package common

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
			p.Report(checks.Finding{Rule: l.rule, Level: checks.Warn, Object: checks.Object{Kind: "ACCOUNT", Name: account.Name}, Actual: fmt.Sprintf("%d minutes", minutes), Want: "UNLIMITED",
				Args: map[string]string{"profile": account.Profile, "limit": l.name}, SQL: alterProfile(account.Profile, l.name, "UNLIMITED")})
		}
	}
	return nil
}

// parameterTimeouts looks at the limits of idle sessions that came with 12.2 and 21c.
func parameterTimeouts(ctx context.Context, p *checks.Pass) error {
	variables, err := p.Here().Variables(ctx)
	if err != nil {
		return err
	}
	for _, name := range []string{"max_idle_time", "max_idle_blocker_time"} {
		if minutes, ok := variables.Int(name); ok && minutes != 0 {
			p.Report(checks.Finding{Rule: "short_idle", Level: checks.Warn, Object: checks.VariableObject(name), Actual: fmt.Sprintf("%d minutes", minutes), Want: "0, without a limit",
				SQL: []string{"ALTER SYSTEM SET " + name + " = 0"}})
		}
	}
	return nil
}
