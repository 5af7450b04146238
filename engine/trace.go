package engine

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Tracer follows what a run does. Each method is called before something begins. It returns the context under which
// that happens, and a function that is called once it has ended.
type Tracer interface {
	// Run is called for a run. The report is nil if the task could not be run.
	Run(context.Context, Task) (context.Context, func(*Report))
	// Item is called for an item, under the context of its run.
	Item(context.Context, Item) (context.Context, func(Result))
	// Fact is called when a fact of a database is read, under the context of the item that needs it first.
	Fact(context.Context, checks.Side, checks.Role, datasource.AnyFact) (context.Context, func(error))
}

// WithTracer follows each run with a tracer.
func WithTracer(t Tracer) Option { return func(o *options) { o.engine.tracer = t } }

// untraced is the Tracer of an engine without one.
type untraced struct{}

// Run follows nothing.
func (untraced) Run(ctx context.Context, _ Task) (context.Context, func(*Report)) {
	return ctx, func(*Report) {}
}

// Item follows nothing.
func (untraced) Item(ctx context.Context, _ Item) (context.Context, func(Result)) {
	return ctx, func(Result) {}
}

// Fact follows nothing.
func (untraced) Fact(ctx context.Context, _ checks.Side, _ checks.Role,
	_ datasource.AnyFact) (context.Context, func(error)) {
	return ctx, func(error) {}
}
