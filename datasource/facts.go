package datasource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
)

// Reader reads one fact. The value has the fact's type; the error is the reason why there is none: an *Error
// if the server or the connection to it failed. A Reader is safe for concurrent use.
type Reader interface {
	Read(ctx context.Context, fact AnyFact) (any, error)
	Close() error
}

// Facts returns access to the facts of one database. Each is read once, when it is first needed.
type Facts struct {
	*cache
	declared map[AnyFact]bool // the facts that may be read; nil: all

	refusing    sync.Mutex
	refused     []AnyFact
	notCaptured error // the first error of class ErrNotCaptured
}

// cache holds the values read from one reader.
type cache struct {
	reader  Reader
	context context.Context

	mu      sync.Mutex
	loads   map[AnyFact]*Once[any]
	stopped bool
}

// NewFacts returns facts that reader reads under ctx: the end of ctx ends every read, regardless of its
// caller.
func NewFacts(ctx context.Context, reader Reader) *Facts {
	return &Facts{cache: &cache{reader: reader, context: ctx, loads: map[AnyFact]*Once[any]{}}}
}

// ErrUndeclared is the error of a fact that is not among those that Facts.Only allows.
var ErrUndeclared = errors.New("the fact is not declared")

// Only returns a view of the same facts in which every other fact fails with ErrUndeclared. Both share the
// values that have been read. A Query is declared for every argument.
func (f *Facts) Only(facts ...AnyFact) *Facts {
	declared := make(map[AnyFact]bool, len(facts))
	for _, fact := range facts {
		if f.allows(fact) {
			declared[fact.declared()] = true
		}
	}
	return &Facts{cache: f.cache, declared: declared}
}

// Read returns the value of a fact, read if it is needed for the first time.
func (f *Facts) Read(ctx context.Context, fact AnyFact) (any, error) {
	return valueOf[any](ctx, f, fact)
}

// Ahead starts to read facts that the caller is about to read one after another, so that the server answers them at the
// same time. Facts that are not declared are left out.
func (f *Facts) Ahead(ctx context.Context, facts ...AnyFact) {
	for _, fact := range facts {
		if !f.allows(fact) {
			continue
		}
		if once := f.once(fact); once != nil {
			once.begin(ctx, f.context, f.reading(fact))
		}
	}
}

// Refused returns the facts that this view has refused, in the order of the attempts.
func (f *Facts) Refused() []AnyFact {
	f.refusing.Lock()
	defer f.refusing.Unlock()
	return slices.Clone(f.refused)
}

// NotCaptured returns the first error of class ErrNotCaptured that a read through this view had, nil if there was none.
func (f *Facts) NotCaptured() error {
	f.refusing.Lock()
	defer f.refusing.Unlock()
	return f.notCaptured
}

func (f *Facts) allows(fact AnyFact) bool { return f.declared == nil || f.declared[fact.declared()] }

// Stop prevents further reads, and waits under ctx until no fact is being read: unless ctx ended first, no
// statement for these facts runs on the server when it returns.
func (f *Facts) Stop(ctx context.Context) {
	f.mu.Lock()
	f.stopped = true
	started := slices.Collect(maps.Values(f.loads))
	f.mu.Unlock()
	for _, once := range started {
		once.stop(ctx)
	}
}

// valueOf returns the value of a fact, read if it is needed for the first time.
func valueOf[T any](ctx context.Context, f *Facts, fact AnyFact) (T, error) {
	var none T
	if !f.allows(fact) {
		f.refusing.Lock()
		f.refused = append(f.refused, fact)
		f.refusing.Unlock()
		return none, fmt.Errorf("%w: %s", ErrUndeclared, fact.Name())
	}
	value, err := f.load(ctx, fact)
	if ClassOf(err) == ErrNotCaptured {
		f.refusing.Lock()
		if f.notCaptured == nil {
			f.notCaptured = err
		}
		f.refusing.Unlock()
	}
	if err != nil {
		return none, err
	}
	typed, ok := value.(T)
	if !ok {
		return none, fmt.Errorf("the value of the fact %s is a %T, must be a %s", fact.Name(), value, fact.Type())
	}
	return typed, nil
}

func (c *cache) load(ctx context.Context, fact AnyFact) (any, error) {
	once := c.once(fact)
	if once == nil {
		return nil, errStopped
	}
	return once.Get(ctx, c.context, c.reading(fact))
}

// once returns where the value of a fact is kept, nil if it has not been read and no further fact is.
func (c *cache) once(fact AnyFact) *Once[any] {
	c.mu.Lock()
	defer c.mu.Unlock()
	once := c.loads[fact]
	if once == nil && !c.stopped {
		once = &Once[any]{}
		c.loads[fact] = once
	}
	return once
}

func (c *cache) reading(fact AnyFact) func(context.Context) (any, error) {
	return func(ctx context.Context) (any, error) { return c.reader.Read(ctx, fact) }
}
