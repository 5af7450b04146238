package datasource

import "context"

// OracleResource is a resource of an Oracle instance that has a limit.
type OracleResource struct {
	Name string // as in sessions
	Used int
	Max  int // 0 without a limit
}

// FactOracleResources are the instance's sessions and processes.
const FactOracleResources Fact = "resources"

// OracleResources gives the sessions and processes of the instance, as far as V$RESOURCE_LIMIT shows
// them. It fails with an Error of class ErrPrivilege where the account may not read it.
func (f *Facts) OracleResources(ctx context.Context) ([]OracleResource, error) {
	return get[[]OracleResource](ctx, f, FactOracleResources)
}

// OracleSessions are how many sessions of users an Oracle instance has; in a pluggable database, its own.
type OracleSessions struct {
	All int
	Own int // of the account that asks
}

// FactOracleSessions are how many sessions of users there are.
const FactOracleSessions Fact = "sessions"

// OracleSessions gives how many sessions of users V$SESSION shows. Those of this program are among
// them. It fails with an Error of class ErrPrivilege where the account may not read it.
func (f *Facts) OracleSessions(ctx context.Context) (OracleSessions, error) {
	return get[OracleSessions](ctx, f, FactOracleSessions)
}
