package mysql

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Maximum number of rows read of a table, of tables in a statement, and of statements.
const (
	zeroDateRows       = 10_000
	zeroDateTables     = 50
	zeroDateStatements = 20
)

// zeroDates reads the first rows of each table, many tables in a statement. DAYOFMONTH and MONTH return 0 for
// a zero regardless of the session's sql_mode, whereas a comparison with '0000-00-00' may fail.
func (r *Reader) zeroDates(ctx context.Context, tables []datasource.TableColumns) (datasource.ZeroDates, error) {
	z := datasource.ZeroDates{Rows: zeroDateRows}
	if limit := zeroDateTables * zeroDateStatements; len(tables) > limit {
		for _, t := range tables[limit:] {
			z.NotProbed = append(z.NotProbed, t.Table)
		}
		tables = tables[:limit]
	}
	for chunk := range slices.Chunk(tables, zeroDateTables) {
		probes := make([]string, len(chunk))
		for i, t := range chunk {
			var names, tests []string
			for _, c := range t.Columns {
				names = append(names, quote(c))
				tests = append(tests, "COALESCE(MAX(DAYOFMONTH("+quote(c)+") = 0 OR MONTH("+quote(c)+") = 0), 0)")
			}
			probes[i] = fmt.Sprintf("SELECT %d, CONCAT(%s) FROM (SELECT %s FROM %s.%s LIMIT %d) AS seen",
				i, strings.Join(tests, ", "), strings.Join(names, ", "),
				quote(t.Table.Schema), quote(t.Table.Name), zeroDateRows)
		}
		err := r.query(ctx, strings.Join(probes, " UNION ALL "), nil, func(scan row) error {
			var i int
			var flags string
			if err := scan(&i, &flags); err != nil {
				return err
			}
			found := datasource.TableColumns{Table: chunk[i].Table}
			for at, flag := range flags {
				if flag == '1' {
					found.Columns = append(found.Columns, chunk[i].Columns[at])
				}
			}
			if found.Columns != nil {
				z.Holding = append(z.Holding, found)
			}
			return nil
		})
		if err != nil {
			return z, err
		}
	}
	return z, nil
}
