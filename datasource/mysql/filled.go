package mysql

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// Most tables that one statement looks into, and most statements.
const (
	probesPerStatement = 200
	probeStatements    = 25
)

// filledTables asks each table for one row, many tables in a statement.
func (r *Reader) filledTables(ctx context.Context) (datasource.FilledTables, error) {
	var f datasource.FilledTables
	tables := datasource.AskedTables(ctx)
	if limit := probesPerStatement * probeStatements; len(tables) > limit {
		tables, f.Unlooked = tables[:limit], tables[limit:]
	}
	for chunk := range slices.Chunk(tables, probesPerStatement) {
		probes := make([]string, len(chunk))
		for i, t := range chunk {
			probes[i] = "SELECT " + strconv.Itoa(i) + " FROM DUAL WHERE EXISTS (SELECT 1 FROM " + quote(t.Schema) + "." + quote(t.Name) + ")"
		}
		err := r.query(ctx, strings.Join(probes, " UNION ALL "), nil, func(scan row) error {
			var i int
			err := scan(&i)
			f.Filled = append(f.Filled, chunk[i])
			return err
		})
		if err != nil {
			return f, err
		}
	}
	return f, nil
}

func quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
