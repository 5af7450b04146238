package sysvar

import (
	"slices"
	"strings"
)

// SQLModes returns the modes in a value of sql_mode, in upper case.
func SQLModes(sqlMode string) []string {
	return strings.FieldsFunc(strings.ToUpper(sqlMode), func(r rune) bool { return r == ',' || r == ' ' })
}

// IsStrict reports whether a server with these modes rejects values that do not fit.
func IsStrict(modes []string) bool {
	return slices.Contains(modes, "STRICT_TRANS_TABLES") || slices.Contains(modes, "STRICT_ALL_TABLES")
}

// Without returns the elements of a that b does not contain.
func Without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
