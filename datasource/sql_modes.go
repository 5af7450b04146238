package datasource

// SQLModes are SQL modes that not every server of the MySQL protocol has, by name: true if the server accepts
// the mode in sql_mode. Other modes are not included.
type SQLModes map[string]bool

// FactSQLModes are the SQL modes that not every server has, and whether this one accepts them.
var FactSQLModes = NewFact[SQLModes]("sql_modes", "SQL modes")
