package sysvar

import (
	"slices"
	"strings"
)

func SQLModes(sqlMode string) []string {
	return strings.FieldsFunc(strings.ToUpper(sqlMode), func(r rune) bool { return r == ',' || r == ' ' })
}

// Without gives what is in a and not in b.
func Without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
