package datasource

// Connections are the limits of a server's connections and their number.
type Connections struct {
	Max  int // of the server
	Used int // of the server; -1 where it does not show it
	// AccountMax is the maximum number of connections of this account, 0 without a limit. AccountUsed is
	// the number that its user name has, from any host; 0 without a limit.
	AccountMax, AccountUsed int
}

// FactConnections are the limits of the server's connections and their number, those of this program
// included.
var FactConnections = NewFact[Connections]("connections", "connections and their limits")
