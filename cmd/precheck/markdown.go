package main

import (
	"io"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/render"
)

// Parameters of the terminal's SGR sequence.
const (
	bold  = "1"
	plain = "0"
)

// writeMarkdown writes Markdown: as it is, or for a terminal with a width, in lines that fit, with headings and code in
// bold.
func writeMarkdown(w io.Writer, text string, columns int, color bool) error {
	if columns > 0 {
		text = forTerminal(text, columns, color)
	}
	_, err := io.WriteString(w, text)
	return err
}

func forTerminal(text string, columns int, color bool) string {
	style := func(s string) string {
		if !color {
			return s
		}
		return "\x1b[" + bold + "m" + s + "\x1b[" + plain + "m"
	}
	var out strings.Builder
	var paragraph []string // its lines; the first has the indent and the bullet
	flush := func() {
		if len(paragraph) == 0 {
			return
		}
		first := paragraph[0]
		body := strings.TrimLeft(first, " ")
		indent := len(first) - len(body)
		if strings.HasPrefix(body, "- ") {
			indent += 2
		}
		start := first[:min(indent, len(first))]
		paragraph[0] = first[min(indent, len(first)):]
		joined := message.JoinLines(strings.Join(paragraph, "\n"))
		wrapped := render.Wrap(joined, indent, strings.Repeat(" ", indent), columns)
		out.WriteString(start + inline(wrapped, style) + "\n")
		paragraph = nil
	}
	code := false
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		trimmed := strings.TrimSpace(line)
		fence := strings.HasPrefix(trimmed, "```")
		switch {
		case fence:
			flush()
			code = !code
		case code || strings.HasPrefix(trimmed, "|"): // not wrapped
			flush()
			out.WriteString(line + "\n")
		case trimmed == "":
			flush()
			out.WriteString("\n")
		case strings.HasPrefix(line, "#"):
			flush()
			out.WriteString(style(strings.TrimSpace(strings.TrimLeft(line, "#"))) + "\n")
		case strings.HasPrefix(trimmed, "- "):
			flush()
			paragraph = []string{line}
		case len(paragraph) == 0:
			paragraph = []string{line}
		default:
			paragraph = append(paragraph, trimmed)
		}
	}
	flush()
	return out.String()
}

// inline shows code of a paragraph without its backticks.
func inline(text string, style func(string) string) string {
	parts := strings.Split(text, "`")
	if len(parts)%2 == 0 {
		return text // not in pairs
	}
	for i := 1; i < len(parts); i += 2 {
		if parts[i] == "" {
			return text // more than one backtick
		}
		parts[i] = style(parts[i])
	}
	return strings.Join(parts, "")
}
