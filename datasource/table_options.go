package datasource

import "context"

// FactRowFormats are the row formats of the tables in scope.
const FactRowFormats Fact = "row formats"

// RowFormats gives the row format of each InnoDB table in scope, one row per table: DYNAMIC,
// COMPACT, REDUNDANT or COMPRESSED. Of a partitioned table it is that of its first partition.
func (f *Facts) RowFormats(ctx context.Context) (ByTable[string], error) {
	return get[ByTable[string]](ctx, f, FactRowFormats)
}

// FactCreateOptions are the options of MySQL's tables in scope. Reading them opens every table on MySQL before 8.0.
const FactCreateOptions Fact = "create options"

// CreateOptions gives of each table with the option COMPRESSION, SECONDARY_ENGINE or KEY_BLOCK_SIZE all of its options, one row
// per table, as in `row_format=COMPRESSED KEY_BLOCK_SIZE=8`.
func (f *Facts) CreateOptions(ctx context.Context) (ByTable[string], error) {
	return get[ByTable[string]](ctx, f, FactCreateOptions)
}

// FactAutoIncrements are the next values of the AUTO_INCREMENT columns in scope. Reading them
// opens every table on MariaDB and on MySQL before 8.0.
const FactAutoIncrements Fact = "auto increments"

// AutoIncrements gives the next value of each table that has an AUTO_INCREMENT column, one row
// per table. A table that has numbered no row yet may be missing, and MySQL 8 gives a value for
// MyISAM tables without such a column.
func (f *Facts) AutoIncrements(ctx context.Context) (ByTable[uint64], error) {
	return get[ByTable[uint64]](ctx, f, FactAutoIncrements)
}
