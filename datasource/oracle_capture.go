package datasource

// CollectionColumn is a column of an Oracle table that is a collection or a reference to an object, or an attribute of
// such a type in a column of an object type.
type CollectionColumn struct {
	Path string // the column; for an attribute, a path that starts with the column
	Kind string // VARRAY, NESTED TABLE or REF
}

// FactCollectionColumns are the collections and references in the tables in scope.
var FactCollectionColumns = NewFact[TableRows[CollectionColumn]]("collection_columns", "collections and references")

// FactUncapturedTables are the tables in scope of which Oracle GoldenGate's capture process captures no change
// (DBA_GOLDENGATE_SUPPORT_MODE, SUPPORT_MODE=NONE; 11.2.0.4 and later). It fails with an Error of class ErrPrivilege
// where the account may not read it.
var FactUncapturedTables = NewFact[ByName[bool]]("uncaptured_tables", "tables without capture of changes")
