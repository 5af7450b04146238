package engine

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
)

// FieldError is one error of a task.
type FieldError struct {
	File string // empty if the task does not come from a file
	Line int    // starts at 1; 0 if unknown
	Path string // of the field, such as source.type or skip[0].reason
	Text message.Text
}

// Error returns the error as file:line: path: text, without the parts that are unknown.
func (e FieldError) Error() string {
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
	return b.String() + e.Text.String()
}

// TaskErrors are the errors of a task. A last one without a line says that there are more than 100.
type TaskErrors []FieldError

// Error returns one line per error.
func (e TaskErrors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// mostErrors is how many errors of a task are reported. The rest of more is likely the same.
const mostErrors = 100

// full reports whether no further error is reported.
func (e TaskErrors) full() bool { return len(e) > mostErrors }

// add appends an error, or a last one that says that there are more.
func (e *TaskErrors) add(err FieldError) {
	switch {
	case e.full():
	case len(*e) == mostErrors:
		*e = append(*e, FieldError{File: err.File, Text: message.New("engine.task.more_errors", "count", mostErrors)})
	default:
		*e = append(*e, err)
	}
}

// oneOf returns the error of a value that is not one of allowed.
func oneOf[T ~string](value string, allowed []T) message.Text {
	return message.New("engine.field.one_of",
		"allowed", allowed, "value", strconv.Quote(value), "hint", message.DidYouMean(value, allowed))
}

// oneOfHidden returns the error of a value of an endpoint that is not one of allowed. It does not show the value,
// which may be a password.
func oneOfHidden[T ~string](value string, allowed []T) message.Text {
	return message.New("engine.field.one_of_hidden", "allowed", allowed, "hint", message.DidYouMean(value, allowed))
}
