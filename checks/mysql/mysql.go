// Package mysql holds the checks of MySQL and its relations, MariaDB among them.
package mysql

import (
	"context"
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
)

//go:embed *.md
var pages embed.FS

// bothSides is Check.On of a check that looks at each end by itself.
var bothSides = []checks.Side{checks.Source, checks.Dest}

// withOracle are the sources of the checks that look at a destination of MySQL's kind for any of them.
var withOracle = slices.Concat(checks.MySQLMode, checks.OracleOnly)

// lacks reports what an account lacks.
var lacks = privilege.Reporter{Rule: "inactive_role"}

// noVariable says that a check needs a setting that the server does not show.
func noVariable(s datasource.Server, name string) error {
	return &datasource.Error{Class: datasource.ErrUnsupported, Cause: fmt.Sprintf("%s shows no variable %s", s, name)}
}

// serverAndVariables gives what most checks of settings read.
func serverAndVariables(ctx context.Context, f *datasource.Facts) (datasource.Server, datasource.Variables, error) {
	server, err := f.Server(ctx)
	if err != nil {
		return server, nil, err
	}
	variables, err := f.Variables(ctx)
	return server, variables, err
}

// reportSessions reports f as a warning for each account that has sessions which have set variable
// otherwise than the server, or remarks that they could not be looked at. Values in good do no harm.
func reportSessions(ctx context.Context, p *checks.Pass, variables datasource.Variables, variable string, f checks.Finding, good ...string) {
	if on, ok := variables.On("performance_schema"); ok && !on {
		p.Inform("The settings of other sessions could not be looked at: performance_schema is OFF")
		return
	}
	sessions, err := p.Here().LogSessions(ctx)
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
		f.Args = map[string]string{"sessions": fmt.Sprint(count[s])}
		p.Report(f)
	}
}
