package capacity

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleConnectionLimit looks at the sessions and processes of an Oracle instance, and at the sessions
// that the account may have.
func oracleConnectionLimit(ctx context.Context, p *checks.Pass, planned int) error {
	return errors.Join(instanceLimit(ctx, p, planned), profileLimit(ctx, p, planned))
}

// instanceLimit holds the plan against V$RESOURCE_LIMIT. A pluggable database may have a limit of
// its own, which counts the sessions of its users alone (Oracle Database Reference, "SESSIONS").
func instanceLimit(ctx context.Context, p *checks.Pass, planned int) error {
	resources, err := p.Facts().OracleResources(ctx)
	if err != nil {
		return err
	}
	variables, err := p.Facts().Variables(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, r := range resources {
		seen[r.Name] = true
		if own, ok := variables.Int("sessions"); ok && r.Name == "sessions" && (r.Max == 0 || int(own) < r.Max) {
			seen[r.Name] = false
			continue
		}
		// Both are read at the start of the instance.
		reportLimit(p, limit{object: checks.VariableObject(r.Name), max: r.Max, used: r.Used,
			sql: func(n int) []string {
				return []string{fmt.Sprintf("ALTER SYSTEM SET %s = %d SCOPE = SPFILE", r.Name, n)}
			}}, planned)
	}
	if !seen["sessions"] {
		own, ok := variables.Int("sessions")
		if !ok {
			return &datasource.Error{Class: datasource.ErrUnsupported, Cause: "neither V$RESOURCE_LIMIT nor V$PARAMETER shows the limit of sessions"}
		}
		sessions, err := p.Facts().OracleSessions(ctx)
		if err != nil {
			return err
		}
		reportLimit(p, limit{object: checks.VariableObject("sessions"), max: int(own), used: sessions.All,
			sql: func(n int) []string { return []string{fmt.Sprintf("ALTER SYSTEM SET sessions = %d", n)} }}, planned)
	}
	if !seen["processes"] {
		p.Inform("The limit of the instance's processes is not shown here: a pluggable database shares them with the others")
	}
	return nil
}

// profileLimit holds the plan against SESSIONS_PER_USER of the account's profile.
func profileLimit(ctx context.Context, p *checks.Pass, planned int) error {
	account, limits, err := profileLimits(ctx, p, "SESSIONS_PER_USER")
	if err != nil {
		return err
	}
	most, limited := limits["SESSIONS_PER_USER"]
	if !limited {
		return nil
	}
	sessions, err := p.Facts().OracleSessions(ctx)
	if err != nil {
		return err
	}
	reportLimit(p, limit{object: checks.Object{Kind: "ACCOUNT", Name: account.Name}, max: most, used: sessions.Own,
		sql: func(n int) []string {
			return alterProfile(account.Profile, "SESSIONS_PER_USER", fmt.Sprint(n))
		}}, planned)
	return nil
}
