package datasource

// Definitions are the definitions of some tables, as SHOW CREATE TABLE returns them.
type Definitions struct {
	Text TableRows[string] // one row per table
	// NotRead are those that the account may not see, and the last ones of the argument if there are too many.
	NotRead []TableName
}

// FactDefinitions are the definitions of the given tables, for what no catalog of the server shows. It reads a bounded
// number of tables, one statement each, which opens them.
var FactDefinitions = NewQuery[[]TableName, Definitions]("definitions", "definitions of tables")
