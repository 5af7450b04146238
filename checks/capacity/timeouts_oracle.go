package capacity

import (
	"context"
	"errors"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// checkOracleTimeouts checks the limits that end the sessions of an Oracle account.
func checkOracleTimeouts(ctx context.Context, p *checks.Pass) error {
	return errors.Join(checkProfileTimeouts(ctx, p), checkParameterTimeouts(ctx, p))
}

func checkProfileTimeouts(ctx context.Context, p *checks.Pass) error {
	account, limits, err := profileLimits(ctx, p, "IDLE_TIME", "CONNECT_TIME")
	if err != nil {
		return err
	}
	for _, l := range []struct{ name, rule string }{
		{name: "IDLE_TIME", rule: "profile_idle"},
		{name: "CONNECT_TIME", rule: "profile_connect"},
	} {
		if minutes, limited := limits[l.name]; limited {
			p.Report(checks.Finding{Rule: l.rule, Level: checks.Warn,
				Object: checks.Object{Kind: "ACCOUNT", Name: account.Name},
				Actual: message.Duration(time.Duration(minutes) * time.Minute), Expected: "UNLIMITED",
				Args: checks.Args{"profile": account.Profile, "limit": l.name},
				SQL:  alterProfile(account.Profile, l.name, "UNLIMITED")})
		}
	}
	return nil
}

// checkParameterTimeouts checks the limits of idle sessions that were added in 12.2 and 19c.
func checkParameterTimeouts(ctx context.Context, p *checks.Pass) error {
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, l := range []struct{ name, rule string }{
		{name: "max_idle_time", rule: "short_idle"},
		{name: "max_idle_blocker_time", rule: "idle_blocker"},
	} {
		if minutes, ok := variables.Int(l.name); ok && minutes != 0 {
			p.Report(checks.Finding{Rule: l.rule, Level: checks.Warn, Object: checks.VariableObject(l.name),
				Actual: message.Duration(time.Duration(minutes) * time.Minute), Expected: "0",
				SQL: []string{"ALTER SYSTEM SET " + l.name + " = 0"}})
		}
	}
	return nil
}
