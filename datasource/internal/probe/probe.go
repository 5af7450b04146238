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
const Statements = 250

// A statement probes at least fewest tables, where there are as many, and enough if every connection has a statement.
// It holds all its tables open: 10,000 tables take MySQL 9.7 10.7 s of CPU in statements of 100, and 13.4 s in those of
// 1,000; they take MariaDB 10.11 2.8 s in statements of 400, and 5.5 s in those of 4,000.
const (
	fewest = 25
	enough = 100
)

// Ask runs one statement that probes some tables, and calls filled with the index of each that contains
// rows.
type Ask func(ctx context.Context, tables []datasource.TableName, filled func(index int) error) error

// Filled reports which of the tables contain rows, in their order. A statement probes at most limit tables; those that
// Statements of them cannot cover are not probed. At most parallel statements run at a time. The last tables are probed
// first: MariaDB 10.11 goes through a schema in this order for views of its catalog such as CHECK_CONSTRAINTS, and of
// two statements that go side by side only one opens each table.
func Filled(ctx context.Context, tables []datasource.TableName, limit, parallel int,
	ask Ask) (datasource.FilledTables, error) {
	var f datasource.FilledTables
	if most := limit * Statements; len(tables) > most {
		tables, f.NotProbed = tables[:most], tables[most:]
	}
	share := func(parts int) int { return (len(tables) + parts - 1) / parts }
	size := max(fewest, min(enough, share(parallel)), share(Statements))
	var found [Statements][]datasource.TableName
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for at, chunk := range slices.Backward(slices.Collect(slices.Chunk(tables, size))) {
		filled := &found[at]
		group.Go(func() error {
			err := ask(ctx, chunk, func(index int) error {
				if index < 0 || index >= len(chunk) {
					return fmt.Errorf("the server returned the index %d of %d tables", index, len(chunk))
				}
				*filled = append(*filled, chunk[index])
				return nil
			})
			slices.SortFunc(*filled, datasource.TableName.Compare)
			return err
		})
	}
	err := group.Wait()
	f.Filled = slices.Concat(found[:]...)
	return f, err
}

// Query returns the statement that returns the index of each of the tables that contains rows, the last one first.
// quote quotes a name.
func Query(tables []datasource.TableName, quote func(string) string) string {
	probes := make([]string, len(tables))
	for i, t := range tables {
		probes[len(tables)-1-i] = fmt.Sprintf("SELECT %d FROM DUAL WHERE EXISTS (SELECT 1 FROM %s.%s)", i,
			quote(t.Schema), quote(t.Name))
	}
	return strings.Join(probes, " UNION ALL ")
}
