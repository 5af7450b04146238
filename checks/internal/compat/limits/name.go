package limits

import (
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
)

// Name is the maximum length of a name.
type Name struct {
	Most  int
	Bytes bool // counts bytes of UTF-8 instead of characters
}

// Length returns the length of a name in the unit of the limit.
func (l Name) Length(name string) int {
	if l.Bytes {
		return len(name)
	}
	return utf8.RuneCountInString(name)
}

// Names maps kinds of objects to the maximum length of their names on a server.
type Names map[string]Name

func everyName(l Name) Names {
	return Names{"SCHEMA": l, "TABLE": l, "VIEW": l, "COLUMN": l, "INDEX": l, "CONSTRAINT": l}
}

// Sources: MySQL 9.7 Reference Manual, "Identifier Length Limits"; MariaDB documentation,
// "Identifier Names", "Maximum Length"; OceanBase V4.3, "Limits" of MySQL mode and of Oracle mode;
// Oracle Database SQL Language Reference 19c, "Database Object Naming Rules" (12.1 and earlier: 30 bytes).
var (
	mysqlNames          = everyName(Name{Most: 64})
	oceanBaseMySQLNames = Names{
		"SCHEMA": {128, true}, "TABLE": {64, false}, "COLUMN": {128, true}, "INDEX": {64, true}, "VIEW": {64, true},
	}
	oceanBaseOracleNames = everyName(Name{128, true})
	oracleNames          = everyName(Name{128, true})
	oldOracleNames       = everyName(Name{30, true})
)

// NamesOf returns the maximum lengths of names on a server.
func NamesOf(t datasource.Type, s datasource.Server) Names {
	switch {
	case t == datasource.OceanBaseMySQL:
		return oceanBaseMySQLNames
	case t == datasource.OceanBaseOracle:
		return oceanBaseOracleNames
	case t == datasource.Oracle && s.Version.Before(12, 2):
		return oldOracleNames
	case t == datasource.Oracle:
		return oracleNames
	}
	return mysqlNames
}

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
