package message

import (
	"regexp"
	"strings"

	"github.com/nicksnyder/go-i18n/v2/i18n/template"
)

// braces parses texts with placeholders of the form {name}.
type braces struct{}

// Cacheable returns true: a parsed text does not change.
func (braces) Cacheable() bool { return true }

var placeholder = regexp.MustCompile(`\{([a-z][A-Za-z0-9]*)\}`)

// Parse splits a text at its placeholders.
func (braces) Parse(src, _, _ string) (template.ParsedTemplate, error) {
	var t parsed
	at := 0
	for _, m := range placeholder.FindAllStringSubmatchIndex(src, -1) {
		t = append(t, piece{src[at:m[0]], src[m[2]:m[3]]})
		at = m[1]
	}
	return append(t, piece{literal: src[at:]}), nil
}

// piece is literal text, followed by a placeholder where it has a name.
type piece struct{ literal, name string }

// parsed is a text, piece by piece.
type parsed []piece

// Execute fills the placeholders. One without a value stays visible.
func (t parsed) Execute(data any) (string, error) {
	v := data.(values)
	var b strings.Builder
	for _, p := range t {
		b.WriteString(p.literal)
		if p.name == "" {
			continue
		}
		if value, given := v.args[p.name]; given {
			b.WriteString(Format(v.lang, value))
		} else {
			b.WriteString("{" + p.name + "}")
		}
	}
	return b.String(), nil
}
