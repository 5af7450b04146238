package datasource

import "context"

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
