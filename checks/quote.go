package checks

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
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

// QuoteString returns text as a string literal of MySQL
// (https://dev.mysql.com/doc/refman/8.4/en/string-literals.html).
func QuoteString(s string) string { return "'" + escapes.Replace(s) + "'" }

var escapes = strings.NewReplacer(`'`, `''`, `\`, `\\`,
	"\x00", `\0`, "\b", `\b`, "\n", `\n`, "\r", `\r`, "\t", `\t`, "\x1a", `\Z`)

// printed returns statements as every format shows them. SQL has no escapes for the characters of a name, so a
// statement with one that could control a terminal or forge a line becomes a comment.
func printed(statements []string, lang string) []string {
	if !slices.ContainsFunc(statements, func(s string) bool { return !visible.Safe(s) }) {
		return statements
	}
	all := slices.Clone(statements)
	for i, s := range all {
		if !visible.Safe(s) {
			all[i] = message.New("checks.sql.escaped", "statement", s).In(lang)
		}
	}
	return all
}
