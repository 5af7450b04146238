package checks_test

import (
	"strings"
	"testing"
	"testing/fstest"

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

// A page has the pages of other languages that stand beside it; two lines of Chinese are joined without a space.
func TestPageInLanguages(t *testing.T) {
	t.Parallel()
	chinese := strings.NewReplacer("Title", "标题", "{object} is wrong.", "{object}\n不正确，\n需要修复。", "One: It is.\n\n", "",
		"Fix it.", "修复它。", "Rows are lost.", "会丢失\n数据。").Replace(samplePage)
	c := &checks.Check{Type: "RDB_X", Page: checks.ReadPage(fstest.MapFS{"x.md": {Data: []byte(samplePage)},
		"x.zh.md": {Data: []byte(chinese)}}, "x.md")}
	if c.Page.Err != nil || c.Page.Title != "Title" {
		t.Fatalf("%q, %v", c.Page.Title, c.Page.Err)
	}
	for lang, title := range map[string]string{"": "Title", "en": "Title", "fr": "Title", "zh": "标题", "zh-CN": "标题"} {
		if got := c.PageIn(lang).Title; got != title {
			t.Errorf("%q: %q, want %q", lang, got, title)
		}
	}
	if got := c.PageIn("zh").SkipConsequence; got != "会丢失数据。" {
		t.Errorf("got %q", got)
	}
	p := checks.NewPass(checks.PassConfig{Check: c, Lang: "zh"})
	p.Report(checks.Finding{Rule: "wrong", Object: checks.VariableObject("log_bin"), Actual: "OFF"})
	p.Note("seen", "count", 1) // the translation is that of English in this sample
	if f := p.Findings()[0]; f.Message != "log_bin 不正确，需要修复。" || f.Remedy != "修复它。" || f.Actual != "OFF" {
		t.Errorf("got %+v", f)
	}
	for name, text := range map[string]string{"no heading": "text",
		"of another check": strings.Replace(chinese, "RDB_X", "RDB_Y", 1)} {
		files := fstest.MapFS{"x.md": {Data: []byte(samplePage)}, "x.zh.md": {Data: []byte(text)}}
		if p := checks.ReadPage(files, "x.md"); p.Err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
