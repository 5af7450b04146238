package oracle

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/probe"
)

// Loaders returns the facts that a Reader can read, with their costs and needs.
func Loaders() *datasource.Loaders[*Reader] { return loaders }

const (
	ora = datasource.Oracle
	obo = datasource.OceanBaseOracle
)

// Statements are counted at their bound. Whether the account may read a view is determined once for all facts.
var loaders = datasource.NewLoaders(
	[]datasource.Type{ora, obo},
	// The server
	datasource.Load(datasource.FactServer, (*Reader).server, costs(2)),
	datasource.Load(datasource.FactLatency, (*Reader).latency, costs(roundTrips)),
	datasource.Load(datasource.FactVariables, (*Reader).variables, costs(1, on(ora, view("V$PARAMETER")...))),
	datasource.Load(datasource.FactOracleTimeZone, (*Reader).timeZone, costs(2,
		on(ora, view("V$TIMEZONE_FILE")...), on(obo, view("V$TIMEZONE_NAMES")...))),
	datasource.Load(datasource.FactNLS, (*Reader).nls, costs(1)),

	// Accounts and privileges
	datasource.Load(datasource.FactOraclePrivileges, (*Reader).privileges, costs(8)),
	datasource.Load(datasource.FactOracleAccount, (*Reader).account, costs(3,
		on(ora), on(obo, view("DBA_USERS", "DBA_PROFILES")...))),
	datasource.Load(datasource.FactRowPolicies, (*Reader).rowPolicies, costs(1).For(ora)),
	datasource.Load(datasource.FactRedactionPolicies, (*Reader).redactionPolicies, costs(1,
		needs(view("REDACTION_POLICIES")...)).For(ora)),
	datasource.Load(datasource.FactDictionaryViews, (*Reader).dictionaryViews, costs(len(viewsRead)+len(viewsSince12))),
	datasource.Load(datasource.FactSpaces, (*Reader).spaces, costs(6,
		needs(view("DBA_USERS", "DBA_SYS_PRIVS", "DBA_TS_QUOTAS")...)).For(ora)),

	// Logs and the instance
	datasource.Load(datasource.FactOracleDatabase, (*Reader).database, costs(2,
		needs(view("V$DATABASE")...)).For(ora)),
	datasource.Load(datasource.FactOracleContainer, (*Reader).container, costs(1).For(ora)),
	datasource.Load(datasource.FactContainerOpen, (*Reader).containerOpen, costs(1,
		since12(view("V$PDBS")...)).For(ora)),
	datasource.Load(datasource.FactPDBLogging, (*Reader).pdbLogging, costs(2,
		since12(view("DBA_SUPPLEMENTAL_LOGGING")...),
		datasource.Needs{Since: datasource.MakeVersion(19),
			Privileges: view("DBA_SUPPLEMENTAL_LOGGING", "DATABASE_PROPERTIES")}).For(ora)),
	datasource.Load(datasource.FactContainerLogging, (*Reader).containerLogging, costs(2,
		since122(view("DBA_PDBS")...)).For(ora)),
	datasource.Load(datasource.FactArchivedLogs, (*Reader).archivedLogs, costs(3,
		needs(view("V$ARCHIVED_LOG", "V$DATABASE", "V$LOG")...)).For(ora)),
	datasource.Load(datasource.FactLogGroups, (*Reader).logGroups, costs(2, tables("LOG_GROUPS", "LOG_GROUP_COLUMNS"))),
	datasource.Load(datasource.FactOracleRedo, (*Reader).redo, costs(4,
		needs(view("GV$INSTANCE", "V$THREAD", "V$LOG", "V$LOG_HISTORY")...)).For(ora)),
	datasource.Load(datasource.FactUncapturedTables, (*Reader).uncapturedTables, costs(1,
		needs(view("DBA_GOLDENGATE_SUPPORT_MODE")...)).For(ora)),
	datasource.Load(datasource.FactLogMiner, (*Reader).logMiner, costs(1,
		needs("SELECT_CATALOG_ROLE, SELECT on SYS.DBA_OBJECTS or EXECUTE on SYS.DBMS_LOGMNR"))),

	// Capacity and activity
	datasource.Load(datasource.FactConnections, (*Reader).connections, costs(1).For(obo)),
	datasource.Load(
		datasource.FactOracleResources,
		(*Reader).resources,
		costs(1, needs(view("V$RESOURCE_LIMIT")...)).For(ora),
	),
	datasource.Load(datasource.FactOracleSessions, (*Reader).sessions, costs(1, needs(view("V$SESSION")...)).For(ora)),
	datasource.Load(datasource.FactTransactions, (*Reader).transactions, costs(2,
		on(ora, view("GV$TRANSACTION", "GV$SESSION")...),
		on(obo, view("GV$OB_TRANSACTION_PARTICIPANTS", "DBA_OB_TENANTS")...))),
	datasource.Load(datasource.FactTableSizes, (*Reader).tableSizes, costs(1,
		on(ora, append(dictionaryOr("SELECT on SYS.DBA_EXTENTS", []string{"SEGMENTS"}),
			dictionary("INDEXES", "LOBS", "TABLES")...)...),
		on(obo, append(view("DBA_SEGMENTS"), dictionary("INDEXES")...)...))),
	datasource.Load(datasource.FactTablespaces, (*Reader).tablespaces, costs(2,
		needs(view("DBA_FREE_SPACE", "DBA_DATA_FILES")...)).For(ora)),
	datasource.Load(datasource.FactFreeExtents, (*Reader).freeExtents, costs(1,
		needs(view("DBA_LMT_FREE_SPACE", "V$TABLESPACE", "DBA_TABLESPACES")...)).For(ora)),
	datasource.Load(datasource.FactOracleUndo, (*Reader).undo, costs(4,
		needs(view("V$PARAMETER", "DBA_TABLESPACES", "DBA_DATA_FILES", "V$UNDOSTAT")...)).For(ora)),

	// Schemas and objects
	datasource.Load(datasource.FactOracleObjects, (*Reader).objects, costs(1, objects("OBJECTS"))),
	datasource.Load(datasource.FactOracleTables, (*Reader).tableKinds, costs(9,
		tables("ALL_TABLES", "TABLES", "TAB_PARTITIONS", "TAB_SUBPARTITIONS", "EXTERNAL_TABLES", "QUEUE_TABLES",
			"NESTED_TABLES", "LOBS", "LOB_PARTITIONS", "LOB_SUBPARTITIONS", "ENCRYPTED_COLUMNS"),
		tablesOf(obo, "TABLES"))),
	datasource.Load(datasource.FactOtherEditions, (*Reader).otherEditions, costs(1,
		objects("OBJECTS_AE", "OBJECTS")).For(ora)),
	datasource.Load(datasource.FactRedefinitions, (*Reader).redefinitions, costs(1,
		needs(view("DBA_REDEFINITION_OBJECTS")...)).For(ora)),
	datasource.Load(
		datasource.FactTablespaceModes,
		(*Reader).tablespaceModes,
		costs(1, needs(view("DBA_TABLESPACES")...)),
	),
	datasource.Load(datasource.FactOracleSequences, (*Reader).sequences, costs(2, objects("SEQUENCES"))),
	datasource.Load(datasource.FactSchemas, (*Reader).schemas, costs(1)),
	datasource.Load(datasource.FactTables, (*Reader).tables, costs(6,
		tables("ALL_TABLES", "VIEWS", "MVIEWS", "MVIEW_LOGS", "TAB_COMMENTS"),
		tablesOf(obo, "TABLES", "VIEWS", "MVIEWS", "TAB_COMMENTS"))),
	datasource.LoadQuery(datasource.FactFilledTables, (*Reader).filledTables, costs(probe.Statements,
		needs("SELECT on the tables"))),

	// Tables: keys, constraints, partitions
	datasource.Load(datasource.FactIndexes, (*Reader).indexes, costs(6,
		tables("TAB_COLS", "COL_COMMENTS", "CONSTRAINTS", "CONS_COLUMNS", "INDEXES", "IND_COLUMNS",
			"IND_EXPRESSIONS"))),
	datasource.Load(datasource.FactUnusableIndexes, (*Reader).unusableIndexes, costs(1,
		tables("INDEXES", "IND_PARTITIONS", "IND_SUBPARTITIONS")).For(ora)),
	datasource.Load(datasource.FactForeignKeys, (*Reader).foreignKeys, costs(3, tables("CONSTRAINTS", "CONS_COLUMNS"))),
	datasource.Load(datasource.FactCheckConstraints, (*Reader).checkConstraints, costs(4,
		tables("CONSTRAINTS", "TAB_COLS", "COL_COMMENTS"))),
	datasource.Load(datasource.FactTriggers, (*Reader).triggers, costs(2, tables("TRIGGERS"))),
	datasource.Load(datasource.FactPartitions, (*Reader).partitions, costs(5,
		tables("PART_TABLES", "PART_KEY_COLUMNS", "SUBPART_KEY_COLUMNS", "TAB_PARTITIONS"))),

	// Columns
	datasource.Load(datasource.FactColumns, (*Reader).columns, costs(3, tables("TAB_COLS", "COL_COMMENTS"))),
	datasource.Load(datasource.FactIdentityColumns, (*Reader).identityColumns, costs(2,
		since12(dictionary("TAB_IDENTITY_COLS")...)).For(ora)),
	datasource.Load(datasource.FactDomainColumns, (*Reader).domainColumns, costs(1, tables("TAB_COLS")).For(ora)),
	datasource.Load(datasource.FactCollectionColumns, (*Reader).collectionColumns, costs(3,
		tables("VARRAYS", "NESTED_TABLES", "REFS")).For(ora)),
	datasource.Load(datasource.FactUnusedColumns, (*Reader).unusedColumns, costs(2, tables("UNUSED_COL_TABS"))),

	// What the server supports
	datasource.Load(datasource.FactKeywords, (*Reader).keywords, costs(1, needs(view("V$RESERVED_WORDS")...)).For(ora)),

	// Own checks
	datasource.LoadQuery(datasource.FactQueryResult, (*Reader).answer, costs(1, needs("those of the query"))),
)

func costs(statements int, needs ...datasource.Needs) datasource.Cost {
	return datasource.Cost{Statements: statements, Needs: needs}
}

func needs(privileges ...string) datasource.Needs { return datasource.Needs{Privileges: privileges} }

func on(product datasource.Type, privileges ...string) datasource.Needs {
	return datasource.Needs{Product: product, Privileges: privileges}
}

// since12 are privileges that matter from the release on that has pluggable databases and identity columns.
func since12(privileges ...string) datasource.Needs {
	return datasource.Needs{Since: datasource.MakeVersion(12, 1), Privileges: privileges}
}

func since122(privileges ...string) datasource.Needs {
	return datasource.Needs{Since: datasource.MakeVersion(12, 2), Privileges: privileges}
}

// view returns the privileges to read views of SYS.
func view(names ...string) []string {
	privileges := make([]string, len(names))
	for i, name := range names {
		privileges[i] = onlyView + grantable(name)
	}
	return privileges
}

// leastViews are the views on which OceanBase Migration Service documents SELECT as the least privileges of an account
// of an Oracle source ("Create a database user", Oracle database as the source); it asks for SELECT on each table, too.
var leastViews = strings.Fields(`DBA_CONSTRAINTS DBA_CONS_COLUMNS DBA_EXTENTS DBA_INDEXES DBA_IND_COLUMNS DBA_MVIEWS
DBA_MVIEW_LOGS DBA_OBJECTS DBA_PART_KEY_COLUMNS DBA_SUBPART_KEY_COLUMNS DBA_TABLES DBA_TAB_COLS DBA_TAB_COLUMNS
DBA_TAB_PARTITIONS DBA_TAB_SUBPARTITIONS DBA_USERS NLS_DATABASE_PARAMETERS V_$INSTANCE V_$DATABASE
PRODUCT_COMPONENT_VERSION`)

// BeyondLeast returns which of the privileges of a fact's cost an account does not have that has the least privileges
// that OceanBase Migration Service documents.
func BeyondLeast(privileges []string) []string {
	var beyond []string
	for _, privilege := range privileges {
		name, only := strings.CutPrefix(privilege, onlyView)
		if !only { // the account has a privilege on the tables, but on no other objects
			if name, only = strings.CutPrefix(privilege, catalogView); only {
				name, only = strings.CutSuffix(name, " or "+onObjects)
			}
		}
		if only && !slices.Contains(leastViews, name) {
			beyond = append(beyond, "SELECT on SYS."+name)
		}
	}
	return beyond
}

const (
	onlyView    = "SELECT_CATALOG_ROLE or SELECT on SYS." // begins the privileges on a view that no other view replaces
	catalogView = "SELECT_CATALOG_ROLE, SELECT on SYS."   // begins those on a view that another view replaces
	onObjects   = "any privilege on the objects"
)

// grantable returns the object to grant SELECT on: V$X is a synonym of the view V_$X.
func grantable(view string) string {
	// of OceanBase, which has no such synonyms
	if strings.HasPrefix(view, "V$OB_") || strings.HasPrefix(view, "GV$OB_") {
		return view
	}
	return strings.NewReplacer("GV$", "GV_$", "V$", "V_$").Replace(view)
}

// dictionary returns the privileges to read DBA_ views, which the ALL_ views can replace.
func dictionary(names ...string) []string {
	return dictionaryOr("any privilege on the tables", names)
}

func dictionaryOr(other string, names []string) []string {
	privileges := make([]string, len(names))
	for i, name := range names {
		privileges[i] = catalogView + "DBA_" + name + " or " + other
	}
	return privileges
}

func tables(names ...string) datasource.Needs { return needs(dictionary(names...)...) }

func tablesOf(product datasource.Type, names ...string) datasource.Needs {
	return on(product, dictionary(names...)...)
}

func objects(names ...string) datasource.Needs {
	return needs(dictionaryOr(onObjects, names)...)
}
