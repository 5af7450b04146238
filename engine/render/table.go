package render

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
)

// Colours of the outcomes, as parameters of the terminal's SGR sequence.
const (
	colorFailed     = "31;1"
	colorWarned     = "33;1"
	colorNotChecked = "35;1"
	colorSkipped    = "36"
	colorPassed     = "32"
	colorItem       = "2"
	colorSQL        = "1"
)

// sections are the parts of a report in their order: what stops the task comes first.
var sections = []struct {
	outcome engine.Outcome
	label   message.Text
	color   string
}{
	{engine.Failed, message.New("render.outcome.failed"), colorFailed},
	{engine.Warned, message.New("render.outcome.warned"), colorWarned},
	{engine.Unknown, message.New("render.outcome.not_checked"), colorNotChecked},
	{engine.Blocked, message.New("render.outcome.not_checked"), colorNotChecked},
	{engine.Skipped, message.New("render.outcome.skipped"), colorSkipped},
	{engine.Passed, message.New("render.outcome.passed"), colorPassed},
}

// writeTable writes a report as text for a terminal.
func writeTable(w io.Writer, r *engine.Report, o Options) error {
	t := table{Options: o, limit: r.Task.Limits.Objects}
	if t.limit == 0 {
		t.limit = engine.DefaultObjects
	}
	for _, s := range sections {
		if s.outcome == engine.Passed && !o.All {
			continue
		}
		for _, alike := range groups(r, s.outcome, o.All) {
			label := t.paint(s.color, fmt.Sprintf("%-11s", s.label))
			if len(alike) == 1 {
				t.item(label, alike[0])
			} else {
				t.group(label, alike)
			}
		}
	}
	t.summary(r)
	_, err := w.Write(t.Bytes())
	return err
}

// groups returns the results with an outcome, in order. Unless all is set, it groups results that
// were not checked for the same reason.
func groups(r *engine.Report, outcome engine.Outcome, all bool) [][]engine.Result {
	var groups [][]engine.Result
	at := map[string]int{}
	for _, res := range r.Results {
		if res.Outcome != outcome {
			continue
		}
		reason := res.Reason + "\n" + res.Advice
		together := !all && len(res.Findings) == 0 && (outcome == engine.Blocked || outcome == engine.Unknown)
		if i, known := at[reason]; known && together {
			groups[i] = append(groups[i], res)
			continue
		}
		if together {
			at[reason] = len(groups)
		}
		groups = append(groups, []engine.Result{res})
	}
	return groups
}

// table is the text of a report being written.
type table struct {
	bytes.Buffer
	Options
	limit int // maximum number of findings shown per item
}

func (t *table) paint(color, text string) string {
	if !t.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

// line writes a text of the catalogue at an indent.
func (t *table) line(indent string, text message.Text) { t.wrap(indent, text.String()) }

func (t *table) item(label string, res engine.Result) {
	checkType, name := visible.Line(res.Item.Check.Type), visible.Line(res.Item.Name())
	fmt.Fprintf(t, "%s  %s  %s\n", label, checkType, t.paint(colorItem, name))
	t.reason(res)
	shown := res.Findings
	if len(shown) > t.limit {
		shown = shown[:t.limit]
	}
	for _, f := range shown {
		t.finding(f)
	}
	if more := len(res.Findings) - len(shown); more > 0 {
		t.line("  ", message.New("render.item.more", "more", more, "total", len(res.Findings)))
	}
	for _, note := range slices.Concat(res.Notes, res.VolatileNotes) {
		t.wrap("  ", note)
	}
	t.WriteByte('\n')
}

// group writes results that were not checked for the same reason.
func (t *table) group(label string, alike []engine.Result) {
	names := make([]string, len(alike))
	for i, res := range alike {
		names[i] = fmt.Sprintf("%s (%s)", res.Item.Check.Type, strings.ToLower(string(res.Item.Side)))
	}
	fmt.Fprintf(t, "%s  %s\n", label, message.New("render.summary.items", "count", len(alike)))
	t.reason(alike[0])
	t.wrap("  ", strings.Join(names, ", "))
	t.WriteByte('\n')
}

// reason writes why an item was not checked or was skipped, and the error of the server.
func (t *table) reason(res engine.Result) {
	switch res.Outcome {
	case engine.Blocked, engine.Unknown:
		t.line("  ", message.New("render.item.reason", "reason", res.Reason))
	case engine.Skipped:
		if res.NotChecked != "" {
			t.line("  ", message.New("engine.result.not_checked", "reason", res.NotChecked))
		}
		t.line("  ", message.New("render.item.accepted", "reason", res.Reason))
	}
	if res.Advice != "" {
		t.line("  ", message.New("render.item.advice", "advice", res.Advice))
	}
	if err := res.ServerError(); err != nil &&
		!strings.HasSuffix(cmp.Or(res.NotChecked, res.Reason), message.Of(err).String()) {
		t.line("  ", message.New("render.item.server", "error", err))
	}
}

func (t *table) finding(f engine.Finding) {
	text := f.Message
	if f.Skipped != "" {
		text = message.New("render.finding.skipped", "finding", f.Message).String()
	}
	t.wrap("  ", "- "+text)
	const indent = "      "
	if f.Actual != "" {
		t.line(indent, message.New("render.finding.actual", "value", f.Actual))
	}
	if f.Expected != "" {
		t.line(indent, message.New("render.finding.expected", "value", f.Expected))
	}
	if f.Remedy != "" {
		t.line(indent, message.New("render.finding.remedy", "value", f.Remedy))
	}
	for _, s := range f.SQL { // not wrapped, so that it can be copied
		t.WriteString(indent + t.paint(colorSQL, visible.Line(s)+";") + "\n")
	}
}

// wrap writes text at an indent, in lines that fit the width of the terminal.
func (t *table) wrap(indent, text string) {
	column := 0
	for i, word := range strings.Fields(visible.Line(text)) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			t.WriteString(indent)
			column = len(indent)
		case t.Width > 0 && column+1+n > t.Width:
			t.WriteString("\n" + indent + "  ")
			column = len(indent) + 2
		default:
			t.WriteByte(' ')
			column++
		}
		t.WriteString(word)
		column += n
	}
	t.WriteByte('\n')
}

// summary writes the counts and the verdict.
func (t *table) summary(r *engine.Report) {
	failed, warned := r.Count(engine.Failed), r.Count(engine.Warned)
	skipped, passed := r.Count(engine.Skipped), r.Count(engine.Passed)
	notChecked := r.Count(engine.Unknown) + r.Count(engine.Blocked)
	counts := []struct {
		count int
		text  message.Text
		color string
	}{
		{failed, message.New("render.summary.failed", "count", failed), colorFailed},
		{warned, message.New("render.summary.warned", "count", warned), colorWarned},
		{notChecked, message.New("render.summary.not_checked", "count", notChecked), colorNotChecked},
		{skipped, message.New("render.summary.skipped", "count", skipped), colorSkipped},
		{passed, message.New("render.summary.passed", "count", passed), colorPassed},
	}
	texts := make([]message.Text, len(counts))
	for i, c := range counts {
		texts[i] = c.text
	}
	for _, w := range r.Warnings {
		t.line("", message.New("render.warning", "text", w))
	}
	items := message.New("render.summary.items", "count", len(r.Results))
	line := message.New("render.summary.line", "items", items, "counts", texts).String()
	for _, c := range counts {
		if text := c.text.String(); c.count > 0 {
			line = strings.Replace(line, text, t.paint(c.color, text), 1)
		}
	}
	fmt.Fprintf(t, "%s\n%s\n", line, t.verdict(r))
}

// verdict returns the outcome of the run. It mentions warnings.
func (t *table) verdict(r *engine.Report) message.Text {
	verdict := r.Verdict(t.Strict)
	switch {
	case r.Interrupted:
		return message.New("render.verdict.interrupted")
	case verdict == engine.VerdictFailed && r.Count(engine.Failed) == 0:
		return message.New("render.verdict.warnings_are_failures")
	case verdict == engine.VerdictFailed:
		return message.New("render.verdict.failed")
	case verdict == engine.VerdictUnknown:
		return message.New("render.verdict.unknown")
	case r.Count(engine.Warned) > 0:
		return message.New("render.verdict.passed_with_warnings")
	}
	return message.New("render.verdict.passed")
}
