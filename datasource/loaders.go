package datasource

import (
	"context"
	"fmt"
	"slices"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Cost is the cost of reading a fact.
type Cost struct {
	// Types are the types of endpoint that the fact can be read from. Empty is every type of the reader.
	Types []Type
	// Statements is the maximum number of statements. It does not include those that a reader runs once for
	// all facts, to identify the server and to determine what the account may read.
	Statements int
	// Needs are the privileges. Without any, the fact can be read by every account that may log on.
	Needs []Needs
}

// Needs are the privileges that reading a fact requires on one product.
type Needs struct {
	Product    Type     // empty: every type of the reader without its own Needs
	Since      Version  // the first version that needs these; zero: every version
	Privileges []string // all of them are needed; empty: none
}

// For returns the cost of a fact that can be read only from these types of endpoint.
func (c Cost) For(types ...Type) Cost {
	c.Types = types
	return c
}

// NeedsOf returns the needs of one type of endpoint, in order of their versions.
func (c Cost) NeedsOf(t Type) []Needs {
	of := func(product Type) []Needs {
		return slices.DeleteFunc(slices.Clone(c.Needs), func(n Needs) bool { return n.Product != product })
	}
	found := of(t)
	if len(found) == 0 {
		found = of("")
	}
	slices.SortStableFunc(found, func(a, b Needs) int { return a.Since.Compare(b.Since) })
	return found
}

// Privileges returns the privileges that reading the fact requires on one version of a product.
func (c Cost) Privileges(t Type, v Version) []string {
	var found []string
	for _, n := range c.NeedsOf(t) {
		if v.Compare(n.Since) >= 0 {
			found = n.Privileges
		}
	}
	return found
}

// Loader ties a fact to the method of a reader R that reads it.
type Loader[R any] struct {
	fact AnyFact
	cost Cost
	read func(context.Context, R, AnyFact) (any, error)
}

// Load returns the loader of a fact.
func Load[R, T any](fact *Fact[T], read func(R, context.Context) (T, error), cost Cost) Loader[R] {
	return Loader[R]{fact, cost, func(ctx context.Context, reader R, _ AnyFact) (any, error) {
		return read(reader, ctx)
	}}
}

// LoadQuery returns the loader of a query.
func LoadQuery[R, A, T any](query *Query[A, T], read func(R, context.Context, A) (T, error), cost Cost) Loader[R] {
	return Loader[R]{query, cost, func(ctx context.Context, reader R, fact AnyFact) (any, error) {
		asked, ok := fact.(question[A, T])
		if !ok {
			return nil, fmt.Errorf("the fact %s must have an argument", fact.Name())
		}
		argument, err := asked.decodeArgument()
		if err != nil {
			return nil, fmt.Errorf("the argument of the fact %s: %w", fact.Name(), err)
		}
		return read(reader, ctx, argument)
	}}
}

// Loaders are the facts that readers R can read.
type Loaders[R any] struct {
	types  []Type
	byFact map[AnyFact]Loader[R]
}

// NewLoaders returns the loaders of readers that serve these types of endpoint. It panics where a fact
// has two loaders.
func NewLoaders[R any](types []Type, loaders ...Loader[R]) *Loaders[R] {
	l := &Loaders[R]{types, make(map[AnyFact]Loader[R], len(loaders))}
	for _, loader := range loaders {
		if _, twice := l.byFact[loader.fact]; twice {
			panic("two loaders of the fact " + loader.fact.Name())
		}
		l.byFact[loader.fact] = loader
	}
	return l
}

// Read reads a fact of an endpoint of type t. The error of a fact without a loader is an *Error of
// class ErrUnsupported.
func (l *Loaders[R]) Read(ctx context.Context, reader R, t Type, fact AnyFact) (any, error) {
	loader, ok := l.byFact[fact.declared()]
	if !ok {
		return nil, notReadable(message.New("datasource.fact.unreadable", "fact", fact.String(), "type", string(t)))
	}
	return loader.read(ctx, reader, fact)
}

// Cost returns the cost of reading a fact of an endpoint of type t. It reports false if the fact cannot be
// read there.
func (l *Loaders[R]) Cost(fact AnyFact, t Type) (Cost, bool) {
	loader, ok := l.byFact[fact.declared()]
	types := loader.cost.Types
	if len(types) == 0 {
		types = l.types
	}
	return loader.cost, ok && slices.Contains(types, t)
}

// notReadable returns the error of a reader for a fact without a loader.
func notReadable(why message.Text) *Error { return &Error{Class: ErrUnsupported, Cause: why} }
