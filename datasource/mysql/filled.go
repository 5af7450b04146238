package mysql

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// mostProbes is how many tables a statement looks into at most. MariaDB 10.11 and MySQL 9.7 take twice as many.
const mostProbes = 4000

// filledTables asks each table for one row, many tables in a statement.
func (r *Reader) filledTables(ctx context.Context) (datasource.FilledTables, error) {
	probe := datasource.Probe{
		Most:  mostProbes,
		Quote: func(t datasource.TableName) string { return quote(t.Schema) + "." + quote(t.Name) },
		Ask: func(ctx context.Context, query string, each func(string) error) error {
			return r.query(ctx, query, nil, func(scan row) error {
				var cell string
				if err := scan(&cell); err != nil {
					return err
				}
				return each(cell)
			})
		},
	}
	return probe.Filled(ctx, datasource.AskedTables(ctx))
}

func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
