package datasource

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Once is a value that is read once, regardless of the number of concurrent callers.
type Once[T any] struct {
	start sync.Once
	done  chan struct{}
	value T
	err   error
}

// Get waits for the value under ctx. The first call starts read under base, so that a cancelled caller does
// not fail the others; the values of its ctx, such as the caller's name, are passed on. A panic of read is
// returned as an error. The Clock of ctx is paused while Get waits.
func (o *Once[T]) Get(ctx, base context.Context, read func(context.Context) (T, error)) (T, error) {
	o.begin(ctx, base, read)
	defer pauseClock(ctx)()
	select { // an available value is returned even if the caller's context has ended
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

// begin starts read as the first call of Get does, without waiting.
func (o *Once[T]) begin(ctx, base context.Context, read func(context.Context) (T, error)) {
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
}

// stop waits under ctx for a read that has started, and prevents one that has not.
func (o *Once[T]) stop(ctx context.Context) {
	o.start.Do(func() {
		o.done, o.err = make(chan struct{}), errStopped
		close(o.done)
	})
	select {
	case <-o.done:
	case <-ctx.Done():
	}
}

// errStopped is the error of a read that is requested after Stop.
var errStopped = errors.New("the run has ended")

// valuesOf ends with its Context, and returns the values of another.
type valuesOf struct {
	context.Context
	values context.Context
}

// Value returns the value of the other context, or that of its own if there is none.
func (v valuesOf) Value(key any) any {
	if value := v.values.Value(key); value != nil {
		return value
	}
	return v.Context.Value(key)
}
