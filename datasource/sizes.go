package datasource

import "context"

// TableSize is how big a table is, as the server estimates it.
type TableSize struct {
	Bytes int64 // of rows and indexes
	Rows  int64 // -1 where that is not known
}

// FactTableSizes are the sizes of the tables in scope.
const FactTableSizes Fact = "table sizes"

// TableSizes gives the sizes of the tables in scope, one for each. Reading them may open every table:
// it is for checks that are Deep.
func (f *Facts) TableSizes(ctx context.Context) (ByTable[TableSize], error) {
	return get[ByTable[TableSize]](ctx, f, FactTableSizes)
}

// FactFreeSpace is the space that is left for data, in bytes.
const FactFreeSpace Fact = "free space"

// FreeSpace gives the bytes that are left for data. It fails where the server does not tell.
func (f *Facts) FreeSpace(ctx context.Context) (int64, error) {
	return get[int64](ctx, f, FactFreeSpace)
}
