package datasource

import "context"

type statementsKey struct{}

// StatementHook is called before a statement runs under ctx. The function that it returns is called with the error of
// the statement once its rows are read.
type StatementHook func(ctx context.Context, query string) func(error)

// WithStatements returns a context under which readers report their statements to a hook.
func WithStatements(ctx context.Context, hook StatementHook) context.Context {
	return context.WithValue(ctx, statementsKey{}, hook)
}

// Statement reports a statement to the hook of ctx, if there is one. The caller calls the function that it returns
// once the statement has ended.
func Statement(ctx context.Context, query string) func(error) {
	if hook, ok := ctx.Value(statementsKey{}).(StatementHook); ok {
		return hook(ctx, query)
	}
	return func(error) {}
}
