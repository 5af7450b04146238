package mysql

import (
	"context"
	"strings"

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

// mostNamed is how many tables a statement names before it reads whole schemas instead.
const mostNamed = 1000

// ofTables runs a query in which %s is replaced by a condition on these tables, which are in scope: servers
// without a dictionary then open no other table. Without tables it runs no statement. If there are many
// tables, the query reads all tables in scope instead.
func (r *Reader) ofTables(ctx context.Context, query, schemaColumn string, tables []datasource.TableName,
	each func(row) error) error {
	if len(tables) > mostNamed {
		return r.ofEveryTable(ctx, query, schemaColumn, each)
	}
	if len(tables) == 0 {
		return nil
	}
	name, err := r.nameLiteral(ctx)
	if err != nil {
		return err
	}
	args := make([]any, 0, 2*len(tables))
	for _, t := range tables {
		args = append(args, t.Schema, t.Name)
	}
	list := strings.TrimSuffix(strings.Repeat("("+name+","+name+"),", len(tables)), ",")
	return r.query(ctx, strings.Replace(query, "%s", "("+schemaColumn+", table_name) IN ("+list+")", 1), args, each)
}

// ofEveryTable runs such a query for all tables in scope.
func (r *Reader) ofEveryTable(ctx context.Context, query, schemaColumn string, each func(row) error) error {
	return r.inScope(ctx, strings.Replace(query, "%s", schemaColumn+" IN %s", 1), each)
}
