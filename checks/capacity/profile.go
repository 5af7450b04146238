package capacity

import (
	"context"
	"strconv"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// profileLimits returns those of the named limits that the profile of an Oracle account sets and the instance enforces,
// which it does if RESOURCE_LIMIT is TRUE.
func profileLimits(
	ctx context.Context, p *checks.Pass, names ...string,
) (datasource.OracleAccount, map[string]int, error) {
	account, err := datasource.FactOracleAccount.Of(ctx, p.Facts())
	if err != nil {
		return account, nil, err
	}
	limits := map[string]int{}
	for _, name := range names {
		limit, view := account.Limits[name], account.LimitsView
		if view.Name != "" && (limit == "" || limit == "DEFAULT") {
			return account, nil, &checks.NotCheckedError{Remedy: view.Grant,
				Reason: message.New("checks.limit_of_default", "limit", name, "view", view.Name).In(p.Lang)}
		}
		if n, err := strconv.Atoi(limit); err == nil {
			limits[name] = n
		}
	}
	if len(limits) == 0 {
		return account, nil, nil
	}
	variables, err := datasource.FactVariables.Of(ctx, p.Facts())
	if err != nil {
		return account, nil, err
	}
	if on, known := variables.On("resource_limit"); known && !on {
		p.Note("limits_not_enforced", "profile", account.Profile)
		return account, nil, nil
	}
	return account, limits, nil
}

// alterProfile returns the statement that changes a limit of a profile.
func alterProfile(profile, limit, value string) []string {
	if profile == "" { // the account may not read its name
		return nil
	}
	return []string{"ALTER PROFILE " + checks.Quote(datasource.Oracle, profile) + " LIMIT " + limit + " " + value}
}
