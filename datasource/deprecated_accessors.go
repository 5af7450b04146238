package datasource

import "context"

// WithAsker is WithCaller.
func WithAsker(ctx context.Context, checkType string) context.Context {
	return WithCaller(ctx, checkType)
}

// Asker is Caller.
func Asker(ctx context.Context) string { return Caller(ctx) }

// SpeaksMySQL reports whether the type is reached over the MySQL protocol.
func (t Type) SpeaksMySQL() bool { return t.Dialect() == MySQLDialect || t == OceanBaseOracle }

// OracleLike reports whether the type has the Oracle dialect.
func (t Type) OracleLike() bool { return t.Dialect() == OracleDialect }

// Settle is Stop.
func (f *Facts) Settle(ctx context.Context) { f.Stop(ctx) }

// TableRows is RowsOf.
type TableRows[T any] = RowsOf[T]

// Accounts returns the value of FactAccounts.
func (f *Facts) Accounts(ctx context.Context) ([]Account, error) { return FactAccounts.Of(ctx, f) }

// BinaryLogs returns the value of FactBinaryLogs.
func (f *Facts) BinaryLogs(ctx context.Context) ([]BinaryLog, error) {
	return FactBinaryLogs.Of(ctx, f)
}

// GTIDs returns the value of FactGTIDs.
func (f *Facts) GTIDs(ctx context.Context) (GTIDs, error) { return FactGTIDs.Of(ctx, f) }

// LogSessions returns the value of FactLogSessions.
func (f *Facts) LogSessions(ctx context.Context) ([]SessionSetting, error) {
	return FactLogSessions.Of(ctx, f)
}

// BinaryLogStatus returns the value of FactBinaryLogStatus.
func (f *Facts) BinaryLogStatus(ctx context.Context) (BinaryLogStatus, error) {
	return FactBinaryLogStatus.Of(ctx, f)
}

// Charsets returns the value of FactCharsets.
func (f *Facts) Charsets(ctx context.Context) (Charsets, error) { return FactCharsets.Of(ctx, f) }

// CheckConstraints returns the value of FactCheckConstraints.
func (f *Facts) CheckConstraints(ctx context.Context) (ByTable[CheckConstraint], error) {
	return FactCheckConstraints.Of(ctx, f)
}

// Connections returns the value of FactConnections.
func (f *Facts) Connections(ctx context.Context) (Connections, error) {
	return FactConnections.Of(ctx, f)
}

// StorageEngines returns the value of FactStorageEngines.
func (f *Facts) StorageEngines(ctx context.Context) (StorageEngines, error) {
	return FactStorageEngines.Of(ctx, f)
}

// Events returns the value of FactEvents.
func (f *Facts) Events(ctx context.Context) ([]Event, error) { return FactEvents.Of(ctx, f) }

// FilledTables returns the value of FactFilledTables.
func (f *Facts) FilledTables(ctx context.Context, of []TableName) (FilledTables, error) {
	return FactFilledTables.Of(ctx, f, of)
}

// ForeignKeys returns the value of FactForeignKeys.
func (f *Facts) ForeignKeys(ctx context.Context) (ByTable[ForeignKey], error) {
	return FactForeignKeys.Of(ctx, f)
}

// Grants returns the value of FactGrants.
func (f *Facts) Grants(ctx context.Context) (Grants, error) { return FactGrants.Of(ctx, f) }

// Keywords returns the value of FactKeywords.
func (f *Facts) Keywords(ctx context.Context) (Keywords, error) { return FactKeywords.Of(ctx, f) }

// LogGroups returns the value of FactLogGroups.
func (f *Facts) LogGroups(ctx context.Context) (ByTable[LogGroup], error) {
	return FactLogGroups.Of(ctx, f)
}

// NLS returns the value of FactNLS.
func (f *Facts) NLS(ctx context.Context) (NLS, error) { return FactNLS.Of(ctx, f) }

// Units returns the value of FactUnits.
func (f *Facts) Units(ctx context.Context) ([]Unit, error) { return FactUnits.Of(ctx, f) }

// Memstores returns the value of FactMemstores.
func (f *Facts) Memstores(ctx context.Context) ([]Memstore, error) { return FactMemstores.Of(ctx, f) }

// OBParameters returns the value of FactOBParameters.
func (f *Facts) OBParameters(ctx context.Context) (Variables, error) {
	return FactOBParameters.Of(ctx, f)
}

// OracleDatabase returns the value of FactOracleDatabase.
func (f *Facts) OracleDatabase(ctx context.Context) (OracleDatabase, error) {
	return FactOracleDatabase.Of(ctx, f)
}

// ContainerLogging returns the value of FactContainerLogging.
func (f *Facts) ContainerLogging(ctx context.Context) (ContainerLogging, error) {
	return FactContainerLogging.Of(ctx, f)
}

// ArchivedLogs returns the value of FactArchivedLogs.
func (f *Facts) ArchivedLogs(ctx context.Context) (ArchivedLogs, error) {
	return FactArchivedLogs.Of(ctx, f)
}

// IdentityColumns returns the value of FactIdentityColumns.
func (f *Facts) IdentityColumns(ctx context.Context) (ByTable[IdentityColumn], error) {
	return FactIdentityColumns.Of(ctx, f)
}

// OracleRedo returns the value of FactOracleRedo.
func (f *Facts) OracleRedo(ctx context.Context) (OracleRedo, error) { return FactOracleRedo.Of(ctx, f) }

// OracleAccount returns the value of FactOracleAccount.
func (f *Facts) OracleAccount(ctx context.Context) (OracleAccount, error) {
	return FactOracleAccount.Of(ctx, f)
}

// LogMiner returns the value of FactLogMiner.
func (f *Facts) LogMiner(ctx context.Context) (LogMiner, error) { return FactLogMiner.Of(ctx, f) }

// DictionaryViews returns the value of FactDictionaryViews.
func (f *Facts) DictionaryViews(ctx context.Context) ([]DictionaryView, error) {
	return FactDictionaryViews.Of(ctx, f)
}

// OracleResources returns the value of FactOracleResources.
func (f *Facts) OracleResources(ctx context.Context) ([]OracleResource, error) {
	return FactOracleResources.Of(ctx, f)
}

// OracleSessions returns the value of FactOracleSessions.
func (f *Facts) OracleSessions(ctx context.Context) (OracleSessions, error) {
	return FactOracleSessions.Of(ctx, f)
}

// OraclePrivileges returns the value of FactOraclePrivileges.
func (f *Facts) OraclePrivileges(ctx context.Context) (OraclePrivileges, error) {
	return FactOraclePrivileges.Of(ctx, f)
}

// OracleSequences returns the value of FactOracleSequences.
func (f *Facts) OracleSequences(ctx context.Context) (OracleSequences, error) {
	return FactOracleSequences.Of(ctx, f)
}

// Tablespaces returns the value of FactTablespaces.
func (f *Facts) Tablespaces(ctx context.Context) (map[string]Tablespace, error) {
	return FactTablespaces.Of(ctx, f)
}

// OracleUndo returns the value of FactOracleUndo.
func (f *Facts) OracleUndo(ctx context.Context) (OracleUndo, error) { return FactOracleUndo.Of(ctx, f) }

// OracleTables returns the value of FactOracleTables.
func (f *Facts) OracleTables(ctx context.Context) (ByTable[OracleTable], error) {
	return FactOracleTables.Of(ctx, f)
}

// TablespaceModes returns the value of FactTablespaceModes.
func (f *Facts) TablespaceModes(ctx context.Context) (map[string]TablespaceMode, error) {
	return FactTablespaceModes.Of(ctx, f)
}

// OracleObjects returns the value of FactOracleObjects.
func (f *Facts) OracleObjects(ctx context.Context) ([]OracleObject, error) {
	return FactOracleObjects.Of(ctx, f)
}

// OracleTimeZone returns the value of FactOracleTimeZone.
func (f *Facts) OracleTimeZone(ctx context.Context) (OracleTimeZone, error) {
	return FactOracleTimeZone.Of(ctx, f)
}

// UnusedColumns returns the value of FactUnusedColumns.
func (f *Facts) UnusedColumns(ctx context.Context) (map[TableName]string, error) {
	return FactUnusedColumns.Of(ctx, f)
}

// Partitions returns the value of FactPartitions.
func (f *Facts) Partitions(ctx context.Context) (ByTable[Partitioning], error) {
	return FactPartitions.Of(ctx, f)
}

// Spaces returns the value of FactSpaces.
func (f *Facts) Spaces(ctx context.Context) (map[string]Space, error) { return FactSpaces.Of(ctx, f) }

// ReplicaChannels returns the value of FactReplicaChannels.
func (f *Facts) ReplicaChannels(ctx context.Context) ([]ReplicaChannel, error) {
	return FactReplicaChannels.Of(ctx, f)
}

// Replicas returns the value of FactReplicas.
func (f *Facts) Replicas(ctx context.Context) ([]Replica, error) { return FactReplicas.Of(ctx, f) }

// Routines returns the value of FactRoutines.
func (f *Facts) Routines(ctx context.Context) ([]Routine, error) { return FactRoutines.Of(ctx, f) }

// Server returns the value of FactServer.
func (f *Facts) Server(ctx context.Context) (Server, error) { return FactServer.Of(ctx, f) }

// Latency returns the value of FactLatency.
func (f *Facts) Latency(ctx context.Context) (Latency, error) { return FactLatency.Of(ctx, f) }

// TableSizes returns the value of FactTableSizes.
func (f *Facts) TableSizes(ctx context.Context) (ByTable[TableSize], error) {
	return FactTableSizes.Of(ctx, f)
}

// FreeSpace returns the value of FactFreeSpace.
func (f *Facts) FreeSpace(ctx context.Context) (int64, error) { return FactFreeSpace.Of(ctx, f) }

// SQLModes returns the value of FactSQLModes.
func (f *Facts) SQLModes(ctx context.Context) (SQLModes, error) { return FactSQLModes.Of(ctx, f) }

// RowFormats returns the value of FactRowFormats.
func (f *Facts) RowFormats(ctx context.Context) (ByTable[string], error) {
	return FactRowFormats.Of(ctx, f)
}

// CreateOptions returns the value of FactCreateOptions.
func (f *Facts) CreateOptions(ctx context.Context) (ByTable[string], error) {
	return FactCreateOptions.Of(ctx, f)
}

// AutoIncrements returns the value of FactAutoIncrements.
func (f *Facts) AutoIncrements(ctx context.Context) (ByTable[uint64], error) {
	return FactAutoIncrements.Of(ctx, f)
}

// Schemas returns the value of FactSchemas.
func (f *Facts) Schemas(ctx context.Context) ([]Schema, error) { return FactSchemas.Of(ctx, f) }

// Tables returns the value of FactTables.
func (f *Facts) Tables(ctx context.Context) (Tables, error) { return FactTables.Of(ctx, f) }

// Columns returns the value of FactColumns.
func (f *Facts) Columns(ctx context.Context) (ByTable[Column], error) { return FactColumns.Of(ctx, f) }

// Indexes returns the value of FactIndexes.
func (f *Facts) Indexes(ctx context.Context) (ByTable[Index], error) { return FactIndexes.Of(ctx, f) }

// Tenant returns the value of FactTenant.
func (f *Facts) Tenant(ctx context.Context) (Tenant, error) { return FactTenant.Of(ctx, f) }

// TimeZone returns the value of FactTimeZone.
func (f *Facts) TimeZone(ctx context.Context) (TimeZone, error) { return FactTimeZone.Of(ctx, f) }

// Transactions returns the value of FactTransactions.
func (f *Facts) Transactions(ctx context.Context) ([]Transaction, error) {
	return FactTransactions.Of(ctx, f)
}

// Triggers returns the value of FactTriggers.
func (f *Facts) Triggers(ctx context.Context) ([]Trigger, error) { return FactTriggers.Of(ctx, f) }

// Variables returns the value of FactVariables.
func (f *Facts) Variables(ctx context.Context) (Variables, error) { return FactVariables.Of(ctx, f) }

// Views returns the value of FactViews.
func (f *Facts) Views(ctx context.Context) ([]ViewDefinition, error) { return FactViews.Of(ctx, f) }

// InvalidViews returns the value of FactInvalidViews.
func (f *Facts) InvalidViews(ctx context.Context) ([]TableName, error) {
	return FactInvalidViews.Of(ctx, f)
}

// ZeroDates returns the value of FactZeroDates.
func (f *Facts) ZeroDates(ctx context.Context, of []TableColumns) (ZeroDates, error) {
	return FactZeroDates.Of(ctx, f, of)
}
