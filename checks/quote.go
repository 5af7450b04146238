package checks

import (
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Quote returns a name, whose parts are joined by dots, as a quoted identifier of databases of type t.
func Quote(t datasource.Type, parts ...string) string {
	mark := "`"
	if t.Dialect() == datasource.OracleDialect {
		mark = `"`
	}
	quoted := make([]string, len(parts))
	for i, p := range parts {
		quoted[i] = mark + strings.ReplaceAll(p, mark, mark+mark) + mark
	}
	return strings.Join(quoted, ".")
}

// QuoteTable returns the name of a table as a quoted identifier of databases of type t.
func QuoteTable(t datasource.Type, name datasource.TableName) string {
	return Quote(t, name.Schema, name.Name)
}

// QuoteString returns text as a string literal.
func QuoteString(s string) string {
	return "'" + strings.NewReplacer(`'`, `''`, `\`, `\\`).Replace(s) + "'"
}
