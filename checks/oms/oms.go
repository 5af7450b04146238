// Package oms names the precheck items and error codes that OceanBase Migration Service documents. It knows no
// check: which items a check answers is said by checks.Check.
package oms

import "slices"

// Items returns every documented item, in order of the names.
func Items() []Item { return slices.Clone(items) }

// Find returns the item of that name.
func Find(name string) (Item, bool) {
	for _, i := range items {
		if i.Name == name {
			return i, true
		}
	}
	return Item{}, false
}

// Code is an error code that OMS documents for a failed precheck (manual of OMS Community Edition V4.2.2,
// "Error codes"; all are of level ERROR).
type Code string

// The documented codes.
const (
	CodeConnect       Code = "GHANA-PCHKNP000010" // the connectivity test failed
	CodeSystemSchema  Code = "GHANA-PCHKNP001010" // the database is a system database
	CodeSchemaMissing Code = "GHANA-PCHKNP001011" // the database does not exist
	CodeTableMissing  Code = "GHANA-PCHKNP002010" // tables do not exist
	CodeListTooLong   Code = "GHANA-PCHKNP002020" // the list of objects is too long
	CodeLOBColumn     Code = "GHANA-PCHKNP003010" // a table has a LOB column
)
