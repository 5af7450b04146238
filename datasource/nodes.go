package datasource

// Node is a server of an OceanBase cluster, as a client on this machine reaches it.
type Node struct {
	Zone    string
	Address string // host and port for SQL
	Reached bool   // a connection was established
	Untried bool   // there are too many nodes
}

// FactNodes are the nodes that oceanbase.GV$OB_SERVERS shows, in order of zone and address. At most 64 are tried. It
// fails on other servers, and for an endpoint with OnlyHost.
var FactNodes = NewFact[[]Node]("nodes", "nodes of the OceanBase cluster")
