package mysqlexpr

import (
	"regexp"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// qualifiedName matches the name of a column as the definition of a view shows it, with its table.
var qualifiedName = regexp.MustCompile("(?:`[^`]+`\\.)?`([^`]+)`\\.`([^`]+)`")

// ViewColumns returns the definition of a view with each column as one name, table and column, and the columns of the
// tables that it selects from under these names. It excludes those of an alias that several tables have.
func ViewColumns(text string, e Expression, of func(datasource.TableName) []datasource.Column) (
	flat string, columns []datasource.Column,
) {
	for _, s := range e.sources {
		if e.ambiguous(s) {
			continue
		}
		for _, c := range of(s.table) {
			c.Name = s.alias + "." + c.Name
			columns = append(columns, c)
		}
	}
	return qualifiedName.ReplaceAllString(text, "`$1.$2`"), columns
}

// ambiguous reports whether another table has the alias of a table.
func (e Expression) ambiguous(s source) bool {
	for _, other := range e.sources {
		if other.table != s.table && strings.EqualFold(other.alias, s.alias) {
			return true
		}
	}
	return false
}
