package datasource

import "context"

// Scope returns the schemas whose objects a Reader reads, as the server writes their names.
type Scope func(context.Context) ([]string, error)

// Selected returns the tables whose rows of a fact are needed, in order of their names. ok is false where those of
// every table in scope are.
type Selected func(ctx context.Context, fact AnyFact) (tables []TableName, ok bool)

// Selective is a Reader that can read facts of selected tables, where that costs less than those of all tables in
// scope. It may read more.
type Selective interface {
	// Select is called before the first fact is read.
	Select(Selected)
}

// Usage is the use that a Reader has made of its server.
type Usage struct {
	Statements  map[string]int // by Caller; "" where there is none
	Connections int            // maximum number that was open at a time
	Admitted    int            // number that could be opened, if not as many as the limit; otherwise 0
}

// Metered is a Reader that counts its use of the server.
type Metered interface{ Usage() Usage }

type callerKey struct{}

// WithCaller returns a context that names the check that reads facts: statements carry its type, and Usage
// counts them under it.
func WithCaller(ctx context.Context, checkType string) context.Context {
	return context.WithValue(ctx, callerKey{}, checkType)
}

// Caller returns the type of the check that reads facts under ctx, empty where there is none.
func Caller(ctx context.Context) string {
	checkType, _ := ctx.Value(callerKey{}).(string)
	return checkType
}
