package mysql

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
)

// someModes are the modes that only some servers have: those that MySQL 8.0.11 removed, those that only
// MariaDB has, and MySQL's latest (MySQL 5.7 and 9 Reference Manual, "Server SQL Modes"; MariaDB
// documentation, "SQL_MODE"). Known up to MySQL 9.7 and MariaDB 12.0.
var someModes = []string{
	"NO_AUTO_CREATE_USER", "POSTGRESQL", "ORACLE", "MSSQL", "DB2", "MAXDB", "NO_KEY_OPTIONS", "NO_TABLE_OPTIONS",
	"NO_FIELD_OPTIONS", "MYSQL323", "MYSQL40",
	"IGNORE_BAD_TABLE_OPTIONS", "EMPTY_STRING_IS_NULL", "SIMULTANEOUS_ASSIGNMENT", "TIME_ROUND_FRACTIONAL",
	"TIME_TRUNCATE_FRACTIONAL",
}

// refusedMode matches the message of error 1231, wrong value for a variable.
var refusedMode = regexp.MustCompile(`can't be set to the value of '([A-Z0-9_]+)'`)

// sqlModes sets all of someModes, and repeats that without the mode that the server rejects until it accepts
// the rest. The session stays unchanged: the last assignment of each statement reverses the first, and a
// statement that fails assigns nothing.
func (r *Reader) sqlModes(ctx context.Context) (datasource.SQLModes, error) {
	modes := datasource.SQLModes{}
	rest := slices.Clone(someModes)
	for len(rest) > 0 {
		err := r.query(ctx, "SET SESSION sql_mode = '"+strings.Join(rest, ",")+"', SESSION sql_mode = ''", nil,
			func(row) error { return nil })
		if err == nil {
			break
		}
		var refused *mysql.MySQLError
		if !errors.As(err, &refused) || refused.Number != 1231 {
			return nil, err
		}
		named := refusedMode.FindStringSubmatch(refused.Message)
		if named == nil || !slices.Contains(rest, named[1]) {
			return nil, err
		}
		modes[named[1]] = false
		rest = slices.DeleteFunc(rest, func(mode string) bool { return mode == named[1] })
	}
	for _, mode := range rest {
		modes[mode] = true
	}
	return modes, nil
}
