package datasource

import (
	"strconv"
	"strings"
)

// Variables are a server's global settings by lower-case name: MySQL's global system variables,
// Oracle's v$parameter. A variable that the server does not have is not in the map.
type Variables map[string]string

// Lookup returns the value of the first of names that the server has: the names of a setting in different
// versions.
func (v Variables) Lookup(names ...string) (value string, ok bool) {
	for _, name := range names {
		if value, ok := v[name]; ok {
			return value, true
		}
	}
	return "", false
}

// On reports whether the first of names that the server has is on.
func (v Variables) On(names ...string) (on, ok bool) {
	value, ok := v.Lookup(names...)
	switch strings.ToUpper(value) {
	case "ON", "1", "TRUE", "YES":
		return true, ok
	}
	return false, ok
}

// Int returns the first of names that the server has as an integer.
func (v Variables) Int(names ...string) (n int64, ok bool) {
	value, ok := v.Lookup(names...)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(value, 10, 64)
	return n, err == nil
}

// FactVariables are the server's global settings.
var FactVariables = NewFact[Variables]("variables", "global variables")
