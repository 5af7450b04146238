package datasource

// TableColumns are some columns of a table.
type TableColumns struct {
	Table   TableName
	Columns []string
}

// ZeroDates lists the columns that contain dates with a month or day of zero.
type ZeroDates struct {
	Holding   []TableColumns
	NotProbed []TableName // not probed because there are too many: the last ones of the argument
	Rows      int         // maximum number of rows that were read per table
}

// FactZeroDates lists which of the given columns, of types that hold a date, contain values with a month or
// day of zero. It reads a bounded number of rows of a bounded number of tables, which requires SELECT on
// them.
var FactZeroDates = NewQuery[[]TableColumns, ZeroDates]("zero_dates", "dates with zero parts")
