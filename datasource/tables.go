package datasource

import (
	"slices"
	"strings"
)

// Schema is a database in MySQL's sense, a user that owns objects in Oracle's.
type Schema struct {
	Name      string
	Charset   string // default of new tables; Oracle: empty
	Collation string
	Encrypted bool // MySQL: its new tables are encrypted
}

// FactSchemas are the schemas that the account can see, in order of their names, excluding system schemas.
var FactSchemas = NewFact[[]Schema]("schemas", "schemas")

// TableKind is the kind of a table: a base table, a view or another object that the catalog lists as a table.
type TableKind string

// The kinds of table.
const (
	BaseTable       TableKind = "TABLE"
	View            TableKind = "VIEW"
	Sequence        TableKind = "SEQUENCE"         // MariaDB lists sequences among the tables
	SystemVersioned TableKind = "SYSTEM VERSIONED" // MariaDB
	TemporaryTable  TableKind = "TEMPORARY"
	// MaterializedView is a view whose rows are stored in a table (Oracle).
	MaterializedView TableKind = "MATERIALIZED VIEW"
)

// Table is a table or view as the catalog lists it.
type Table struct {
	TableName
	Kind      TableKind
	Engine    string // MySQL protocol only; empty for views
	Collation string
	Comment   string
}

// IsView reports whether it is a view.
func (t Table) IsView() bool { return t.Kind == View }

// HoldsRows reports whether it is a table with rows of its own, not a view or a sequence.
func (t Table) HoldsRows() bool { return t.Kind == BaseTable || t.Kind == SystemVersioned }

// Tables are the tables and views of the schemas in scope, in order of their names.
type Tables []Table

// Find returns the table of that name, nil where there is none.
func (t Tables) Find(name TableName) *Table {
	i, found := slices.BinarySearchFunc(t, name, func(t Table, n TableName) int { return t.Compare(n) })
	if !found {
		return nil
	}
	return &t[i]
}

// SortTables sorts tables by name, as Find needs them.
func SortTables(t []Table) Tables {
	slices.SortFunc(t, func(a, b Table) int { return a.Compare(b.TableName) })
	return t
}

// FactTables are the tables and views of the schemas in scope that the account can see.
var FactTables = NewFact[Tables]("tables", "tables and views")

// ColumnType is the type and the attributes that columns share: one value for all columns that have the same.
type ColumnType struct {
	DataType   string // lower case on MySQL ("varchar"), upper case on Oracle ("VARCHAR2")
	ColumnType string // MySQL's column_type in full: "varchar(20)", "int(10) unsigned", "enum('a','b')"
	Charset    string
	Collation  string
	CharLength int64 // characters; 0 where the type has none
	ByteLength int64 // bytes; 0 where the type has none
	Precision  int   // of numbers; for temporal types the digits of the second's fraction
	Scale      int
	HasScale   bool // false for Oracle's NUMBER without precision and scale
	Nullable   bool
	Generation string // the expression of a generated column
	Stored     bool   // of a generated column: stored, not virtual
	Extra      string // MySQL's extra, lower case: "auto_increment", "on update current_timestamp()", "invisible"
	Oracle     *OracleColumn
}

// OracleColumn holds the attributes of a column that only Oracle's dictionary has.
type OracleColumn struct {
	CharUsed      string // "B" or "C": the declared length counts bytes or characters
	TypeOwner     string // owner of a user-defined type
	Hidden        bool
	UserMade      bool // false for hidden columns that Oracle generated
	Identity      bool
	Invisible     bool
	Virtual       bool
	DefaultOnNull bool
}

// Unsigned reports whether a MySQL number has no negative values.
func (c *ColumnType) Unsigned() bool { return strings.Contains(c.ColumnType, "unsigned") }

// AutoIncrement reports whether the column is AUTO_INCREMENT.
func (c *ColumnType) AutoIncrement() bool { return strings.Contains(c.Extra, "auto_increment") }

// Generated reports whether the column's value is computed from others.
func (c *ColumnType) Generated() bool { return c.Generation != "" }

// Invisible reports whether SELECT * excludes the column.
func (c *ColumnType) Invisible() bool {
	return strings.Contains(c.Extra, "invisible") || c.Oracle != nil && (c.Oracle.Invisible || c.Oracle.Hidden)
}

// LOB reports whether the type is a large object on MySQL: TEXT, BLOB, JSON or spatial.
func (c *ColumnType) LOB() bool {
	switch c.DataType {
	case "tinytext", "text", "mediumtext", "longtext", "tinyblob", "blob", "mediumblob", "longblob", "json",
		"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon",
		"geometrycollection",
		"geomcollection",
		"CLOB", "NCLOB", "BLOB", "BFILE", "LONG", "LONG RAW", "XMLTYPE", "JSON", "VECTOR", "vector":
		return true
	}
	return false
}

// Extended reports whether the type is one of Oracle's extended data types, whose values are stored as large objects
// (Oracle Database SQL Language Reference, "Extended Data Types").
func (c *ColumnType) Extended() bool {
	switch c.DataType {
	case "VARCHAR2", "NVARCHAR2":
		return c.ByteLength > 4000
	case "RAW":
		return c.ByteLength > 2000
	}
	return false
}

// Column is a column of a table. Columns with the same type and attributes share their ColumnType.
type Column struct {
	Name string
	*ColumnType
	Default  *string // as the catalog writes it; nil where there is none
	Comment  *string // nil where there is none
	Position uint16  // from 1
}

// FactColumns are the columns of the tables and views in scope, in order of their position.
var FactColumns = NewFact[TableRows[Column]]("columns", "columns of tables and views")

// IndexColumn is one part of an index.
type IndexColumn struct {
	Name       string // empty for an expression
	Expression string
	Prefix     int // length of the indexed prefix; 0 is the whole column
	Nullable   bool
	Descending bool // of InnoDB tables of MariaDB, see FactDescendingIndexes
}

// BitmapJoin is the Type of a bitmap index over a join (Oracle).
const BitmapJoin = "BITMAP JOIN"

// Index is an index of a table.
type Index struct {
	Name       string
	Schema     string // if it is not the table's schema (Oracle)
	Primary    bool
	Unique     bool
	Type       string // BTREE, FULLTEXT, …; empty if reading it would open every table
	Invisible  bool   // MariaDB: IGNORED
	Unordered  bool   // FULLTEXT, or a hash: known even where Type is not
	Constraint bool   // it belongs to a constraint and is dropped with it (Oracle)
	Unchecked  bool   // older rows may violate it (Oracle: NOVALIDATE)
	// Partitioned reports that it is partitioned (Oracle): it cannot be rebuilt as a whole.
	Partitioned bool
	Columns     []IndexColumn
}

// Key reports whether the index identifies every row: it is the primary key, or unique over
// columns that are all NOT NULL. OceanBase Migration Service calls this a unique row id.
func (i Index) Key() bool {
	if i.Primary || i.Unchecked {
		return !i.Unchecked
	}
	return i.Unique && !slices.ContainsFunc(i.Columns, func(c IndexColumn) bool { return c.Nullable || c.Name == "" })
}

// FactIndexes are the indexes of the tables in scope, the primary key first, then by name.
var FactIndexes = NewFact[TableRows[Index]]("indexes", "indexes")

// FactDescendingIndexes are the names of the indexes with a descending part, in order. MariaDB opens every table for
// them.
var FactDescendingIndexes = NewFact[TableRows[string]]("descending_indexes", "descending indexes")
