package render_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine/render"
)

// A name is never read as Markdown or HTML: not as a link, a mention or code that ends early.
func TestMarkdownHostileNames(t *testing.T) {
	t.Parallel()
	r := report()
	names := []string{"[x](https://evil.example)", "https://evil.example", "www.evil.example", "*b* _i_ ~~s~~ `c` $x$",
		"<script>x</script>", "</details>", "<!-- x", "# heading", "- list", "1. list", "| a | b |", "![x](y)", "&lt;",
		"@octocat", "org/repo#1", "#1", "a\\", "````", "a@evil.example", "> quote", "+ x", "***", "    indented"}
	for _, name := range names {
		f := finding(checks.Fail, name, "DROP TABLE `"+name+"`")
		f.Message, f.Actual, f.Expected, f.Remedy = name, name, name, name
		r.Results[2].Findings = append(r.Results[2].Findings, f)
		r.Results[3].Notes = append(r.Results[3].Notes, name)
	}
	r.Results[0].Item.Check.Page.Title = "</summary><b>" + strings.Join(names, " ")
	r.Task.Name = strings.Join(names, " ")
	r.Plan.Excluded[0].Reason = r.Task.Name
	var b bytes.Buffer
	if err := render.Write(&b, render.Markdown, r, render.Options{All: true}); err != nil {
		t.Fatal(err)
	}
	parser := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithRendererOptions(html.WithUnsafe()))
	source := b.Bytes()
	opened := 0
	read := func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Link, *ast.AutoLink, *ast.Image, *ast.CodeSpan, *ast.Blockquote, *ast.ThematicBreak, *ast.CodeBlock:
			t.Errorf("a name is read as %s", n.Kind())
		case *ast.Emphasis:
			if n.Parent().FirstChild() != n {
				t.Errorf("a name is read as %s", n.Kind())
			}
		case *ast.RawHTML:
			for i := range n.Segments.Len() {
				segment := n.Segments.At(i)
				if got := string(segment.Value(source)); got != "<!-- -->" {
					t.Errorf("a name is read as HTML: %s", got)
				}
			}
		case *ast.HTMLBlock:
			for i := range n.Lines().Len() {
				line := n.Lines().At(i)
				got := string(line.Value(source))
				opened += strings.Count(got, "<details") - strings.Count(got, "</details>")
				if strings.Contains(got, "<script") || strings.Count(got, "</summary>") > 1 {
					t.Errorf("a name is read as HTML: %s", got)
				}
			}
		}
		return ast.WalkContinue, nil
	}
	if err := ast.Walk(parser.Parser().Parse(text.NewReader(source)), read); err != nil {
		t.Fatal(err)
	}
	if opened != 0 {
		t.Errorf("%d elements are not closed", opened)
	}
	var shown bytes.Buffer
	if err := parser.Convert(source, &shown); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"DROP TABLE `[x](https://evil.example)`", "DROP TABLE `````",
		"DROP TABLE `    indented`"} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
	if strings.Contains(shown.String(), "@octocat") && !strings.Contains(shown.String(), "`@octocat`") {
		t.Error("a person is mentioned")
	}
}
