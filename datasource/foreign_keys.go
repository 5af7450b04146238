package datasource

// ForeignKey is a foreign key of the table that it is listed under, its child.
type ForeignKey struct {
	Name          string
	Columns       []string  // of the child, in the key's order
	Parent        TableName // without a name if the account may not see the table (Oracle)
	ParentColumns []string  // one for each of Columns
	// OnUpdate and OnDelete are RESTRICT, NO ACTION, CASCADE, SET NULL or SET DEFAULT. They are empty if the
	// account may see the foreign key, but not its rules.
	OnUpdate, OnDelete string
	// Only Oracle's dictionary has these:
	Deferrable bool // its check can be deferred until the commit
	Disabled   bool // it is not enforced
	Unchecked  bool // older rows may violate it (NOVALIDATE)
	// ParentUnnamed reports that the dictionary does not name the key that it refers to (OceanBase).
	ParentUnnamed bool
}

// FactForeignKeys are the foreign keys by their child, for the children in scope, in order of their names.
// Parents may be outside the scope.
var FactForeignKeys = NewFact[TableRows[ForeignKey]]("foreign_keys", "foreign keys")
