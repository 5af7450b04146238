package datasource

import "context"

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

// FactUnits are the tenant's units.
const FactUnits Fact = "units"

// Units gives the units of the tenant of OceanBase, in order of zone and server. Other servers
// have none: there it fails.
func (f *Facts) Units(ctx context.Context) ([]Unit, error) { return get[[]Unit](ctx, f, FactUnits) }

// Memstore is the memory for changes that are not on disk yet of a tenant of OceanBase on one node
// (oceanbase.GV$OB_MEMSTORE).
type Memstore struct {
	Server string // address and port of the node
	Used   int64  // bytes
	Limit  int64  // bytes; writes are throttled well before it is reached
}

// FactMemstores are the tenant's memstores.
const FactMemstores Fact = "memstores"

// Memstores gives the memstores of the tenant of OceanBase, in order of server. Other servers have
// none: there it fails.
func (f *Facts) Memstores(ctx context.Context) ([]Memstore, error) {
	return get[[]Memstore](ctx, f, FactMemstores)
}

// FactOBParameters are OceanBase's configuration parameters that checks look at.
const FactOBParameters Fact = "obParameters"

// OBParameters gives OceanBase's configuration parameters that checks look at, obconfig_url among
// them; they are not variables. Other servers have none: there it fails.
func (f *Facts) OBParameters(ctx context.Context) (Variables, error) {
	return get[Variables](ctx, f, FactOBParameters)
}
