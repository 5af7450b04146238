package datasource

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// FilledTables says which tables hold rows, as far as was looked.
type FilledTables struct {
	Filled   []TableName // hold at least one row
	Unlooked []TableName // were not looked into, for there were too many: the last of those asked for
}

// FactFilledTables says which of some tables hold rows.
const FactFilledTables Fact = "filledTables"

// FilledTables tells which of the tables hold rows. Each is asked for one row, which takes SELECT
// on it; a bounded number of statements looks into so many of them. It is read once, for the
// tables of the first call: those that exist on the destination among those that the task
// writes to.
func (f *Facts) FilledTables(ctx context.Context, of []TableName) (FilledTables, error) {
	return get[FilledTables](context.WithValue(ctx, tablesKey{}, of), f, FactFilledTables)
}

type tablesKey struct{}

// AskedTables gives the tables that a fact of some tables is asked for under ctx.
func AskedTables(ctx context.Context) []TableName {
	tables, _ := ctx.Value(tablesKey{}).([]TableName)
	return tables
}

// Probe asks many tables in a statement for one row each.
type Probe struct {
	Most  int                    // tables in a statement
	Quote func(TableName) string // writes a table's name
	// Ask runs a statement and gives the first cell of each of its rows.
	Ask func(ctx context.Context, query string, each func(cell string) error) error
}

const (
	probeStatements    = 25  // at most
	probesPerStatement = 200 // at least, where there are as many
)

// Filled tells which of the tables hold rows.
func (p Probe) Filled(ctx context.Context, tables []TableName) (FilledTables, error) {
	var f FilledTables
	if limit := p.Most * probeStatements; len(tables) > limit {
		tables, f.Unlooked = tables[:limit], tables[limit:]
	}
	size := max(probesPerStatement, (len(tables)+probeStatements-1)/probeStatements)
	for chunk := range slices.Chunk(tables, size) {
		probes := make([]string, len(chunk))
		for i, t := range chunk {
			probes[i] = "SELECT " + strconv.Itoa(i) + " FROM DUAL WHERE EXISTS (SELECT 1 FROM " + p.Quote(t) + ")"
		}
		err := p.Ask(ctx, strings.Join(probes, " UNION ALL "), func(cell string) error {
			i, err := strconv.Atoi(cell)
			if err != nil || i < 0 || i >= len(chunk) {
				return fmt.Errorf("the server names the table %q of %d that were asked for", cell, len(chunk))
			}
			f.Filled = append(f.Filled, chunk[i])
			return nil
		})
		if err != nil {
			return f, err
		}
	}
	return f, nil
}
