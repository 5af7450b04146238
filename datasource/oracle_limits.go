package datasource

// OracleResource is a resource of an Oracle instance that has a limit.
type OracleResource struct {
	Name string // as in sessions
	Used int
	Max  int // 0 without a limit
}

// FactOracleResources are the sessions and processes of the instance, if V$RESOURCE_LIMIT shows them. It
// fails with an Error of class ErrPrivilege where the account may not read it.
var FactOracleResources = NewFact[[]OracleResource]("oracle_resources", "resource limits of the Oracle instance")

// OracleSessions are the numbers of user sessions of an Oracle instance; in a pluggable database, of that
// database.
type OracleSessions struct {
	All int
	Own int // of the account that is logged on
}

// FactOracleSessions are the numbers of user sessions in V$SESSION, including those of this program. It fails
// with an Error of class ErrPrivilege where the account may not read it.
var FactOracleSessions = NewFact[OracleSessions]("oracle_sessions", "user sessions of the Oracle instance")
