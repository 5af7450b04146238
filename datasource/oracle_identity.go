package datasource

// IdentityColumn is an identity column of Oracle.
type IdentityColumn struct {
	Column   string
	Always   bool      // GENERATED ALWAYS: a statement that supplies a value is rejected (ORA-32795)
	Sequence TableName // that generates its numbers; without a name if the release does not show it
}

// FactIdentityColumns are the identity columns of the tables in scope.
var FactIdentityColumns = NewFact[TableRows[IdentityColumn]]("identity_columns", "identity columns")
