package render

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fixscript"
)

// Colours of the terminal, as parameters of its SGR sequence.
const (
	colorFailed     = "31;1"
	colorWarned     = "33;1"
	colorNotChecked = "35;1"
	colorSkipped    = "36"
	colorPassed     = "32"
	colorFaint      = "2"
	colorSQL        = "1"
)

var outcomeColors = map[engine.Outcome]string{engine.Failed: colorFailed, engine.Warned: colorWarned,
	engine.Unknown: colorNotChecked, engine.Running: colorFaint, engine.Pending: colorFaint,
	engine.Skipped: colorSkipped, engine.Passed: colorPassed}

// How much the table shows of what is grouped, without --all.
const (
	tableObjects    = 5 // objects or schemas of a group
	tableStatements = 3 // statements of a group
)

// writeTable writes a report as text for a terminal.
func writeTable(w io.Writer, r *engine.Report, o Options) error {
	t := table{Options: o, lang: r.Task.Lang, limit: r.Task.Limits.Objects}
	if t.limit == 0 {
		t.limit = engine.DefaultObjects
	}
	d := NewDocument(r, o)
	t.header(d.header(r))
	for _, s := range d.Sections {
		if s.Outcome == engine.Passed && !o.All {
			continue
		}
		label := t.paint(outcomeColors[s.Outcome], pad(s.Label.In(t.lang), labelWidth))
		for _, item := range s.Items {
			if s.Outcome == engine.Unknown && len(item.Groups)+len(item.Notes) == 0 && !o.All {
				t.notChecked(label, &item)
				continue
			}
			t.endLines()
			t.item(label, &item)
		}
		t.endLines()
	}
	for _, w := range d.Warnings {
		t.line("", message.New("render.warning", "text", w))
	}
	if t.grouped {
		t.line("", message.New("render.all"))
	}
	t.summary(&d)
	t.nextStep(r)
	_, err := w.Write(t.Bytes())
	return err
}

// labelWidth is the number of columns of the widest label of an outcome.
const labelWidth = 11

// table is the text of a report being written.
type table struct {
	bytes.Buffer
	Options
	lang    string
	limit   int  // maximum number of groups shown per item
	grouped bool // something of the report is not shown
	inLines bool // the last item is one line
}

func (t *table) paint(color, text string) string {
	if !t.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// pad fills a text with spaces to a number of columns.
func pad(text string, columns int) string {
	return text + strings.Repeat(" ", max(columns-width.StringWidth(text), 0))
}

// line writes a text of the catalogue at an indent.
func (t *table) line(indent string, text message.Text) { t.wrap(indent, text.In(t.lang)) }

func (t *table) header(lines []HeaderLine) {
	widest := 0
	for _, l := range lines {
		widest = max(widest, width.StringWidth(l.Label.In(t.lang)))
	}
	for _, l := range lines {
		label := pad(l.Label.In(t.lang), widest)
		t.WriteString(t.paint(colorFaint, label))
		t.wrapAfter(label, "  ", l.Text.In(t.lang), strings.Repeat(" ", widest+2))
	}
	t.WriteByte('\n')
}

func (t *table) item(label string, item *Item) {
	res := item.Result()
	checkType, name := visible.Line(res.Item.Check.Type), visible.Line(res.Item.NameIn(t.lang))
	fmt.Fprintf(t, "%s  %s  %s\n", label, checkType, t.paint(colorFaint, name))
	t.reason(item)
	t.details(item)
	t.WriteByte('\n')
}

// details writes what was found and noted.
func (t *table) details(item *Item) {
	shown := item.Groups
	if len(shown) > t.limit && !t.All {
		shown = shown[:t.limit]
	}
	stated := map[string]bool{}
	for i := range shown {
		t.group(item.Result().Outcome, &shown[i], stated)
	}
	if more := len(item.Groups) - len(shown); more > 0 {
		t.grouped = true
		t.line("  ", message.New("render.item.more", "more", more, "total", len(item.Groups)))
	}
	for _, note := range item.Notes {
		t.line("  ", message.New("render.note", "text", message.Verbatim(note.Text)))
		if note.Remedy != "" {
			t.line("      ", message.New("render.note.optional", "value", message.Verbatim(note.Remedy)))
		}
	}
}

// notChecked writes in one line items that were not checked for the same reason.
func (t *table) notChecked(label string, item *Item) {
	what := message.New("render.summary.checks", "count", len(item.Results))
	if len(item.Results) == 1 {
		what = checkOn(item.Result())
	} else {
		t.grouped = true
	}
	text := message.New("message.because", "text", what, "cause", item.Reason).In(t.lang)
	if advice := item.Advice.In(t.lang); advice != "" {
		text = message.Sentences(message.Sentence(t.lang, text), advice)
	}
	t.WriteString(label)
	t.wrapAfter(strings.Repeat(" ", labelWidth), "  ", text, "  ")
	t.inLines = true
}

// checkOn names the check of a result and the endpoint.
func checkOn(res *engine.Result) message.Text {
	side := message.New("language.side.source")
	if res.Item.Side == checks.Dest {
		side = message.New("language.side.dest")
	}
	return message.New("language.check_on", "type", res.Item.Check.Type, "side", side)
}

// endLines ends a list of items that are one line each.
func (t *table) endLines() {
	if t.inLines {
		t.WriteByte('\n')
	}
	t.inLines = false
}

// reason writes why an item was not checked or was skipped, and the error of the server.
func (t *table) reason(item *Item) {
	for _, line := range reasons(item) {
		t.line("  ", line)
	}
}

// reasons returns why an item was not checked or was skipped, and the error of the server, one line each.
func reasons(item *Item) []message.Text {
	var lines []message.Text
	outcome := item.Result().Outcome
	switch {
	case item.Reason.IsZero():
	case outcome == engine.Skipped || outcome == engine.Failed:
		lines = append(lines, message.New("engine.result.not_checked", "reason", item.Reason))
	default:
		lines = append(lines, message.New("render.item.reason", "reason", item.Reason))
	}
	if !item.Accepted.IsZero() {
		lines = append(lines, message.New("render.item.accepted", "reason", item.Accepted))
	}
	if !item.Advice.IsZero() {
		lines = append(lines, message.New("render.item.advice", "advice", item.Advice))
	}
	if !item.Server.IsZero() {
		lines = append(lines, message.New("render.item.server", "error", item.Server))
	}
	return lines
}

// group writes a group. stated are the statements that have been written for the item.
func (t *table) group(outcome engine.Outcome, g *Group, stated map[string]bool) {
	t.wrap("  ", "- "+sentence(outcome, g))
	const indent = "      "
	most := tableObjects
	if t.All {
		most = len(g.Findings)
	}
	if where := g.Where(most); where != nil {
		t.grouped = t.grouped || len(g.Findings) > most
		t.line(indent, message.New("render.finding.objects", "value", where))
	}
	if g.Actual != "" {
		t.line(indent, message.New("render.finding.actual", "value", g.Actual))
	}
	if g.Expected != "" {
		t.line(indent, message.New("render.finding.expected", "value", g.Expected))
	}
	if g.Remedy != "" {
		t.line(indent, message.New("render.finding.remedy", "value", g.Remedy))
	}
	written := 0
	for _, s := range g.Statements() { // not wrapped, so that it can be copied
		if stated[s] {
			continue
		}
		stated[s] = true
		if written++; written == 1 && g.On.Side != "" {
			t.line(indent, g.place())
		}
		if t.All || written <= tableStatements {
			t.WriteString(indent + t.paint(colorSQL, visible.Line(s)+";") + "\n")
		}
	}
	if more := written - tableStatements; more > 0 && !t.All {
		t.grouped = true
		t.line(indent, message.New("render.group.more_statements", "count", more))
	}
}

// sentence returns the message of a group, with its level where that is not the one of the item, and its skip.
func sentence(outcome engine.Outcome, g *Group) string {
	text := g.Message()
	switch {
	case g.Skipped != "":
		return message.New("render.finding.skipped", "finding", message.Verbatim(text)).In(g.lang)
	case g.Level == checks.Warn && outcome == engine.Failed:
		return message.New("render.finding.warning", "finding", message.Verbatim(text)).In(g.lang)
	}
	return text
}

// summary writes the counts, the verdict and the next step.
func (t *table) summary(d *Document) {
	plain := table{Options: Options{Width: t.Width}, lang: t.lang}
	plain.wrapAfter("", "", d.Summary.In(t.lang), "")
	line := plain.String()
	for _, c := range d.Counts {
		if text := c.Text.In(t.lang); c.Number > 0 {
			line = strings.Replace(line, text, t.paint(outcomeColors[c.Outcome], text), 1)
		}
	}
	t.WriteString(line)
}

// nextStep writes how to get a script, if it would fix a failure.
func (t *table) nextStep(r *engine.Report) {
	if t.TaskFile == "" || r.Count(engine.Failed) == 0 {
		return
	}
	if c := fixscript.CountsOf(r); c.Fixed+c.Apart > 0 {
		t.line("", message.New("render.next_step", "path", shellWord(t.TaskFile), "fixed", c.Fixed+c.Apart,
			"count", c.Failures))
	}
}

// shellWord returns a word as a shell reads it.
func shellWord(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./@%+=:,-]+$`)

// wrap writes text at an indent, in lines that fit the width of the terminal.
func (t *table) wrap(indent, text string) { t.wrapAfter("", indent, text, indent+"  ") }

// wrapAfter writes text after what the line already has and an indent, and further lines at another indent.
func (t *table) wrapAfter(before, indent, text, hanging string) {
	t.WriteString(indent + Wrap(text, width.StringWidth(before)+len(indent), hanging, t.Width) + "\n")
}
