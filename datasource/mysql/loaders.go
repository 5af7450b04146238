package mysql

import (
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/probe"
)

// Loaders returns the facts that a Reader can read, with their costs and needs.
func Loaders() *datasource.Loaders[*Reader] { return loaders }

const (
	my = datasource.MySQL
	ma = datasource.MariaDB
	ob = datasource.OceanBaseMySQL
)

// Statements that the number of roles, modes and tables could raise are counted at their bound.
var loaders = datasource.NewLoaders([]datasource.Type{my, ma, ob},
	// The server
	datasource.Load(datasource.FactServer, (*Reader).identify, costs(3)),
	datasource.Load(datasource.FactLatency, (*Reader).latency, costs(roundTrips)),
	datasource.Load(datasource.FactVariables, (*Reader).variables, costs(1)),
	datasource.Load(datasource.FactTimeZone, (*Reader).timeZone, costs(1)),
	datasource.Load(datasource.FactTimeGaps, (*Reader).timeGaps, costs(1)),

	// Accounts and privileges
	datasource.Load(datasource.FactGrants, (*Reader).grants, costs(3+2*maxAlternatives)),
	datasource.Load(datasource.FactAccounts, (*Reader).accounts, costs(1,
		needs("SELECT (host, user) on mysql.user"), on(ob, "SELECT on mysql.user"))),
	datasource.Load(datasource.FactSystemAccounts, (*Reader).systemAccounts, costs(3,
		on(my), since(on(my, "SELECT on mysql.global_grants", "SELECT on mysql.role_edges"), 8, 0, 16)).For(my)),

	// Logs and replication
	datasource.Load(datasource.FactBinaryLogStatus, (*Reader).binaryLogStatus, costs(1, logStatusNeeds...)),
	datasource.Load(datasource.FactReplicaChannels, (*Reader).replicaChannels, costs(1,
		on(my, "REPLICATION CLIENT"),
		on(ma, "REPLICATION CLIENT"), since(on(ma, "SLAVE MONITOR"), 10, 5, 2)).For(my, ma)),
	datasource.Load(datasource.FactReplicas, (*Reader).replicas, costs(1,
		needs("REPLICATION SLAVE"),
		on(ma, "REPLICATION SLAVE"), since(on(ma, "REPLICATION MASTER ADMIN"), 10, 5, 2))),
	datasource.Load(datasource.FactBinaryLogs, (*Reader).binaryLogs, costs(1, logStatusNeeds...)),
	datasource.Load(datasource.FactGTIDs, (*Reader).gtids, costs(2,
		needs(), on(ma, "REPLICATION CLIENT"), since(on(ma, "BINLOG MONITOR"), 10, 5, 2))),
	datasource.Load(datasource.FactLogSessions, (*Reader).logSessions, costs(1,
		on(my), since(on(my, "SELECT on performance_schema.variables_by_thread",
			"SELECT on performance_schema.threads",
			"SELECT on performance_schema.global_variables"), 5, 7, 6)).For(my)),

	// Capacity and activity
	datasource.Load(datasource.FactConnections, (*Reader).connections, costs(3)),
	datasource.Load(datasource.FactTransactions, (*Reader).transactions, costs(2,
		append(inOB("GV$OB_TRANSACTION_PARTICIPANTS", "DBA_OB_TENANTS"), needs("PROCESS"))...)),
	datasource.Load(datasource.FactTableSizes, (*Reader).tableSizes, costs(1, ofTables)),
	datasource.Load(datasource.FactFreeSpace, (*Reader).freeSpace, costs(1,
		append(inOB("GV$OB_SERVERS"), on(ma, "FILE"))...).For(ma, ob)),

	// Schemas and objects
	datasource.Load(datasource.FactSchemas, (*Reader).schemas, costs(1,
		needs("SHOW DATABASES or any privilege on the schemas"))),
	datasource.Load(datasource.FactTables, (*Reader).tables, costs(2, ofTables)),
	datasource.LoadQuery(datasource.FactFilledTables, (*Reader).filledTables, costs(probe.Statements,
		needs("SELECT on the tables"))),
	datasource.Load(datasource.FactRoutines, (*Reader).routines, costs(1,
		on(my, "SELECT on mysql.proc or EXECUTE on the routines"),
		since(on(my, "SELECT on *.* or EXECUTE on the routines"), 8),
		since(on(my, "SHOW_ROUTINE or EXECUTE on the routines"), 8, 0, 20),
		on(ma, "SELECT on mysql.proc or EXECUTE on the routines"),
		since(on(ma, "SHOW CREATE ROUTINE on the routines or EXECUTE on the routines"), 11, 3),
		on(ob, "EXECUTE on the routines"))),
	datasource.Load(datasource.FactTriggers, (*Reader).triggers, costs(1, needs("TRIGGER on the tables"))),
	datasource.Load(datasource.FactEvents, (*Reader).events, costs(1, needs("EVENT on the schemas"))),

	// Tables: keys, constraints, partitions
	datasource.Load(datasource.FactIndexes, (*Reader).indexes, costs(4, ofTables)),
	datasource.Load(datasource.FactDescendingIndexes, (*Reader).descendingIndexes, costs(1, ofTables)),
	datasource.LoadQuery(datasource.FactIndexParsers, (*Reader).indexParsers, costs(definitionsRead,
		needs("SELECT on the tables with a FULLTEXT index"))),
	datasource.Load(datasource.FactForeignKeys, (*Reader).foreignKeys, costs(3,
		ofTables, on(ma, "PROCESS or a privilege beyond SELECT on the tables"))),
	datasource.Load(datasource.FactCheckConstraints, (*Reader).checkConstraints, costs(2, ofTables)),
	datasource.Load(datasource.FactPartitions, (*Reader).partitions, costs(3, ofTables)),
	datasource.Load(datasource.FactRowFormats, (*Reader).rowFormats, costs(2, ofTables)),
	datasource.Load(datasource.FactCreateOptions, (*Reader).createOptions, costs(1, ofTables)),
	datasource.LoadQuery(datasource.FactDefinitions, (*Reader).definitions, costs(mostDefinitions, ofTables)),
	datasource.Load(datasource.FactPlacements, (*Reader).placements, costs(4, needs("PROCESS")).For(my, ma)),
	datasource.Load(datasource.FactAutoIncrements, (*Reader).autoIncrements, costs(1, ofTables)),

	// Columns and views
	datasource.Load(datasource.FactColumns, (*Reader).columns, costs(2, ofTables)),
	datasource.Load(datasource.FactSpatialReferences, (*Reader).spatialReferences, costs(1,
		ofTables).For(my, ma)),
	datasource.LoadQuery(datasource.FactZeroDates, (*Reader).zeroDates, costs(zeroDateStatements,
		needs("SELECT on the tables"))),
	datasource.LoadQuery(datasource.FactRowTests, (*Reader).rowTests, costs(rowTestStatements,
		needs("SELECT on the tables"))),
	datasource.Load(datasource.FactViews, (*Reader).views, costs(1, needs("SHOW VIEW on the views"))),
	datasource.Load(datasource.FactSystemColumns, (*Reader).systemColumns, costs(1,
		needs("SELECT on mysql.*, performance_schema.* and sys.*, for tables that views select from"))),
	datasource.Load(datasource.FactInvalidViews, (*Reader).invalidViews, costs(1, needs("any privilege on the views"))),

	// Features of the server: character sets, engines, keywords
	datasource.Load(datasource.FactCharsets, (*Reader).charsets, costs(2)),
	datasource.Load(datasource.FactStorageEngines, (*Reader).storageEngines, costs(1)),
	datasource.Load(datasource.FactFulltextParsers, (*Reader).fulltextParsers, costs(1)),
	datasource.Load(datasource.FactSQLModes, (*Reader).sqlModes, costs(len(someModes))),
	datasource.Load(datasource.FactKeywords, (*Reader).keywords, costs(1)),
	datasource.Load(datasource.FactGeneralTablespaces, (*Reader).generalTablespaces, costs(1,
		needs("PROCESS")).For(my)),
	datasource.Load(datasource.FactKeyring, (*Reader).keyring, costs(2,
		on(my), since(on(my, "SELECT on performance_schema.keyring_component_status"), 8, 0, 24)).For(my)),

	// Own checks
	datasource.LoadQuery(datasource.FactQueryResult, (*Reader).answer, costs(2, needs("those of the query"))),

	// OceanBase, in either mode: datasource/oceanbase reads these of Oracle-mode tenants
	datasource.Load(datasource.FactTenant, (*Reader).tenant, costs(2,
		inOB("DBA_OB_TENANTS", "GV$OB_PARAMETERS")...).For(ob)),
	datasource.Load(datasource.FactUnits, (*Reader).units, costs(1, inOB("GV$OB_UNITS", "DBA_OB_TENANTS")...).For(ob)),
	datasource.Load(datasource.FactNodes, (*Reader).nodes, costs(1, inOB("GV$OB_SERVERS")...).For(ob)),
	datasource.Load(datasource.FactMemstores, (*Reader).memstores, costs(1,
		inOB("GV$OB_MEMSTORE", "DBA_OB_TENANTS")...).For(ob)),
	datasource.Load(datasource.FactOBParameters, (*Reader).obParameters, costs(1,
		inOB("GV$OB_PARAMETERS")...).For(ob)),
)

var (
	ofTables       = needs("any privilege on the tables")
	logStatusNeeds = []datasource.Needs{needs("REPLICATION CLIENT"),
		on(ma, "REPLICATION CLIENT"), since(on(ma, "BINLOG MONITOR"), 10, 5, 2)}
)

// inOB returns the privileges to read views of schema oceanbase, which exist in 4.0 and later.
func inOB(views ...string) []datasource.Needs {
	privileges := make([]string, len(views))
	for i, view := range views {
		privileges[i] = "SELECT on oceanbase." + view
	}
	return []datasource.Needs{on(ob), since(on(ob, privileges...), 4)}
}

func costs(statements int, needs ...datasource.Needs) datasource.Cost {
	return datasource.Cost{Statements: statements, Needs: needs}
}

func needs(privileges ...string) datasource.Needs { return datasource.Needs{Privileges: privileges} }

func on(product datasource.Type, privileges ...string) datasource.Needs {
	return datasource.Needs{Product: product, Privileges: privileges}
}

func since(n datasource.Needs, major int, rest ...int) datasource.Needs {
	n.Since = datasource.MakeVersion(append([]int{major}, rest...)...)
	return n
}
