package datasource

// ForeignKey is a foreign key of the table that it is listed under, its child.
type ForeignKey struct {
	Name          string
	Columns       []string  // of the child, in the key's order
	Parent        TableName // without a name where the account may not see which table it is (Oracle)
	ParentColumns []string  // one for each of Columns
	// OnUpdate and OnDelete are RESTRICT, NO ACTION, CASCADE, SET NULL or SET DEFAULT. They are
	// empty where the account may see that there is a foreign key, but not its rules.
	OnUpdate, OnDelete string
	// Only Oracle's dictionary says these:
	Deferrable bool // it may be checked as late as at the commit
	Disabled   bool // it refuses nothing
	Unchecked  bool // rows that were there before it may break it (NOVALIDATE)
}

// FactForeignKeys are the foreign keys by their child, for the children in scope, in order of their names.
// Parents may be outside the scope.
var FactForeignKeys = NewFact[TableRows[ForeignKey]]("foreign_keys", "foreign keys")
