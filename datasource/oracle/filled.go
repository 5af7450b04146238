package oracle

import (
	"context"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// mostProbes is how many tables a statement looks into at most: each costs the optimizer a block of its own.
const mostProbes = 400

// filledTables asks each table for one row, many tables in a statement.
func (r *Reader) filledTables(ctx context.Context) (datasource.FilledTables, error) {
	probe := datasource.Probe{
		Most:  mostProbes,
		Quote: func(t datasource.TableName) string { return quote(t.Schema) + "." + quote(t.Name) },
		Ask: func(ctx context.Context, query string, each func(string) error) error {
			return r.query(ctx, query, func(c cells) error { return each(c[0]) })
		},
	}
	return probe.Filled(ctx, datasource.AskedTables(ctx))
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
