package datasource

// Tenant is the tenant of OceanBase at an endpoint.
type Tenant struct {
	Cluster  string // the cluster's id; empty where the account may not see it
	ID       int64
	Name     string
	Status   string // NORMAL, RESTORE, CREATING, DROPPING
	Role     string // PRIMARY, STANDBY, RESTORE; empty before 4.1, where tenants have none
	LogMode  string // ARCHIVELOG, NOARCHIVELOG; empty before 4.1
	Switched string // the state of a switchover: NORMAL where there is none; empty before 4.1
}

// FactTenant is the tenant of OceanBase. It fails on other servers.
var FactTenant = NewFact[Tenant]("tenant", "OceanBase tenant")
