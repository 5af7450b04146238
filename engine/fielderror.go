package engine

import (
	"fmt"
	"strings"

	"github.com/agnivade/levenshtein"
)

// FieldError is one thing that is wrong with a task.
type FieldError struct {
	File    string // empty where the task does not come from a file
	Line    int    // from 1; 0 where it is not known
	Path    string // of the field, as in source.type or skip[0].reason
	Message string
}

// Error writes the error as file:line: path: message, as far as these are known.
func (e FieldError) Error() string {
	var b strings.Builder
	switch {
	case e.File != "" && e.Line > 0:
		fmt.Fprintf(&b, "%s:%d: ", e.File, e.Line)
	case e.File != "":
		fmt.Fprintf(&b, "%s: ", e.File)
	}
	if e.Path != "" {
		fmt.Fprintf(&b, "%s: ", e.Path)
	}
	return b.String() + e.Message
}

// TaskErrors are all the things that are wrong with a task.
type TaskErrors []FieldError

// Error writes each error on a line of its own.
func (e TaskErrors) Error() string {
	lines := make([]string, len(e))
	for i, one := range e {
		lines[i] = one.Error()
	}
	return strings.Join(lines, "\n")
}

// oneOf says that value is none of allowed, and which of these may have been meant.
func oneOf[T ~string](value string, allowed []T) string {
	words := make([]string, len(allowed))
	for i, a := range allowed {
		words[i] = string(a)
	}
	return fmt.Sprintf("%q is not one of %s%s", value, strings.Join(words, ", "), didYouMean(value, words))
}

// didYouMean gives "; did you mean X?" for the word that value is a likely slip of, else nothing.
func didYouMean(value string, words []string) string {
	best, distance := "", len(value)/3+2
	for _, w := range words {
		if d := levenshtein.ComputeDistance(strings.ToLower(value), strings.ToLower(w)); d < distance {
			best, distance = w, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}
