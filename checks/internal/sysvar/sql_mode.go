package sysvar

import (
	"slices"
	"strings"
)

// SQLModes returns the modes of a sql_mode, in upper case.
func SQLModes(sqlMode string) []string {
	return strings.FieldsFunc(strings.ToUpper(sqlMode), func(r rune) bool { return r == ',' || r == ' ' })
}

// IsStrict reports whether a sql_mode with these modes makes the server reject values that do not fit.
func IsStrict(modes []string) bool {
	return slices.Contains(modes, "STRICT_TRANS_TABLES") || slices.Contains(modes, "STRICT_ALL_TABLES")
}

// Without returns what a contains and b does not.
func Without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}
