package datasource

// TableSize is how big a table is, as the server estimates it.
type TableSize struct {
	Bytes int64 // of rows and indexes
	Rows  int64 // -1 where that is not known
	// Partial reports that the size of a part is not known and not in Bytes (OceanBase).
	Partial bool
}

// FactTableSizes are the sizes of the tables in scope, one for each. Reading them may open every table: it is
// for checks that are Deep.
var FactTableSizes = NewFact[TableRows[TableSize]]("table_sizes", "sizes of tables")

// FactFreeSpace is the free disk space for data, in bytes. It fails where the server does not show it.
var FactFreeSpace = NewFact[int64]("free_space", "free disk space")
