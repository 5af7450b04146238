package render

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

// markdownMost is how many objects and statements of a group Markdown lists unless Options.All is set: a comment on a
// pull request is limited.
const markdownMost = 20

// markdown is a report being written in GitHub's Markdown.
type markdown struct {
	bytes.Buffer
	lang string
	all  bool
}

func writeMarkdown(w io.Writer, r *engine.Report, o Options) error {
	d, m := NewDocument(r, o), markdown{lang: r.Task.Lang, all: o.All}
	fmt.Fprintf(&m, "# %s\n\n**%s**\n\n", escapeMarkdown(message.New("render.title", "name", d.Name).In(m.lang)),
		escapeMarkdown(d.Summary.In(m.lang)))
	for i, l := range d.header(r) {
		fmt.Fprintf(&m, "| %s | %s |\n", escapeMarkdown(l.Label.In(m.lang)), escapeMarkdown(l.Text.In(m.lang)))
		if i == 0 {
			m.WriteString("|---|---|\n")
		}
	}
	for _, warning := range d.Warnings {
		fmt.Fprintf(&m, "\n%s\n", escapeMarkdown(message.New("render.warning", "text", warning).In(m.lang)))
	}
	for _, s := range d.Sections {
		if s.Outcome == engine.Passed && !o.All {
			continue
		}
		fmt.Fprintf(&m, "\n## %s\n", escapeMarkdown(s.Label.In(m.lang)))
		for _, item := range s.Items {
			m.item(s.Outcome, &item)
		}
	}
	if len(d.Excluded) > 0 {
		m.excluded(d.Excluded)
	}
	_, err := w.Write(m.Bytes())
	return err
}

// item writes an item that opens on a click; failures are open.
func (m *markdown) item(outcome engine.Outcome, item *Item) {
	open := ""
	if outcome == engine.Failed {
		open = " open"
	}
	title := item.Result().Item.Check.Type
	text := item.Result().Item.NameIn(m.lang)
	if len(item.Results) > 1 {
		title = message.New("render.summary.checks", "count", len(item.Results)).In(m.lang)
		text = item.Reason.In(m.lang)
	}
	fmt.Fprintf(m, "\n<details%s><summary><b>%s</b> %s</summary>\n\n", open, escapeHTML(title), escapeHTML(text))
	if len(item.Results) > 1 {
		names := make([]string, len(item.Results))
		for i, res := range item.Results {
			names[i] = checkOn(&res).In(m.lang)
		}
		m.bullet("", strings.Join(names, ", "))
	}
	for _, line := range reasons(item) {
		m.bullet("", line.In(m.lang))
	}
	stated := map[string]bool{}
	for i := range item.Groups {
		m.group(outcome, &item.Groups[i], stated)
	}
	for _, note := range item.Notes {
		m.bullet("", message.New("render.note", "text", message.Verbatim(note.Text)).In(m.lang))
		if note.Remedy != "" {
			m.bullet("  ", message.New("render.note.optional", "value", message.Verbatim(note.Remedy)).In(m.lang))
		}
	}
	m.WriteString("\n</details>\n")
}

func (m *markdown) group(outcome engine.Outcome, g *Group, stated map[string]bool) {
	m.bullet("", sentence(outcome, g))
	most := markdownMost
	if m.all {
		most = len(g.Findings)
	}
	if where := g.Where(most); where != nil {
		m.bullet("  ", message.New("render.finding.objects", "value", where).In(m.lang))
	}
	if g.Actual != "" {
		m.bullet("  ", message.New("render.finding.actual", "value", g.Actual).In(m.lang))
	}
	if g.Expected != "" {
		m.bullet("  ", message.New("render.finding.expected", "value", g.Expected).In(m.lang))
	}
	if g.Remedy != "" {
		m.bullet("  ", message.New("render.finding.remedy", "value", g.Remedy).In(m.lang))
	}
	var statements []string
	for _, s := range g.Statements() {
		if !stated[s] {
			stated[s], statements = true, append(statements, visible.Line(s)+";")
		}
	}
	shown := statements[:min(len(statements), max(most, markdownMost))]
	if len(shown) > 0 {
		if g.On.Side != "" {
			m.bullet("  ", g.place().In(m.lang))
		}
		fence := strings.Repeat("`", max(3, longestRun(strings.Join(shown, "\n"))+1))
		fmt.Fprintf(m, "\n  %ssql\n", fence)
		for _, s := range shown {
			m.WriteString("  " + s + "\n")
		}
		m.WriteString("  " + fence + "\n")
	}
	if more := len(statements) - len(shown); more > 0 {
		m.bullet("  ", message.New("render.group.more_statements", "count", more).In(m.lang))
	}
}

func (m *markdown) excluded(all []Excluded) {
	fmt.Fprintf(m, "\n<details><summary>%s</summary>\n\n", escapeHTML(message.New("render.excluded").In(m.lang)))
	for _, e := range all {
		m.bullet("", message.New("render.excluded.line", "types", e.Types, "reason", e.Reason).In(m.lang))
	}
	m.WriteString("\n</details>\n")
}

func (m *markdown) bullet(indent, text string) {
	m.WriteString(indent + "- " + escapeMarkdown(text) + "\n")
}

// longestRun returns the length of the longest run of backticks.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// inert splits what GitHub would make a link, a mention or a reference.
var inert = strings.NewReplacer("@", "@<!-- -->", "://", ":<!-- -->//", "www.", "www<!-- -->.", "WWW.",
	"WWW<!-- -->.", "GH-", "GH<!-- -->-", "gh-", "gh<!-- -->-")

// escaped are the characters with a meaning in Markdown, as GitHub reads it.
var escaped = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`,
	"<", `\<`, ">", `\>`,
	"&", `\&`, "~", `\~`, "|", `\|`, "$", `\$`, "#", `\#<!-- -->`, "!", `\!`)

// escapeMarkdown returns a text that Markdown shows as it is, in one line and without links.
func escapeMarkdown(text string) string {
	text = inert.Replace(escaped.Replace(strings.Join(strings.Fields(visible.Line(text)), " ")))
	if text != "" && strings.ContainsRune("+-=:0123456789", rune(text[0])) { // a list, a heading or a rule
		text = "<!-- -->" + text
	}
	return text
}

// escapeHTML returns a text that an HTML element within Markdown shows as it is, without links.
func escapeHTML(text string) string {
	text = strings.ReplaceAll(visible.Line(text), "#", "#\x00")
	return strings.ReplaceAll(inert.Replace(html.EscapeString(text)), "\x00", "<!-- -->")
}
