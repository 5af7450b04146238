package datasource

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// Fact names one thing that can be known of a database. Each is declared beside its type,
// one file per fact.
type Fact string

// Reader reads one fact. What it gives has the type that the fact's method on Facts gives.
// An error says why the fact could not be had; it is an *Error where the server or the way to
// it is the reason. A Reader may be asked for several facts at a time.
type Reader interface {
	Read(ctx context.Context, fact Fact) (any, error)
	Close() error
}

// Facts gives the facts of one database. Each is read once, when it is first asked for.
type Facts struct {
	reader  Reader
	context context.Context

	mu      sync.Mutex
	loads   map[Fact]*Once[any]
	settled bool
}

// Once is a value that is read once, however many ask for it at the same time.
type Once[T any] struct {
	start sync.Once
	done  chan struct{}
	value T
	err   error
}

// Get waits for the value under ctx. The first call starts read under base, so that one impatient
// caller does not spoil the value for the others; values of its ctx, such as the check that asks,
// go along. A panic of read is an error.
func (o *Once[T]) Get(ctx, base context.Context, read func(context.Context) (T, error)) (T, error) {
	o.start.Do(func() {
		o.done = make(chan struct{})
		go func() {
			defer close(o.done)
			defer func() {
				if r := recover(); r != nil {
					o.err = fmt.Errorf("panic: %v", r)
				}
			}()
			o.value, o.err = read(valuesOf{base, ctx})
		}()
	})
	defer pauseClock(ctx)()
	select { // what is there is given even to a caller whose time is up
	case <-o.done:
		return o.value, o.err
	default:
	}
	select {
	case <-o.done:
		return o.value, o.err
	case <-ctx.Done():
		var none T
		return none, context.Cause(ctx)
	}
}

// settle waits under ctx for a read that has started, and keeps one that has not from starting.
func (o *Once[T]) settle(ctx context.Context) {
	o.start.Do(func() {
		o.done, o.err = make(chan struct{}), errSettled
		close(o.done)
	})
	select {
	case <-o.done:
	case <-ctx.Done():
	}
}

// errSettled says that a fact is asked for when its reader is about to close.
var errSettled = errors.New("the run is over")

// NewFacts gives facts that reader reads under ctx: ctx ends every read, whoever asked first.
func NewFacts(ctx context.Context, reader Reader) *Facts {
	return &Facts{reader: reader, context: ctx, loads: map[Fact]*Once[any]{}}
}

func get[T any](ctx context.Context, f *Facts, fact Fact) (T, error) {
	var none T
	f.mu.Lock()
	once := f.loads[fact]
	if once == nil {
		if f.settled {
			f.mu.Unlock()
			return none, errSettled
		}
		once = &Once[any]{}
		f.loads[fact] = once
	}
	f.mu.Unlock()

	value, err := once.Get(ctx, f.context, func(ctx context.Context) (any, error) { return f.reader.Read(ctx, fact) })
	if err != nil {
		return none, err
	}
	typed, ok := value.(T)
	if !ok {
		return none, fmt.Errorf("the fact %s is a %T, wanted %T", fact, value, none)
	}
	return typed, nil
}

// Settle waits under ctx until no fact is being read, and lets no more reads start: what they ask
// of the server is over when it returns, if it returns before ctx ends.
func (f *Facts) Settle(ctx context.Context) {
	f.mu.Lock()
	f.settled = true
	started := slices.Collect(maps.Values(f.loads))
	f.mu.Unlock()
	for _, once := range started {
		once.settle(ctx)
	}
}

// valuesOf ends with its Context and looks values up in another.
type valuesOf struct {
	context.Context
	values context.Context
}

func (v valuesOf) Value(key any) any {
	if value := v.values.Value(key); value != nil {
		return value
	}
	return v.Context.Value(key)
}

// Clock is a time limit that stands still while its owner waits for a fact, for the wait is
// bounded by the statements' own limits.
type Clock struct {
	mu      sync.Mutex
	timer   *time.Timer
	left    time.Duration
	started time.Time
	waits   int
}

type clockKey struct{}

// ErrTimeLimit is the cause of a context whose Clock ran out.
var ErrTimeLimit = errors.New("the check's time limit was reached")

// WithClock gives a context that is cancelled with ErrTimeLimit after limit, not counting the
// time spent waiting for facts. Call stop to release it.
func WithClock(ctx context.Context, limit time.Duration) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &Clock{left: limit, started: time.Now()}
	c.timer = time.AfterFunc(limit, func() { cancel(ErrTimeLimit) })
	return context.WithValue(ctx, clockKey{}, c), func() {
		c.timer.Stop()
		cancel(nil)
	}
}

func pauseClock(ctx context.Context) (resume func()) {
	c, ok := ctx.Value(clockKey{}).(*Clock)
	if !ok {
		return func() {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waits++; c.waits == 1 {
		c.timer.Stop()
		c.left -= time.Since(c.started)
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.waits--; c.waits == 0 && ctx.Err() == nil {
			c.started = time.Now()
			c.timer.Reset(max(c.left, 0))
		}
	}
}

// Snapshot is a Reader over values in memory: each fact's value, or the error that reading it
// gives. A fact that it does not hold could not be read.
type Snapshot map[Fact]any

// Read gives the value that the snapshot holds for fact.
func (s Snapshot) Read(_ context.Context, fact Fact) (any, error) {
	value, ok := s[fact]
	if !ok {
		return nil, fmt.Errorf("the snapshot does not hold the fact %q", fact)
	}
	if err, failed := value.(error); failed {
		return nil, err
	}
	return value, nil
}

// Close does nothing.
func (Snapshot) Close() error { return nil }
