package datasource

// FilledTables lists the tables that contain rows.
type FilledTables struct {
	Filled    []TableName // contain at least one row
	NotProbed []TableName // not probed because there are too many: the last ones of the argument
}

// FactFilledTables lists which of the given tables contain rows. It reads one row of each, which requires
// SELECT on it; a bounded number of statements probes a bounded number of tables.
var FactFilledTables = NewQuery[[]TableName, FilledTables]("filled_tables", "tables that contain rows")
