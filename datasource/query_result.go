package datasource

// SchemasPlaceholder stands in the SQL of a QueryText for the schemas of the Reader's Scope, as a list of literals.
const SchemasPlaceholder = "{schemas}"

// QueryText is a query that someone else has written, such as that of an own check.
type QueryText struct {
	SQL  string // one statement that reads, without comments
	Rows int    // maximum number that is read
}

// QueryResult is what a QueryText returns.
type QueryResult struct {
	Columns []string // names, as the server writes them
	// Rows are empty if there are more than MaxQueryColumns columns.
	Rows [][]QueryCell
	More bool // there are more rows than were read
}

// QueryCell is one value, as text.
type QueryCell struct {
	Text string // at most MaxQueryCell bytes
	Null bool
}

// The bounds of a QueryResult.
const (
	MaxQueryColumns = 64
	MaxQueryCell    = 1 << 10
	MaxQueryBytes   = 8 << 20 // of all cells
)

// FactQueryResult is the result of a query, which runs once, in a read-only transaction and in a session of its own.
var FactQueryResult = NewQuery[QueryText, QueryResult]("query_result", "result of the query")
