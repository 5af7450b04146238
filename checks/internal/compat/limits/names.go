package limits

import (
	"fmt"
	"unicode/utf8"

	"github.com/dbprecheck/precheck/datasource"
)

// Name is how long a name may be.
type Name struct {
	Most  int
	bytes bool // counts bytes, not characters
}

func (l Name) Length(name string) int {
	if l.bytes {
		return len(name)
	}
	return utf8.RuneCountInString(name)
}

func (l Name) String() string {
	if l.bytes {
		return fmt.Sprintf("at most %d bytes", l.Most)
	}
	return fmt.Sprintf("at most %d characters", l.Most)
}

// Names gives how long the names of a kind of object may be on a server.
type Names map[string]Name

func everyName(l Name) Names {
	return Names{"SCHEMA": l, "TABLE": l, "VIEW": l, "COLUMN": l, "INDEX": l, "CONSTRAINT": l}
}

// Sources: MySQL 9.7 Reference Manual, "Identifier Length Limits"; MariaDB documentation,
// "Identifier Names", "Maximum Length"; OceanBase V4.3, "Limits" of MySQL mode and of Oracle mode;
// Oracle Database SQL Language Reference 19c, "Database Object Naming Rules" (12.1 and earlier: 30 bytes).
var mysqlNames = everyName(Name{Most: 64})

var oceanBaseMySQLNames = Names{"SCHEMA": {128, true}, "TABLE": {64, false}, "COLUMN": {128, true}, "INDEX": {64, true}, "VIEW": {64, true}}

var oceanBaseOracleNames = everyName(Name{128, true})

var oracleNames = everyName(Name{128, true})

var oldOracleNames = everyName(Name{30, true})

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
