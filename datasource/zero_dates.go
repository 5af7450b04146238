package datasource

import "context"

// TableColumns are some columns of a table.
type TableColumns struct {
	Table   TableName
	Columns []string
}

// ZeroDates says which columns hold dates with a month or day of zero, as far as was looked.
type ZeroDates struct {
	Holding  []TableColumns
	Unlooked []TableName // were not looked into, for there were too many: the last of those asked for
	Rows     int         // looked into of each table, at most
}

// FactZeroDates says which of some columns hold dates with zeroes.
const FactZeroDates Fact = "zeroDates"

// ZeroDates tells which of the columns, of types that hold a date, have values with a month or
// day of zero. It reads a bounded number of rows of a bounded number of tables, which takes SELECT
// on them. It is read once, for the columns of the first call.
func (f *Facts) ZeroDates(ctx context.Context, of []TableColumns) (ZeroDates, error) {
	return get[ZeroDates](context.WithValue(ctx, columnsKey{}, of), f, FactZeroDates)
}

type columnsKey struct{}

// AskedColumns gives the columns that a fact of some columns is asked for under ctx.
func AskedColumns(ctx context.Context) []TableColumns {
	columns, _ := ctx.Value(columnsKey{}).([]TableColumns)
	return columns
}
