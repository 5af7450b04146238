package datasource

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrTimeLimit is the cause of a context whose clock ran out.
var ErrTimeLimit = errors.New("the check's time limit was reached")

// WithClock returns a context that is cancelled with ErrTimeLimit after limit. The time spent waiting for
// facts does not count, because the statements have their own limits. Call stop to release it.
func WithClock(ctx context.Context, limit time.Duration) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	c := &clock{left: limit, started: time.Now()}
	c.timer = time.AfterFunc(limit, func() { cancel(ErrTimeLimit) })
	return context.WithValue(ctx, clockKey{}, c), func() {
		c.timer.Stop()
		cancel(nil)
	}
}

type clockKey struct{}

// clock is a time limit that can be paused.
type clock struct {
	mu      sync.Mutex
	timer   *time.Timer
	left    time.Duration
	started time.Time
	pauses  int // that have not been resumed
}

// pauseClock pauses the clock of ctx, if it has one, until resume is called.
func pauseClock(ctx context.Context) (resume func()) {
	c, ok := ctx.Value(clockKey{}).(*clock)
	if !ok {
		return func() {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pauses++; c.pauses == 1 {
		c.timer.Stop()
		c.left -= time.Since(c.started)
	}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.pauses--; c.pauses == 0 && ctx.Err() == nil {
			c.started = time.Now()
			c.timer.Reset(max(c.left, 0))
		}
	}
}
