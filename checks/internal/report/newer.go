package report

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// Newer says that a server is later than what the rules know.
func Newer(p *checks.Pass, s datasource.Server, rules string) {
	flavor := product.Family(s)
	if known, ok := product.KnownUpTo[flavor]; ok && s.Version.AtLeast(known.Major, known.Minor+1) {
		p.Inform("%s of %s are known up to version %d.%d; %s may have others", rules, flavor, known.Major, known.Minor, s)
	}
}
