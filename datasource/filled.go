package datasource

// FilledTables says which tables contain rows.
type FilledTables struct {
	Filled    []TableName // contain at least one row
	NotProbed []TableName // were not probed, as there are too many: the last ones of the argument
}

// FactFilledTables says which of some tables contain rows. It reads one row of each, which takes SELECT on
// it; a bounded number of statements probes a bounded number of tables.
var FactFilledTables = NewQuery[[]TableName, FilledTables]("filled_tables", "tables that contain rows")
