package datasource

import "context"

// SQLModes tells of modes that not every server of the MySQL protocol has whether the server
// takes them as a part of sql_mode, by name. A mode that is not in it was not asked about.
type SQLModes map[string]bool

// FactSQLModes are the modes of SQL that the server takes.
const FactSQLModes Fact = "sql modes"

// SQLModes gives which modes of SQL the server takes, of those that not every one has.
func (f *Facts) SQLModes(ctx context.Context) (SQLModes, error) {
	return get[SQLModes](ctx, f, FactSQLModes)
}
