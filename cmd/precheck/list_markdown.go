package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/dbprecheck/precheck/checks/catalogue"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/render"
)

// writeListMarkdown writes in a language the checks as a page of Markdown, by topic, each with the first paragraph of
// its page.
func writeListMarkdown(lang string, w io.Writer, lines []listing) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", message.New("cmd.list.heading").In(lang),
		message.New("cmd.list.checks", "count", len(lines)).In(lang))
	for _, topic := range catalogue.Topics() {
		var of []listing
		for _, l := range lines {
			if catalogue.TopicOf(l.Type) == topic {
				of = append(of, l)
			}
		}
		if len(of) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n## %s\n", render.TopicText(topic).In(lang))
		for _, l := range of {
			fmt.Fprintf(&b, "\n### %s: %s\n\n%s\n\n", l.Type, l.Title, lead(l.check.PageIn(lang).Text))
			for _, property := range []message.Text{
				message.New("cmd.list.property.side", "value", joined(l.Sides)),
				message.New("cmd.list.property.level", "value", l.check.Level.Text()),
				message.New("cmd.list.property.phases", "value", strings.Join(l.Phases, ", ")),
				message.New("cmd.list.property.route", "sources", types(lang, l.Sources),
					"destinations", types(lang, l.Dests)),
				message.New("cmd.list.property.oms", "value", cmp.Or(strings.Join(l.OMSItems, ", "), "-")),
			} {
				fmt.Fprintf(&b, "- %s\n", property.In(lang))
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// lead returns the first paragraph of a page, without its heading.
func lead(page string) string {
	before, _, _ := strings.Cut(page, "\n## ")
	_, text, _ := strings.Cut(before, "\n")
	first, _, _ := strings.Cut(strings.TrimSpace(text), "\n\n")
	return first
}
