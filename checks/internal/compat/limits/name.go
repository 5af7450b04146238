package limits

import (
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
)

// Name is the maximum length of a name.
type Name struct {
	Most  int
	Bytes bool // counts bytes instead of characters
	// Charset is Oracle's name of the character set that the bytes are counted in; empty for UTF-8.
	Charset string
}

// Length returns the length of a name in the unit of the limit.
func (l Name) Length(name string) int {
	switch {
	case l.Bytes && l.Charset != "":
		return OracleBytes(name, l.Charset)
	case l.Bytes:
		return len(name)
	}
	return utf8.RuneCountInString(name)
}

// Names maps kinds of objects to the maximum length of their names on a server.
type Names map[string]Name

func everyName(l Name) Names {
	return Names{"SCHEMA": l, "TABLE": l, "VIEW": l, "COLUMN": l, "INDEX": l, "CONSTRAINT": l}
}

func bytes(most int) Name { return Name{Most: most, Bytes: true} }

// The lengths in bytes of Oracle's names with COMPATIBLE below 12.2 and from it on.
const (
	oldOracleBytes = 30
	oracleBytes    = 128
)

// NamesOf returns the maximum lengths of names on a server. compatible is Oracle's parameter COMPATIBLE, empty if it is
// not known, and charset the character set of an Oracle database.
//
// Sources: MySQL 9.7 Reference Manual, "Identifier Length Limits"; MariaDB documentation, "Identifier Names", "Maximum
// Length"; OceanBase V4.3, "Limits" of MySQL mode and of Oracle mode, where a schema is a user, and OceanBase's source
// code, OB_MAX_CONSTRAINT_NAME_LENGTH; Oracle Database SQL Language Reference 19c, "Database Object Naming Rules".
func NamesOf(t datasource.Type, s datasource.Server, compatible, charset string) Names {
	switch t {
	case datasource.OceanBaseMySQL:
		names := Names{"SCHEMA": bytes(128), "TABLE": {Most: 64}, "COLUMN": bytes(128), "INDEX": bytes(64),
			"VIEW": bytes(64), "CONSTRAINT": bytes(64)}
		if s.Version.Before(4) {
			names["CONSTRAINT"] = bytes(128)
		}
		return names
	case datasource.OceanBaseOracle:
		names := everyName(bytes(128))
		names["SCHEMA"] = bytes(64)
		return names
	case datasource.Oracle:
		limit := Name{Most: oracleBytes, Bytes: true, Charset: charset}
		version, known := datasource.ParseVersion(compatible)
		if s.Version.Before(12, 2) || known && version.Before(12, 2) {
			limit.Most = oldOracleBytes
		}
		return everyName(limit)
	}
	return everyName(Name{Most: 64})
}

// NeedsCompatible reports whether an Oracle database allows a name of a length only with COMPATIBLE 12.2 or later.
func (l Name) NeedsCompatible(length int) bool { return length > oldOracleBytes && length <= l.Most }

// UserNameOf returns the maximum length of the name of an account's user, and false if that is not known (MySQL 5.7
// Reference Manual, "Changes in MySQL 5.7.8"; MariaDB 10.11 and 11.8 give 128 in error 1470).
func UserNameOf(s datasource.Server) (l Name, ok bool) {
	switch {
	case s.IsMySQL() && s.Version.AtLeast(5, 7, 8):
		return Name{Most: 32}, true
	case s.IsMySQL():
		return Name{Most: 16}, true
	case s.IsMariaDB() && s.Version.AtLeast(10, 11):
		return Name{Most: 128}, true
	}
	return Name{}, false
}
