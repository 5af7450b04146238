package datasource

// OracleResource is a resource of an Oracle instance that has a limit.
type OracleResource struct {
	Name string // as in sessions
	Used int
	Max  int // 0 without a limit
}

// FactOracleResources are the sessions and processes of the instance, as far as V$RESOURCE_LIMIT shows them.
// It fails with an Error of class ErrPrivilege where the account may not read it.
var FactOracleResources = NewFact[[]OracleResource]("oracle_resources", "resource limits of the Oracle instance")

// OracleSessions are how many sessions of users an Oracle instance has; in a pluggable database, its own.
type OracleSessions struct {
	All int
	Own int // of the account that asks
}

// FactOracleSessions are how many sessions of users V$SESSION shows. Those of this program are among them. It
// fails with an Error of class ErrPrivilege where the account may not read it.
var FactOracleSessions = NewFact[OracleSessions]("oracle_sessions", "user sessions of the Oracle instance")
