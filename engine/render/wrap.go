package render

import (
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/dbprecheck/precheck/datasource/message/visible"
)

// width measures columns of a terminal, in which East Asian characters take two.
var width = &runewidth.Condition{StrictEmojiNeutral: true}

// Wrap returns a text in lines that fit a number of columns; 0 is one line. The first line begins at a column, further
// lines begin with hanging. Characters that could control a terminal are escaped.
func Wrap(text string, column int, hanging string, columns int) string {
	var b strings.Builder
	for i, word := range strings.Fields(visible.Line(text)) {
		for j, part := range unbroken(word) {
			n := width.StringWidth(part)
			space := 0
			if i > 0 && j == 0 {
				space = 1
			}
			if first := i == 0 && j == 0; !first && columns > 0 && column+space+n > columns {
				b.WriteString("\n" + hanging)
				column, space = width.StringWidth(hanging), 0
			}
			b.WriteString(strings.Repeat(" ", space) + part)
			column += space + n
		}
	}
	return b.String()
}

// Columns returns the number of columns that a text takes in a terminal.
func Columns(text string) int { return width.StringWidth(text) }

// Truncate returns a text that takes at most that many columns. Where it is cut, it ends with tail.
func Truncate(text string, columns int, tail string) string {
	return width.Truncate(text, columns, tail)
}

// unbroken splits a word where a line may end within it: after a wide character, unless punctuation follows that ends
// a phrase, or the character is one that begins it.
func unbroken(word string) []string {
	var parts []string
	start, wide := 0, false
	for i, r := range word {
		if wide && !strings.ContainsRune("、。，．：；！？）」』】》”’…", r) {
			parts, start = append(parts, word[start:i]), i
		}
		wide = width.RuneWidth(r) == 2 && !strings.ContainsRune("（「『【《", r)
	}
	return append(parts, word[start:])
}
