package datasource

// SQLModes tells of modes that not every server of the MySQL protocol has whether the server
// takes them as a part of sql_mode, by name. A mode that is not in it was not asked about.
type SQLModes map[string]bool

// FactSQLModes are which modes of SQL the server takes, of those that not every one has.
var FactSQLModes = NewFact[SQLModes]("sql_modes", "SQL modes")
