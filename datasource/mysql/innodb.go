package mysql

import (
	"context"

	"github.com/dbprecheck/precheck/datasource"
)

// hasDictionary reports whether information_schema reads a data dictionary, as MySQL 8.0 and the
// products that are no file-based MySQL do. Elsewhere many of its views open every table.
func hasDictionary(s datasource.Server) bool {
	if s.IsMariaDB() {
		return false
	}
	return !s.IsMySQL() || s.Version.AtLeast(8)
}

// InnoDB's own views on servers without a dictionary cost nothing (3,000 tables on MariaDB 10.11: 2 ms, no
// table opened), but require the privilege PROCESS, show objects on which the account has no privilege, and
// have the form of file names: schema/table, with each character other than an ASCII letter, digit or
// underscore encoded.

// fileName is an SQL expression that decodes the name of a schema or table as a file's.
func fileName(expression string) string {
	return "CONVERT(CONVERT(CAST(" + expression + " AS BINARY) USING filename) USING utf8)"
}

// fileSchema and fileTable decode the parts of a column that holds schema/table.
func fileSchema(column string) string { return fileName("SUBSTRING_INDEX(" + column + ", '/', 1)") }
func fileTable(column string) string  { return fileName("SUBSTRING_INDEX(" + column + ", '/', -1)") }

// partitionedFile is the part of INNODB_SYS_TABLES.name that names the table: the name of a partition is
// schema/table#P#partition, on Windows with #p#.
const partitionedFile = "SUBSTRING_INDEX(REPLACE(name, '#p#', '#P#'), '#P#', 1)"

// inScopeSet returns the schemas in scope as a set.
func (r *Reader) inScopeSet(ctx context.Context) (map[string]bool, error) {
	schemas, err := r.scope(ctx)
	set := make(map[string]bool, len(schemas))
	for _, s := range schemas {
		set[s] = true
	}
	return set, err
}

// mostOpened is how many tables a statement opens where another way costs as much for any number.
const mostOpened = 20

// mostOpenedAtOnce is how many tables one statement opens rather than go through InnoDB's list of the whole server:
// 200 tables take MariaDB 10.11 0.03 s, a list of 100,000 tables 0.3 s.
const mostOpenedAtOnce = 200

// outsideInnoDB returns the tables of other engines.
func outsideInnoDB(tables datasource.Tables) []datasource.TableName {
	var names []datasource.TableName
	for _, t := range tables {
		if !t.IsView() && t.Engine != "InnoDB" {
			names = append(names, t.TableName)
		}
	}
	return names
}
