package binlog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// reportSessions reports f as a warning for each account and value of sessions that have set variable to a value other
// than that of the server. Values in allowed are not reported. A note says where the server does not show the sessions.
func reportSessions(
	ctx context.Context, p *checks.Pass, variables datasource.Variables,
	variable string, f checks.Finding, allowed ...string,
) error {
	if on, ok := variables.On("performance_schema"); ok && !on {
		p.Note("sessions_not_checked", "reason", "performance_schema=OFF")
		return nil
	}
	sessions, err := datasource.FactLogSessions.Of(ctx, p.Facts())
	switch {
	case err != nil && !datasource.NotShown(err):
		return err
	case err != nil:
		p.Note("sessions_not_checked", "reason", err)
		return nil
	}
	type setting struct{ account, value string }
	var settings []setting
	count := map[setting]int{}
	for _, s := range sessions {
		isValue := func(value string) bool { return strings.EqualFold(value, s.Value) }
		if s.Variable != variable || slices.ContainsFunc(allowed, isValue) {
			continue
		}
		key := setting{s.Account, s.Value}
		if count[key]++; count[key] == 1 {
			settings = append(settings, key)
		}
	}
	for _, s := range settings {
		f.Level, f.Object = checks.Warn, checks.Object{Kind: "ACCOUNT", Name: s.account}
		f.Actual = fmt.Sprintf("%s=%s", variable, s.value)
		f.Args = checks.Args{"count": count[s]}
		p.Report(f)
	}
	return nil
}
