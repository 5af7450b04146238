package datasource

// Routine is a stored procedure or function. Its TableName is the routine's own name.
type Routine struct {
	TableName
	Kind          string // PROCEDURE, FUNCTION; MariaDB also PACKAGE and PACKAGE BODY
	Definer       string // user@host
	Security      string // DEFINER or INVOKER
	DataAccess    string // CONTAINS SQL, NO SQL, READS SQL DATA or MODIFIES SQL DATA
	Deterministic bool
	Definition    string // its body; empty where the account may not see it
	// SQLMode and Collation are the sql_mode and the collation_connection of its creation, with which a tool that
	// copies it creates it again; empty where they are hidden.
	SQLMode   string
	Collation string
}

// FactRoutines are the stored procedures and functions of the schemas in scope that the account has a
// privilege on, in order of their names. Without any privilege on a routine the account does not see it:
// MySQL 8.0.20 and later show all to SHOW_ROUTINE, all versions to SELECT on *.* (before 8.0 and on MariaDB
// to SELECT on mysql.proc).
var FactRoutines = NewFact[[]Routine]("routines", "stored procedures and functions")
