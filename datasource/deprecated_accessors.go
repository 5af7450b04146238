package datasource

// TableRows is RowsOf.
type TableRows[T any] = RowsOf[T]
