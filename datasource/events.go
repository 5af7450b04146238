package datasource

// Event is a scheduled event. Its TableName is the event's own name.
type Event struct {
	TableName
	Definer    string // user@host
	Status     string // ENABLED, DISABLED; of a replica SLAVESIDE_DISABLED, REPLICA_SIDE_DISABLED
	Definition string
	// SQLMode and Collation are the sql_mode and the collation_connection of its creation, with which a tool that
	// copies it creates it again; empty where they are hidden.
	SQLMode   string
	Collation string
}

// FactEvents are the scheduled events of the schemas in scope, in order of their names. The account sees
// those of schemas on which it has the privilege EVENT.
var FactEvents = NewFact[[]Event]("events", "scheduled events")
