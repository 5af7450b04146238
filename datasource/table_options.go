package datasource

// FactRowFormats is the row format of each InnoDB table in scope, one row per table: DYNAMIC, COMPACT,
// REDUNDANT or COMPRESSED. Of a partitioned table it is that of its first partition.
var FactRowFormats = NewFact[TableRows[string]]("row_formats", "row formats of tables")

// FactCreateOptions are all options of each table that has one, one row per table, as in
// `row_format=COMPRESSED KEY_BLOCK_SIZE=8`. They do not contain the options of partitions.
var FactCreateOptions = NewFact[TableRows[string]]("create_options", "create options of tables")

// Placement is where InnoDB stores a table, or a partition of it, that is not in a file of its own in the data
// directory. MariaDB lists compressed partitions, too.
type Placement struct {
	Tablespace     string // a general tablespace; empty for a file of its own
	Directory      string // outside the data directory
	PageCompressed bool   // MariaDB
}

// FactPlacements are the placements of the tables in scope, one row for each file.
var FactPlacements = NewFact[TableRows[Placement]]("placements", "tablespaces and directories of tables")

// FactGeneralTablespaces are the names of the general tablespaces of a MySQL server.
var FactGeneralTablespaces = NewFact[[]string]("general_tablespaces", "general tablespaces")

// FactKeyring reports whether a MySQL server has a keyring, without which it cannot encrypt tables.
var FactKeyring = NewFact[bool]("keyring", "keyring of the server")

// FactAutoIncrements is the next value of each table that has an AUTO_INCREMENT column, one row per table. A
// table that has no numbered row yet may be missing, and MySQL 8 shows a value for MyISAM tables without such
// a column.
var FactAutoIncrements = NewFact[TableRows[uint64]]("auto_increments", "next AUTO_INCREMENT values")
