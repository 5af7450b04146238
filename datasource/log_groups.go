package datasource

// LogGroup is a supplemental log group of an Oracle table: columns whose values are logged to the redo
// with changes of a row.
type LogGroup struct {
	Name string
	Type string // PRIMARY KEY LOGGING, UNIQUE KEY LOGGING, FOREIGN KEY LOGGING, ALL COLUMN LOGGING or USER LOG GROUP
	// Always reports that they are logged with every update, not only with an update of one of them.
	Always  bool
	Columns []string // of a USER LOG GROUP, in no order
}

// FactLogGroups are the supplemental log groups of the tables in scope.
var FactLogGroups = NewFact[TableRows[LogGroup]]("log_groups", "supplemental log groups")
