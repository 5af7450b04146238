package datasource

// Trigger is a trigger of a table. Its TableName is the trigger's own name.
type Trigger struct {
	TableName
	Table  TableName
	Event  string // INSERT, UPDATE or DELETE; Oracle: several, as in INSERT OR UPDATE
	Timing string // BEFORE or AFTER; Oracle: as in BEFORE EACH ROW
	// Definer, as user@host, and Statement are empty where they are hidden: later releases of MariaDB, as
	// 10.11.18, show the rest to an account with a privilege on the table beyond SELECT, but without TRIGGER.
	// Oracle's are not read.
	Definer   string
	Statement string
	// SQLMode and Collation are the sql_mode and the collation_connection of its creation, with which a tool that
	// copies it creates it again; empty where they are hidden.
	SQLMode   string
	Collation string
}

// FactTriggers are the triggers of the schemas in scope, in order of their names. The account sees those of
// tables on which it has the privilege TRIGGER, on Oracle the enabled ones of tables that it may use.
var FactTriggers = NewFact[[]Trigger]("triggers", "triggers")
