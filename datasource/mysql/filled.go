package mysql

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/probe"
)

// maxProbes is the maximum number of tables that a statement probes. MariaDB 10.11 and MySQL 9.7 accept twice
// as many.
const maxProbes = 4000

// filledTables reads one row of each table, many tables in a statement.
func (r *Reader) filledTables(ctx context.Context, tables []datasource.TableName) (datasource.FilledTables, error) {
	ask := func(ctx context.Context, tables []datasource.TableName, filled func(int) error) error {
		return r.query(ctx, probe.Query(tables, quote), nil, func(scan row) error {
			var index int
			if err := scan(&index); err != nil {
				return err
			}
			return filled(index)
		})
	}
	return probe.Filled(ctx, tables, maxProbes, max(r.endpoint.Connections, 1), ask)
}

func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
