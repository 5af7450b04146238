package mysql

import (
	"context"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

// readings are the values that readers of one link have read, by key.
type readings struct {
	mu    sync.Mutex
	byKey map[any]*reading
}

// reading is a value that is being read or has been read.
type reading struct {
	began   time.Time
	value   datasource.Once[any]
	context context.Context
	cancel  context.CancelCauseFunc
	done    chan struct{} // closed when nothing is read any more
	waiting int
}

// readingsKept is how long a value is kept for readers that were opened before it was read.
const readingsKept = 5 * time.Second

// shared returns the value of a key, from the reader's link if it was read after the reader had been opened.
func shared[T any](ctx context.Context, r *Reader, key any, read func(context.Context) (T, error)) (T, error) {
	if !r.sharing {
		return read(ctx)
	}
	value, err := r.link.readings.get(ctx, key, r.opened, func(ctx context.Context) (any, error) { return read(ctx) })
	typed, _ := value.(T)
	return typed, err
}

// get waits under ctx for a value that was read after a time. A reading ends with the last one who waits for it: get
// returns after it. Errors are for those only who waited.
func (a *readings) get(ctx context.Context, key any, after time.Time,
	read func(context.Context) (any, error)) (any, error) {
	one := a.enter(key, after)
	value, err := one.value.Get(ctx, one.context, func(ctx context.Context) (any, error) {
		defer close(one.done)
		return read(ctx)
	})
	if a.leave(ctx, key, one, err) {
		<-one.done
	}
	return value, err
}

func (a *readings) enter(key any, after time.Time) *reading {
	a.mu.Lock()
	defer a.mu.Unlock()
	one := a.byKey[key]
	if one == nil || one.began.Before(after) {
		for key, old := range a.byKey {
			if time.Since(old.began) > readingsKept && old.waiting == 0 {
				delete(a.byKey, key)
			}
		}
		one = &reading{began: time.Now(), done: make(chan struct{})}
		one.context, one.cancel = context.WithCancelCause(context.Background())
		if a.byKey == nil {
			a.byKey = map[any]*reading{}
		}
		a.byKey[key] = one
	}
	one.waiting++
	return one
}

// leave ends the wait of one reader. It reports whether that cancelled the reading, as nobody else waits for it.
func (a *readings) leave(ctx context.Context, key any, one *reading, err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	one.waiting--
	read := false
	select {
	case <-one.done:
		read = true
	default:
	}
	cancelled := !read && one.waiting == 0
	if (cancelled || read && err != nil) && a.byKey[key] == one {
		delete(a.byKey, key) // the next one asks again
	}
	if read || cancelled {
		one.cancel(context.Cause(ctx))
	}
	return cancelled
}
