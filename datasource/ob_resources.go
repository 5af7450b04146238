package datasource

// Unit is a share of a node's resources that a tenant of OceanBase has (oceanbase.GV$OB_UNITS).
type Unit struct {
	Zone        string
	Server      string // address and port of the node
	Status      string // NORMAL, MIGRATING IN, MIGRATING OUT, MARK DELETING, WAIT GC, DELETING, ERROR
	CPU         float64
	Memory      int64 // bytes
	LogDisk     int64 // bytes
	LogDiskUsed int64 // bytes
}

// FactUnits are the units of the tenant of OceanBase, in order of zone and server. It fails on other servers.
var FactUnits = NewFact[[]Unit]("units", "resource units of the tenant")

// Memstore is the memory for changes that are not on disk yet of a tenant of OceanBase on one node
// (oceanbase.GV$OB_MEMSTORE).
type Memstore struct {
	Server string // address and port of the node
	Used   int64  // bytes
	Limit  int64  // bytes; writes are throttled well before it is reached
}

// FactMemstores are the memstores of the tenant of OceanBase, in order of server. It fails on other servers.
var FactMemstores = NewFact[[]Memstore]("memstores", "memstores of the tenant")

// FactOBParameters are the configuration parameters of OceanBase that checks read, such as obconfig_url.
// They are not variables. It fails on other servers.
var FactOBParameters = NewFact[Variables]("ob_parameters", "OceanBase configuration parameters")
