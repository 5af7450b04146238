package datasource

import "strings"

// OracleTable is how Oracle's dictionary describes the organization and storage of a table.
type OracleTable struct {
	Temporary   bool
	IOT         bool   // index-organized
	Overflow    bool   // index-organized, with an overflow segment
	Cluster     string // that it is in
	Type        string // of an object table: its type, as in XMLTYPE
	External    bool
	Hybrid      bool // some of its partitions are external (19c and later)
	Queue       bool // Advanced Queuing stores messages in it
	Nested      bool // it has columns of nested table types
	Partitioned bool
	RowMovement bool // a row may move, which changes its ROWID
	// NoLogging are the tablespaces of the table, or of its partitions and subpartitions, that are NOLOGGING; an empty
	// name is that of a table without a tablespace.
	NoLogging   []string
	Compression []string // COMPRESS_FOR of the table, its partitions and subpartitions, as in QUERY HIGH
	Tablespace  string   // empty for a partitioned table
	// NoLoggingLOBs are the large objects, or their partitions and subpartitions, that are NOLOGGING.
	NoLoggingLOBs []OracleLOB
	SecureFiles   []string // columns of large objects that are stored as SecureFiles, before 12.2
	Encrypted     []string // encrypted columns
}

// HybridColumnar returns the compression of the table, its partitions and subpartitions that is Hybrid Columnar
// Compression.
func (t OracleTable) HybridColumnar() []string {
	var hybrid []string
	for _, c := range t.Compression {
		if strings.HasPrefix(c, "QUERY ") || strings.HasPrefix(c, "ARCHIVE ") {
			hybrid = append(hybrid, c)
		}
	}
	return hybrid
}

// OracleLOB is where the large objects of a column are stored.
type OracleLOB struct{ Column, Tablespace string }

// FactOracleTables is the organization and storage of the tables in scope, one row for each.
var FactOracleTables = NewFact[TableRows[OracleTable]]("oracle_tables", "storage attributes of Oracle tables")

// TablespaceMode is how a tablespace stores and logs its data.
type TablespaceMode struct {
	Encrypted    bool
	ForceLogging bool // including NOLOGGING tables
}

// FactTablespaceModes are the tablespaces that have a mode, by name (DBA_TABLESPACES).
var FactTablespaceModes = NewFact[map[string]TablespaceMode](
	"tablespace_modes",
	"encryption and force logging of the tablespaces",
)

// OracleObject is an object of a schema: any object other than a table, an index, a LOB or a part of these,
// and an invalid one of these.
type OracleObject struct {
	TableName
	Type  string // as in PACKAGE BODY
	Valid bool
}

// FactOracleObjects are the objects of the schemas in scope, in order of schema, name and type; those that
// Oracle generated, such as the sequences of identity columns, are excluded.
var FactOracleObjects = NewFact[[]OracleObject]("oracle_objects", "objects other than tables and indexes")

// EditionObject is a version of an object that belongs to an edition of Oracle.
type EditionObject struct {
	TableName
	Type    string
	Edition string
}

// FactOtherEditions are the objects of the schemas in scope that belong to another edition than that of the session and
// that it does not inherit, in order of schema, name, type and edition.
var FactOtherEditions = NewFact[[]EditionObject]("other_editions", "objects of other editions")

// Redefinition is an online redefinition of a table that was started and not finished (Oracle's DBMS_REDEFINITION).
type Redefinition struct {
	Table   TableName
	Interim TableName // receives the rows of the table, and takes its place in the end
}

// FactRedefinitions are the redefinitions of tables in scope, in order of their tables. It fails with an Error of class
// ErrPrivilege where the account may not read DBA_REDEFINITION_OBJECTS.
var FactRedefinitions = NewFact[[]Redefinition]("redefinitions", "tables under online redefinition")

// UnusableIndex is an index of Oracle that is UNUSABLE, or one of its partitions or subpartitions that is.
type UnusableIndex struct {
	Schema, Name string
	Unique       bool
	Partition    string // empty: the whole index
	Subpartition string
}

// FactUnusableIndexes are the unusable indexes of the tables in scope, in order of their names and partitions.
var FactUnusableIndexes = NewFact[TableRows[UnusableIndex]]("unusable_indexes", "unusable indexes and partitions")

// DomainColumn is a column that a data use case domain describes (Oracle 23ai and later).
type DomainColumn struct {
	Column string
	Domain TableName // its schema and name
}

// FactDomainColumns are the columns of tables in scope that have a domain, in order of their names.
var FactDomainColumns = NewFact[TableRows[DomainColumn]]("domain_columns", "columns with a domain")
