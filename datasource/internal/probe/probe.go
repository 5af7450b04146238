// Package probe looks for rows in many tables with few statements.
package probe

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/datasource"
)

// Statements is the maximum number of statements that look for rows.
const Statements = 25

// fewest is the number of tables that one statement probes at least, where there are as many.
const fewest = 25

// Ask runs one statement that probes some tables, and calls filled with the index of each that contains
// rows.
type Ask func(ctx context.Context, tables []datasource.TableName, filled func(index int) error) error

// Filled reports which of the tables contain rows, in their order. A statement probes at most limit tables; those that
// Statements of them cannot cover are not probed. At most parallel statements run at a time.
func Filled(ctx context.Context, tables []datasource.TableName, limit, parallel int,
	ask Ask) (datasource.FilledTables, error) {
	var f datasource.FilledTables
	if most := limit * Statements; len(tables) > most {
		tables, f.NotProbed = tables[:most], tables[most:]
	}
	size := max(fewest, (len(tables)+Statements-1)/Statements)
	var found [Statements][]datasource.TableName
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	at := 0
	for chunk := range slices.Chunk(tables, size) {
		filled := &found[at]
		at++
		group.Go(func() error {
			return ask(ctx, chunk, func(index int) error {
				if index < 0 || index >= len(chunk) {
					return fmt.Errorf("the server returned the index %d of %d tables", index, len(chunk))
				}
				*filled = append(*filled, chunk[index])
				return nil
			})
		})
	}
	err := group.Wait()
	f.Filled = slices.Concat(found[:]...)
	return f, err
}

// Query returns the statement that returns the index of each of the tables that contains rows. quote quotes a name.
func Query(tables []datasource.TableName, quote func(string) string) string {
	probes := make([]string, len(tables))
	for i, t := range tables {
		probes[i] = fmt.Sprintf("SELECT %d FROM DUAL WHERE EXISTS (SELECT 1 FROM %s.%s)", i, quote(t.Schema),
			quote(t.Name))
	}
	return strings.Join(probes, " UNION ALL ")
}
