package binlog

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// reportSessions reports f as a warning for each account that has sessions which have set variable
// otherwise than the server, or remarks that they could not be looked at. Values in good do no harm.
func reportSessions(ctx context.Context, p *checks.Pass, variables datasource.Variables, variable string, f checks.Finding, good ...string) {
	if on, ok := variables.On("performance_schema"); ok && !on {
		p.Inform("The settings of other sessions could not be looked at: performance_schema is OFF")
		return
	}
	sessions, err := datasource.FactLogSessions.Of(ctx, p.Facts())
	if err != nil {
		p.Inform("The settings of other sessions could not be looked at: %v", err)
		return
	}
	type setting struct{ account, value string }
	var settings []setting
	count := map[setting]int{}
	for _, s := range sessions {
		if s.Variable != variable || slices.ContainsFunc(good, func(g string) bool { return strings.EqualFold(g, s.Value) }) {
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
		f.Args = checks.Args{"sessions": fmt.Sprint(count[s])}
		p.Report(f)
	}
}
