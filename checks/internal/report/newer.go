package report

import (
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Newer adds a note if a server is newer than the versions that the rules are known for. rules is a phrase
// that names the rules.
func Newer(p *checks.Pass, s datasource.Server, rules string) {
	flavor := product.Family(s)
	if known, ok := product.KnownUpTo[flavor]; ok && s.Version.AtLeast(known.Major, known.Minor+1) {
		p.NoteText(message.New("checks.newer", "rules", rules, "product", string(flavor),
			"known", fmt.Sprintf("%d.%d", known.Major, known.Minor), "server", s))
	}
}
