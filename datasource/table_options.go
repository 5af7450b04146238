package datasource

// FactRowFormats are the row format of each InnoDB table in scope, one row per table: DYNAMIC, COMPACT,
// REDUNDANT or COMPRESSED. Of a partitioned table it is that of its first partition.
var FactRowFormats = NewFact[ByTable[string]]("row_formats", "row formats of tables")

// FactCreateOptions are of each table with the option COMPRESSION, SECONDARY_ENGINE or KEY_BLOCK_SIZE all of
// its options, one row per table, as in `row_format=COMPRESSED KEY_BLOCK_SIZE=8`.
var FactCreateOptions = NewFact[ByTable[string]]("create_options", "create options of tables")

// FactAutoIncrements are the next value of each table that has an AUTO_INCREMENT column, one row per table. A
// table that has numbered no row yet may be missing, and MySQL 8 gives a value for MyISAM tables without such
// a column.
var FactAutoIncrements = NewFact[ByTable[uint64]]("auto_increments", "next AUTO_INCREMENT values")
