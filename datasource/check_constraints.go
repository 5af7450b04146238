package datasource

// CheckConstraint is a CHECK constraint of a table.
type CheckConstraint struct {
	Name     string // MariaDB names one in a column's definition after the column
	Clause   string // the condition, as the catalog writes it
	Column   bool   // MariaDB 10.5.10 and later: it is part of a column's definition
	Enforced bool
	// Only Oracle's dictionary has these:
	Unchecked bool // older rows may violate it (NOVALIDATE)
	Generated bool // the server generated its name
	Cut       bool // the catalog shows only the beginning of the condition
}

// FactCheckConstraints are the CHECK constraints of the tables in scope, in order of their names. Servers
// that parse CHECK and ignore it (MySQL before 8.0.16, MariaDB before 10.2.1) have none.
var FactCheckConstraints = NewFact[TableRows[CheckConstraint]]("check_constraints", "CHECK constraints")
