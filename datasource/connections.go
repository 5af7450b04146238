package datasource

// Connections are how many connections a server takes and has.
type Connections struct {
	Max  int // of the server
	Used int // of the server; -1 where it does not show it
	// AccountMax is how many the account that asks may have at a time, 0 without a limit; AccountUsed
	// is how many its user name has, from any host. It is 0 without a limit.
	AccountMax, AccountUsed int
}

// FactConnections are how many connections the server takes and has. Those of this program are among them.
var FactConnections = NewFact[Connections]("connections", "connections and their limits")
