package diff

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
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
}

// WriteJSON writes a result as JSON.
func (r Result) WriteJSON(w io.Writer) error {
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
		label := labels[item.Change].In(lang)
		label += strings.Repeat(" ", max(7-render.Columns(label), 0))
		fmt.Fprintf(&b, "%s %s  %s\n", label, visible.Line(item.CheckType), visible.Line(item.Name))
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
	for i, text := range []message.Text{
		message.New("render.diff.count.worse", "count", r.Counts[Worse]),
		message.New("render.diff.count.new", "count", r.Counts[New]),
		message.New("render.diff.count.better", "count", r.Counts[Better]),
		message.New("render.diff.count.gone", "count", r.Counts[Gone]),
		message.New("render.diff.count.same", "count", r.Counts[Same]),
	} {
		if i > 0 {
			b.WriteString(message.New("message.separator").In(lang))
		}
		b.WriteString(text.In(lang))
	}
	b.WriteByte('\n')
	_, err := b.WriteTo(w)
	return err
}

// word returns an outcome as the table of a result calls it.
func word(o engine.Outcome) message.Text {
	if o == "" {
		return message.New("render.diff.absent")
	}
	return o.Text()
}
