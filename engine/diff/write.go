package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

var labels = map[Change]message.Text{
	Worse:  message.New("render.diff.worse"),
	New:    message.New("render.diff.new"),
	Better: message.New("render.diff.better"),
	Gone:   message.New("render.diff.gone"),

	Changed: message.New("render.diff.changed"),
}

var reasons = map[Reason]message.Text{
	OnlyBefore:   message.New("render.diff.only_before"),
	OnlyAfter:    message.New("render.diff.only_after"),
	Unread:       message.New("render.diff.unread"),
	UnreadBefore: message.New("render.diff.unread_before"),
	UnreadAfter:  message.New("render.diff.unread_after"),
	OtherForm:    message.New("render.diff.other_form"),
}

// WriteJSON writes a result as JSON.
func (r Result) WriteJSON(w io.Writer) error { return writeJSON(w, r) }

// WriteJSON writes a difference as JSON.
func (r Facts) WriteJSON(w io.Writer) error { return writeJSON(w, r) }

func writeJSON(w io.Writer, r any) error {
	var b bytes.Buffer
	e := json.NewEncoder(visible.JSON(&b))
	e.SetEscapeHTML(false)
	e.SetIndent("", "    ")
	if err := e.Encode(r); err != nil {
		return err
	}
	_, err := b.WriteTo(w)
	return err
}

// WriteTable writes a result as text in a language, with at most so many objects of each item.
func (r Result) WriteTable(w io.Writer, lang string, limit int) error {
	var b bytes.Buffer
	for _, item := range r.Items {
		fmt.Fprintf(&b, "%s %s  %s\n", label(item.Change, lang), visible.Line(item.CheckType), visible.Line(item.Name))
		if item.Before != item.After {
			fmt.Fprintf(&b, "    %s\n",
				message.New("render.diff.outcomes", "before", word(item.Before), "after", word(item.After)).In(lang))
		}
		for i, o := range item.Objects {
			if i == limit {
				fmt.Fprintf(&b, "    %s\n", message.New("render.diff.more", "more", len(item.Objects)-limit).In(lang))
				break
			}
			object := visible.Line(strings.TrimSpace(checks.Object(o.Object).String() + " " + o.Rule))
			fmt.Fprintf(&b, "    %s: %s: %s\n", labels[o.Change].In(lang), object, visible.Line(o.Message))
		}
	}
	writeCounts(&b, lang, message.New("render.diff.count.worse", "count", r.Counts[Worse]),
		message.New("render.diff.count.new", "count", r.Counts[New]),
		message.New("render.diff.count.better", "count", r.Counts[Better]),
		message.New("render.diff.count.gone", "count", r.Counts[Gone]),
		message.New("render.diff.count.same", "count", r.Counts[Same]))
	_, err := b.WriteTo(w)
	return err
}

// label returns the name of a change, in the width of a column.
func label(c Change, lang string) string {
	text := labels[c].In(lang)
	return text + strings.Repeat(" ", max(7-render.Columns(text), 0))
}

func writeCounts(b *bytes.Buffer, lang string, counts ...message.Text) {
	for i, text := range counts {
		if i > 0 {
			b.WriteString(message.New("message.separator").In(lang))
		}
		b.WriteString(text.In(lang))
	}
	b.WriteByte('\n')
}

// WriteTable writes a difference as text in a language, with at most so many objects of each fact.
func (r Facts) WriteTable(w io.Writer, lang string, limit int) error {
	var b bytes.Buffer
	for rest := r.Changes; len(rest) > 0; {
		first := rest[0]
		n := slices.IndexFunc(rest, func(c FactChange) bool { return c.Role != first.Role || c.Fact != first.Fact })
		if n < 0 {
			n = len(rest)
		}
		title := first.title
		if first.Role != checks.Master {
			title = message.New("render.diff.standby", "fact", title).In(lang)
		}
		fmt.Fprintf(&b, "%s\n", title)
		for _, c := range rest[:min(n, limit)] {
			fmt.Fprintf(&b, "    %s %s", label(c.Change, lang), visible.Line(c.Object))
			for i, p := range c.Properties {
				b.WriteString([]string{": ", ", "}[min(i, 1)] + p.in(lang))
			}
			b.WriteByte('\n')
		}
		if n > limit {
			fmt.Fprintf(&b, "    %s\n", message.New("render.diff.more", "more", n-limit).In(lang))
		}
		rest = rest[n:]
	}
	for _, n := range r.NotCompared {
		fmt.Fprintln(&b, message.New("render.diff.not_compared", "fact", n.title, "reason", reasons[n.Reason]).In(lang))
	}
	writeCounts(&b, lang, message.New("render.diff.count.new", "count", r.Counts[New]),
		message.New("render.diff.count.changed", "count", r.Counts[Changed]),
		message.New("render.diff.count.gone", "count", r.Counts[Gone]),
		message.New("render.diff.count.not_compared", "count", len(r.NotCompared)))
	_, err := b.WriteTo(w)
	return err
}

// in returns a property as the table shows it: of long values, what follows their common beginning.
func (p Property) in(lang string) string {
	const most, kept = 60, 15
	var before, after []rune
	if p.Before != nil && p.After != nil {
		before, after = []rune(*p.Before), []rune(*p.After)
	}
	same := 0
	for same < min(len(before), len(after)) && before[same] == after[same] {
		same++
	}
	shown := func(value *string) string {
		if value == nil {
			return message.New("render.diff.none").In(lang)
		}
		text := *value
		if text == "" {
			return "''"
		}
		if runes := []rune(text); len(runes) > most && same > kept {
			text = "…" + string(runes[same-kept:])
		}
		return render.Truncate(visible.Line(text), most, "…")
	}
	text := message.New("render.diff.outcomes", "before", message.Verbatim(shown(p.Before)),
		"after", message.Verbatim(shown(p.After))).In(lang)
	if p.Name != "" {
		text = p.Name + " " + text
	}
	return text
}

// word returns an outcome as the table of a result calls it.
func word(o engine.Outcome) message.Text {
	if o == "" {
		return message.New("render.diff.absent")
	}
	return o.Text()
}
