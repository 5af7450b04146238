package oracle

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/probe"
)

// maxProbes is the maximum number of tables that a statement probes: each costs the optimizer a query block.
const maxProbes = 400

// filledTables reads one row of each table, many tables in a statement.
func (r *Reader) filledTables(ctx context.Context, tables []datasource.TableName) (datasource.FilledTables, error) {
	ask := func(ctx context.Context, tables []datasource.TableName, filled func(int) error) error {
		return r.query(ctx, probe.Query(tables, quote), func(c cells) error {
			index, err := strconv.Atoi(c[0])
			if err != nil {
				return fmt.Errorf("the index of a table is %q", c[0])
			}
			return filled(index)
		})
	}
	return probe.Filled(ctx, tables, maxProbes, max(r.endpoint.Connections, 1), ask)
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
