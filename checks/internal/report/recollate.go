package report

import (
	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Recollate returns the MODIFY clause that changes only the character set and collation of a column of a server; ok is
// false if it may change more. On MariaDB, MODIFY drops a CHECK of the column, which checked says it may have, and the
// catalog writes a default as an expression from 10.2.7 on.
func Recollate(
	t datasource.Type, server datasource.Server, column datasource.Column, charset string, checked bool,
) (clause string, ok bool) {
	quoted := checks.QuoteString
	switch {
	case column.Generated() || column.Extra != "":
		return "", false
	case server.IsMariaDB():
		if !server.Version.AtLeast(10, 2, 7) || checked {
			return "", false
		}
		quoted = func(expression string) string { return expression }
	case !server.IsMySQL():
		return "", false
	}
	clause = "MODIFY " + checks.Quote(t, column.Name) + " " + column.ColumnType.ColumnType + charset
	if !column.Nullable {
		clause += " NOT NULL"
	}
	if column.Default != nil {
		clause += " DEFAULT " + quoted(*column.Default)
	}
	if column.Comment != nil {
		clause += " COMMENT " + checks.QuoteString(*column.Comment)
	}
	return clause, true
}
