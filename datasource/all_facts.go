package datasource

// AllFacts returns every fact, in the order in which they are shown.
func AllFacts() []AnyFact {
	return []AnyFact{
		// The server
		FactServer, FactLatency, FactVariables, FactTimeZone, FactTimeGaps, FactOracleTimeZone, FactNLS,

		// Accounts and privileges
		FactGrants, FactAccounts, FactSystemAccounts,
		FactOraclePrivileges, FactOracleAccount, FactRowPolicies, FactRedactionPolicies, FactDictionaryViews,
		FactSpaces,

		// Logs and replication
		FactBinaryLogStatus, FactBinaryLogs, FactGTIDs, FactLogSessions, FactReplicaChannels, FactReplicas,
		FactOracleDatabase, FactOracleContainer, FactContainerOpen, FactContainerLogging, FactPDBLogging,
		FactOracleRedo, FactArchivedLogs, FactLogGroups, FactLogMiner, FactUncapturedTables,

		// Capacity and activity
		FactConnections, FactOracleResources, FactOracleSessions, FactTransactions, FactTableSizes, FactFreeSpace,
		FactTablespaces, FactFreeExtents, FactTablespaceModes, FactOracleUndo,

		// Schemas and objects
		FactSchemas, FactTables, FactOracleTables, FactFilledTables, FactRoutines, FactTriggers, FactEvents,
		FactOracleSequences, FactOracleObjects, FactOtherEditions, FactRedefinitions, FactViews, FactInvalidViews,

		// Tables: keys, constraints, partitions
		FactIndexes, FactUnusableIndexes, FactDescendingIndexes, FactIndexParsers, FactForeignKeys,
		FactCheckConstraints, FactPartitions, FactRowFormats, FactCreateOptions, FactDefinitions, FactPlacements,
		FactAutoIncrements,

		// Columns
		FactColumns, FactSpatialReferences, FactIdentityColumns, FactUnusedColumns, FactZeroDates, FactRowTests,
		FactSystemColumns, FactCollectionColumns, FactDomainColumns,

		// What the server supports
		FactCharsets, FactStorageEngines, FactFulltextParsers, FactSQLModes, FactKeywords, FactGeneralTablespaces,
		FactKeyring,

		// OceanBase
		FactTenant, FactUnits, FactNodes, FactMemstores, FactOBParameters, FactDRC, FactInnerDRC,

		// Own checks
		FactQueryResult,
	}
}
