package datasource

// FactRowFormats is the row format of each InnoDB table in scope, one row per table: DYNAMIC, COMPACT,
// REDUNDANT or COMPRESSED. Of a partitioned table it is that of its first partition.
var FactRowFormats = NewFact[TableRows[string]]("row_formats", "row formats of tables")

// FactCreateOptions are all options of each table with the option COMPRESSION, SECONDARY_ENGINE or
// KEY_BLOCK_SIZE, one row per table, as in `row_format=COMPRESSED KEY_BLOCK_SIZE=8`.
var FactCreateOptions = NewFact[TableRows[string]]("create_options", "create options of tables")

// FactAutoIncrements is the next value of each table that has an AUTO_INCREMENT column, one row per table. A
// table that has no numbered row yet may be missing, and MySQL 8 shows a value for MyISAM tables without such
// a column.
var FactAutoIncrements = NewFact[TableRows[uint64]]("auto_increments", "next AUTO_INCREMENT values")
