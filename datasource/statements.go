package datasource

import "context"

type statementsKey struct{}

// StatementHook is called before a statement runs under ctx. The function that it returns is called with the number of
// rows that were read, and with the error of the statement, once it has ended.
type StatementHook func(ctx context.Context, query string) func(rows int, err error)

// WithStatements returns a context under which readers report their statements to a hook, after those that ctx has.
func WithStatements(ctx context.Context, hook StatementHook) context.Context {
	if before, ok := ctx.Value(statementsKey{}).(StatementHook); ok {
		added := hook
		hook = func(ctx context.Context, query string) func(int, error) {
			first, second := before(ctx, query), added(ctx, query)
			return func(rows int, err error) {
				first(rows, err)
				second(rows, err)
			}
		}
	}
	return context.WithValue(ctx, statementsKey{}, hook)
}

// Statement reports a statement to the hooks of ctx. The caller calls the function that it returns once the statement
// has ended.
func Statement(ctx context.Context, query string) func(rows int, err error) {
	if hook, ok := ctx.Value(statementsKey{}).(StatementHook); ok {
		return hook(ctx, query)
	}
	return func(int, error) {}
}
