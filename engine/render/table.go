package render

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/engine"
)

// sections is the order in which a person reads a report: what stops the task comes first.
var sections = []struct {
	outcome engine.Outcome
	word    string
	color   string
}{
	{engine.Failed, "FAILED", "31;1"},
	{engine.Warned, "WARNING", "33;1"},
	{engine.Unknown, "NOT CHECKED", "35;1"},
	{engine.Blocked, "NOT CHECKED", "35;1"},
	{engine.Skipped, "SKIPPED", "36"},
	{engine.Passed, "PASSED", "32"},
}

// writeTable writes a report for a person.
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
			if len(alike) == 1 {
				t.item(alike[0], s.word, s.color)
			} else {
				t.group(alike, s.word, s.color)
			}
		}
	}
	t.summary(r)
	_, err := w.Write(t.Bytes())
	return err
}

// groups gives the results with that outcome, in order. Those that were not checked for one and
// the same reason stand together, unless all is to be shown.
func groups(r *engine.Report, outcome engine.Outcome, all bool) [][]engine.Result {
	var groups [][]engine.Result
	at := map[string]int{}
	for _, res := range r.Results {
		if res.Outcome != outcome {
			continue
		}
		why := res.Reason + "\n" + res.Advice
		together := !all && len(res.Findings) == 0 && (outcome == engine.Blocked || outcome == engine.Unknown)
		if i, known := at[why]; known && together {
			groups[i] = append(groups[i], res)
			continue
		}
		if together {
			at[why] = len(groups)
		}
		groups = append(groups, []engine.Result{res})
	}
	return groups
}

// table is the text of a report being written.
type table struct {
	bytes.Buffer
	Options
	limit int // of findings that are shown of an item
}

func (t *table) paint(color, text string) string {
	if !t.Color {
		return text
	}
	return "\x1b[" + color + "m" + text + "\x1b[0m"
}

func (t *table) item(res engine.Result, word, color string) {
	fmt.Fprintf(t, "%s  %s  %s\n", t.paint(color, fmt.Sprintf("%-11s", word)), res.Item.Check.Type, t.paint("2", res.Item.Name()))
	t.why(res)
	shown := res.Findings
	if len(shown) > t.limit {
		shown = shown[:t.limit]
	}
	for _, f := range shown {
		t.finding(f)
	}
	if more := len(res.Findings) - len(shown); more > 0 {
		t.wrap("  ", fmt.Sprintf("… and %d more, %d in all: --format full names each.", more, len(res.Findings)))
	}
	for _, note := range slices.Concat(res.Notes, res.Measured) {
		t.wrap("  ", note)
	}
	t.WriteByte('\n')
}

// group writes results that were not checked for the same reason.
func (t *table) group(alike []engine.Result, word, color string) {
	names := make([]string, len(alike))
	for i, res := range alike {
		names[i] = fmt.Sprintf("%s (%s)", res.Item.Check.Type, strings.ToLower(string(res.Item.Side)))
	}
	fmt.Fprintf(t, "%s  %d items\n", t.paint(color, fmt.Sprintf("%-11s", word)), len(alike))
	t.why(alike[0])
	t.wrap("  ", strings.Join(names, ", "))
	t.WriteByte('\n')
}

// why writes why an item was not checked or was skipped, and the server's words.
func (t *table) why(res engine.Result) {
	switch res.Outcome {
	case engine.Blocked, engine.Unknown:
		t.wrap("  ", "Why: "+res.Reason)
	case engine.Skipped:
		t.wrap("  ", "Skipped: "+res.Reason)
	}
	if res.Advice != "" {
		t.wrap("  ", "Advice: "+res.Advice)
	}
	if err := res.ServerError(); err != nil && !strings.HasSuffix(res.Reason, err.Error()) {
		t.wrap("  ", "Server: "+err.Error())
	}
}

func (t *table) finding(f engine.Finding) {
	mark := "- "
	if f.Skipped != "" {
		mark = "- (skipped) "
	}
	t.wrap("  ", mark+f.Message)
	if f.Actual != "" {
		t.wrap("      ", "actual: "+f.Actual)
	}
	if f.Expected != "" {
		t.wrap("      ", "wanted: "+f.Expected)
	}
	if f.Remedy != "" {
		t.wrap("      ", "remedy: "+f.Remedy)
	}
	for _, s := range f.SQL { // never wrapped: it is there to be copied
		t.WriteString("      " + t.paint("1", s+";") + "\n")
	}
}

// wrap writes text at an indent, in lines of the terminal's width.
func (t *table) wrap(indent, text string) {
	for _, line := range strings.Split(text, "\n") {
		column := 0
		for i, word := range strings.Fields(line) {
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
}

// summary writes the counts, and the verdict in words that do not hide a warning.
func (t *table) summary(r *engine.Report) {
	var counts []string
	for _, c := range []struct {
		n     int
		word  string
		color string
	}{
		{r.Count(engine.Failed), "failed", "31;1"}, {r.Count(engine.Warned), "warned", "33;1"},
		{r.Count(engine.Unknown) + r.Count(engine.Blocked), "not checked", "35;1"},
		{r.Count(engine.Skipped), "skipped", "36"}, {r.Count(engine.Passed), "passed", "32"},
	} {
		text := fmt.Sprintf("%d %s", c.n, c.word)
		if c.n > 0 {
			text = t.paint(c.color, text)
		}
		counts = append(counts, text)
	}
	verdict := map[engine.Verdict]string{
		engine.VerdictFailed:  "This task would fail: mend what failed first.",
		engine.VerdictUnknown: "Nothing failed, but not everything could be checked.",
		engine.VerdictPassed:  "Nothing failed.",
	}[r.Verdict(t.Strict)]
	switch {
	case r.Interrupted:
		verdict = "Interrupted: this is what was known by then."
	case r.Verdict(t.Strict) == engine.VerdictFailed && r.Count(engine.Failed) == 0:
		verdict = "Nothing failed, but warnings count as failures here."
	case r.Verdict(t.Strict) == engine.VerdictPassed && r.Count(engine.Warned) > 0:
		verdict = "Nothing failed; read the warnings."
	}
	fmt.Fprintf(t, "%d items: %s\n%s\n", len(r.Results), strings.Join(counts, ", "), verdict)
}
