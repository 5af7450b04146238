package datasource

import "context"

// IdentityColumn is a column that Oracle numbers by itself.
type IdentityColumn struct {
	Column   string
	Always   bool      // GENERATED ALWAYS: a statement that gives a value is refused (ORA-32795)
	Sequence TableName // that its numbers come from; without a name where the release does not tell
}

// FactIdentityColumns are the identity columns of the tables in scope.
const FactIdentityColumns Fact = "identity columns"

// IdentityColumns gives the identity columns of the tables in scope.
func (f *Facts) IdentityColumns(ctx context.Context) (ByTable[IdentityColumn], error) {
	return get[ByTable[IdentityColumn]](ctx, f, FactIdentityColumns)
}
