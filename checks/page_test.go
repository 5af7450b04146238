package checks_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
)

const samplePage = "# RDB_X: Title\n\nWhat.\n\n## Why it matters\n\nx\n\n## How it is decided\n\nx\n\n" +
	"## Privileges\n\nx\n\n## Remedy\n\nx\n\n## If skipped\n\nRows are lost.\n\n## Findings\n\n### wrong\n\n" +
	"{object} is wrong.\n\nOne: It is.\n\nActual: {actual}\n\nRemedy: Fix it.\n\n" +
	"## Notes\n\n### seen\n\n{count} seen.\n"

func TestParsePage(t *testing.T) {
	t.Parallel()
	p := checks.ParsePage(samplePage)
	w := p.Wording["wrong"]
	if p.Err != nil || p.Type != "RDB_X" || p.Title != "Title" || p.SkipConsequence != "Rows are lost." ||
		w.Message != "{object} is wrong." || w.One != "It is." || w.Actual != "{actual}" || w.Remedy != "Fix it." ||
		p.Notes["seen"].Message != "{count} seen." {
		t.Errorf("got %+v", p)
	}
}

// Any text is a page or has an error. A page without one has its parts, on one line each.
func FuzzParsePage(f *testing.F) {
	for _, text := range []string{samplePage, "", "# ", "# A: B", "# A: B\n\n## Findings\n\n### \n",
		"## Findings\n### a\n### a",
		strings.ReplaceAll(samplePage, "\n", "\r\n"), samplePage + samplePage, "\xff",
		"# A: B\n## Findings\n### x\nOne: "} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := checks.ParsePage(text)
		if p.Err != nil {
			return
		}
		for _, part := range []map[string]checks.Wording{p.Wording, p.Notes, p.NotChecked, p.Terms} {
			for key, w := range part {
				if w.Message == "" || strings.Contains(key+w.Message+w.One+w.Remedy, "\n") {
					t.Errorf("%q is %+v", key, w)
				}
			}
		}
		_ = p.Doc()
	})
}
