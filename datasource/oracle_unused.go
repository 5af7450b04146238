package datasource

import "context"

// FactUnusedColumns tells which tables in scope have columns that were set unused.
const FactUnusedColumns Fact = "unused columns"

// UnusedColumns gives how many unused columns a table has, for those that have any.
func (f *Facts) UnusedColumns(ctx context.Context) (map[TableName]string, error) {
	return get[map[TableName]string](ctx, f, FactUnusedColumns)
}
