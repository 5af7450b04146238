package omsapi_test

import (
	"context"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
)

const ownPage = "# OWN_TEXT: Own check\n\nText.\n\n## Why it matters\n\nx\n\n## How it is decided\n\nx\n\n" +
	"## Privileges\n\nx\n\n## Remedy\n\nx\n\n## If skipped\n\nRows are lost.\n\n## Findings\n\n### one\n\n" +
	"{object} is wrong.\n"

// A run has the language of the request that submits it; the names of its items that of the request that reads it.
func TestLanguage(t *testing.T) {
	t.Parallel()
	own := &checks.Check{Type: "OWN_TEXT", Sides: []checks.Side{checks.Source}, Phases: checks.AllPhases,
		Run: func(_ context.Context, p *checks.Pass) error {
			p.Report(checks.Finding{Rule: "one", Level: checks.Fail, Object: checks.SchemaObject("shop")})
			return nil
		}}
	own.Page = checks.ParsePage(ownPage)
	own.Page.In = map[string]checks.Page{"zh": checks.ParsePage(strings.NewReplacer("Own check", "自定义检查",
		"Rows are lost.", "会丢失数据。", "{object} is wrong.", "{object} 有误。").Replace(ownPage))}
	s := serve(t, nil, engine.WithChecks(own), engine.WithOnly("OWN_TEXT"))
	for submitted, message := range map[string]string{"zh-cn": "shop 有误。", "en-us": "shop is wrong.",
		"": "shop is wrong.", "fr": "shop is wrong."} {
		id := s.submit(t, task, "X-Language", submitted)
		s.finish(t, id)
		for read, want := range map[string][2]string{"zh-cn": {"自定义检查", "会丢失数据。"},
			"en-us": {"Own check", "Rows are lost."}, "": {"Own check", "Rows are lost."}} {
			var d engine.Data
			s.call(t, "GetPreCheckResult", `{"id":"`+id+`"}`, "X-Language", read).data(t, &d)
			r := d.PreCheckResults[0]
			if !strings.HasSuffix(r.Name, "-"+want[0]) || *r.SkipConsequence != want[1] ||
				!strings.HasPrefix(*r.Message, message) {
				t.Errorf("submitted in %q, read in %q: %q, %q, %q", submitted, read, r.Name,
					*r.SkipConsequence, *r.Message)
			}
		}
	}
}
