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
