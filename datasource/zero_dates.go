package datasource

// TableColumns are some columns of a table.
type TableColumns struct {
	Table   TableName
	Columns []string
}

// ZeroDates says which columns contain dates with a month or day of zero.
type ZeroDates struct {
	Holding   []TableColumns
	NotProbed []TableName // were not probed, as there are too many: the last ones of the argument
	Rows      int         // that were read of each table, at most
}

// FactZeroDates says which of some columns, of types that hold a date, contain values with a month or day
// of zero. It reads a bounded number of rows of a bounded number of tables, which takes SELECT on them.
var FactZeroDates = NewQuery[[]TableColumns, ZeroDates]("zero_dates", "dates with zero parts")
