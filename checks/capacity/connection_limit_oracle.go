package capacity

import (
	"context"
	"errors"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// checkOracleConnectionLimit checks the limits of an Oracle instance and of the account's profile.
func checkOracleConnectionLimit(ctx context.Context, p *checks.Pass, planned int) error {
	return errors.Join(checkInstanceLimit(ctx, p, planned), checkProfileLimit(ctx, p, planned))
}

// checkInstanceLimit compares the planned number of connections with V$RESOURCE_LIMIT. A pluggable database may have
// its own limit, which counts only the sessions of its users (Oracle Database Reference, "SESSIONS").
func checkInstanceLimit(ctx context.Context, p *checks.Pass, planned int) error {
	resources, err := datasource.FactOracleResources.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	container, unknown := datasource.FactOracleContainer.Of(ctx, p.Facts())
	seen := map[string]bool{}
	for _, r := range resources {
		seen[r.Name] = true
		if own, ok := variables.Int("sessions"); ok && r.Name == "sessions" && (r.Max == 0 || int(own) < r.Max) {
			seen[r.Name] = false
			continue
		}
		// Both parameters are those of the instance, and take effect when it starts.
		checkLimit(p, limit{object: checks.VariableObject(r.Name), max: r.Max, used: r.Used,
			on: checks.Place{Root: container.InPDB()},
			sql: func(n int) []string {
				return []string{fmt.Sprintf("ALTER SYSTEM SET %s = %d SCOPE = SPFILE", r.Name, n)}
			}}, planned)
	}
	if !seen["sessions"] {
		own, ok := variables.Int("sessions")
		if !ok {
			return p.NotChecked("session_limit_unknown")
		}
		sessions, err := datasource.FactOracleSessions.Of(ctx, p.Facts())
		if err != nil {
			return err
		}
		checkLimit(p, limit{object: checks.VariableObject("sessions"), max: int(own), used: sessions.All,
			sql: func(n int) []string { return []string{fmt.Sprintf("ALTER SYSTEM SET sessions = %d", n)} }}, planned)
	}
	if !seen["processes"] {
		p.Note("processes_unknown")
	}
	return unknown
}

// checkProfileLimit compares the planned number of connections with SESSIONS_PER_USER of the account's profile.
func checkProfileLimit(ctx context.Context, p *checks.Pass, planned int) error {
	account, limits, err := profileLimits(ctx, p, "SESSIONS_PER_USER")
	if err != nil {
		return err
	}
	most, limited := limits["SESSIONS_PER_USER"]
	if !limited {
		return nil
	}
	sessions, err := datasource.FactOracleSessions.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	checkLimit(p, limit{object: checks.Object{Kind: "ACCOUNT", Name: account.Name}, max: most, used: sessions.Own,
		sql: func(n int) []string {
			return alterProfile(account.Profile, "SESSIONS_PER_USER", fmt.Sprint(n))
		}}, planned)
	return nil
}
