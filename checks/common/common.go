// Package common holds the checks of any relational database.
package common

import (
	"embed"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
)

//go:embed *.md
var pages embed.FS

// bothSides is Check.On of a check that looks at each end by itself.
var bothSides = []checks.Side{checks.Source, checks.Dest}

// serverObject is what a finding about a whole server names.
var serverObject = checks.Object{Kind: "SERVER"}

// lacks reports what an account lacks.
var lacks = privilege.Reporter{Rule: "inactive_role"}

// knownUpTo are the latest versions whose manuals the rules on tables are taken from.
var knownUpTo = map[datasource.Flavor]datasource.Version{
	datasource.FlavorMySQL:     {Major: 9, Minor: 7},
	datasource.FlavorMariaDB:   {Major: 12, Minor: 0},
	datasource.FlavorOceanBase: {Major: 4, Minor: 3},
}

// remarkNewer says that a server is later than what the rules know.
func remarkNewer(p *checks.Pass, s datasource.Server, rules string) {
	flavor := family(s)
	if known, ok := knownUpTo[flavor]; ok && s.Version.AtLeast(known.Major, known.Minor+1) {
		p.Inform("%s of %s are known up to version %d.%d; %s may have others", rules, flavor, known.Major, known.Minor, s)
	}
}
