package fields

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
)

// Error is one error of a task.
type Error struct {
	File string // empty if the task does not come from a file
	Line int    // starts at 1; 0 if unknown
	Path string // of the field, such as source.type or skip[0].reason
	Text message.Text
}

// Error returns the error in English; see In.
func (e Error) Error() string { return e.In(message.English) }

// In returns the error in a language as file:line: path: text, without the parts that are unknown.
func (e Error) In(lang string) string {
	var b strings.Builder
	switch {
	case e.File != "" && e.Line > 0:
		fmt.Fprintf(&b, "%s:%d: ", visible.Line(e.File), e.Line)
	case e.File != "":
		fmt.Fprintf(&b, "%s: ", visible.Line(e.File))
	}
	if e.Path != "" {
		fmt.Fprintf(&b, "%s: ", visible.Line(e.Path))
	}
	return b.String() + e.Text.In(lang)
}

// Errors are the errors of a task. A last one without a line says that there are more than Most.
type Errors []Error

// Error returns one line per error, in English.
func (e Errors) Error() string { return strings.Join(e.In(message.English), "\n") }

// In returns the errors in a language, one line each.
func (e Errors) In(lang string) []string {
	lines := make([]string, 0, len(e))
	for _, one := range e {
		lines = append(lines, one.In(lang))
	}
	return lines
}

// Most is how many errors of a file are reported. The rest of more is likely the same.
const Most = 100

// Full reports whether no further error is reported.
func (e Errors) Full() bool { return len(e) > Most }

// Add appends an error, or a last one that says that there are more.
func (e *Errors) Add(err Error) {
	switch {
	case e.Full():
	case len(*e) == Most:
		*e = append(*e, Error{File: err.File, Text: message.New("engine.task.more_errors", "count", Most)})
	default:
		*e = append(*e, err)
	}
}

// OneOf returns the error of a value that is not one of allowed.
func OneOf[T ~string](value string, allowed []T) message.Text {
	return message.New("engine.field.one_of",
		"allowed", allowed, "value", strconv.Quote(value), "hint", message.DidYouMean(value, allowed))
}

// OneOfHidden returns the error of a value of an endpoint that is not one of allowed. It does not show the value,
// which may be a password.
func OneOfHidden[T ~string](value string, allowed []T) message.Text {
	return message.New("engine.field.one_of_hidden", "allowed", allowed, "hint", message.DidYouMean(value, allowed))
}
