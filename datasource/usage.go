package datasource

import "context"

// Scope gives the schemas whose objects a Reader reads, as the server writes their names.
type Scope func(context.Context) ([]string, error)

// Usage is what a Reader has asked of its server so far.
type Usage struct {
	Statements  map[string]int // by the check that asked first; "" where none did
	Connections int            // most that were open at a time
}

// Metered is a Reader that counts what it asks of its server.
type Metered interface{ Usage() Usage }

type askerKey struct{}

// WithAsker gives a context that says which check asks for facts: statements carry its type,
// and Usage counts them under it.
func WithAsker(ctx context.Context, checkType string) context.Context {
	return context.WithValue(ctx, askerKey{}, checkType)
}

// Asker gives the type of the check that asks for facts under ctx, empty where none does.
func Asker(ctx context.Context) string {
	checkType, _ := ctx.Value(askerKey{}).(string)
	return checkType
}
