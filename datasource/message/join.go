package message

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// JoinLines returns a paragraph as one line: a line break between two wide characters is nothing, every other is a
// space.
func JoinLines(paragraph string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(paragraph, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		before, _ := utf8.DecodeLastRuneInString(b.String())
		after, _ := utf8.DecodeRuneInString(line)
		if b.Len() > 0 && line != "" && !(isWide(before) && isWide(after)) {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return b.String()
}

// isWide reports whether a character takes two columns, as those of Chinese and its punctuation do.
func isWide(r rune) bool {
	kind := width.LookupRune(r).Kind()
	return kind == width.EastAsianWide || kind == width.EastAsianFullwidth || strings.ContainsRune("“”‘’…—", r)
}

// fullStops are the characters of Chinese punctuation after which no space follows.
const fullStops = "。，、；：！？）”"

// Sentences returns texts one after the other, with a space between them unless the first ends with Chinese
// punctuation.
func Sentences(texts ...string) string {
	var b strings.Builder
	for _, text := range texts {
		last, _ := utf8.DecodeLastRuneInString(b.String())
		if b.Len() > 0 && text != "" && !strings.ContainsRune(fullStops, last) {
			b.WriteByte(' ')
		}
		b.WriteString(text)
	}
	return b.String()
}

// Sentence returns a text of a language that ends with one period.
func Sentence(lang, text string) string {
	period := "."
	if known, _ := Language(lang); known == Chinese {
		period = "。"
	}
	return strings.TrimSuffix(strings.TrimSuffix(text, "."), "。") + period
}
