package datasource_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

// sleep waits for a value that takes d to read.
func sleep(ctx context.Context, d time.Duration) {
	var once datasource.Once[int]
	_, _ = once.Get(ctx, context.WithoutCancel(ctx), func(context.Context) (int, error) {
		time.Sleep(d)
		return 0, nil
	})
}

func TestClockEndsAtItsLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := datasource.WithClock(t.Context(), time.Second)
		defer stop()
		began := time.Now()
		<-ctx.Done()
		if took := time.Since(began); took != time.Second || !errors.Is(context.Cause(ctx), datasource.ErrTimeLimit) {
			t.Errorf("ended after %s: %v", took, context.Cause(ctx))
		}
	})
}

// The time that a caller waits for a value does not count towards its limit; its own time does.
func TestClockIsPausedWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := datasource.WithClock(t.Context(), time.Second)
		defer stop()
		time.Sleep(600 * time.Millisecond)
		sleep(ctx, time.Minute)
		if ctx.Err() != nil {
			t.Fatal("the limit was reached by waiting")
		}
		began := time.Now()
		<-ctx.Done()
		if left := time.Since(began); left != 400*time.Millisecond {
			t.Errorf("%s were left after the wait", left)
		}
	})
}

// If several waits overlap, the end of the last one resumes the clock.
func TestClockIsPausedByEachWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := datasource.WithClock(t.Context(), time.Second)
		defer stop()
		go sleep(ctx, time.Minute)
		go sleep(ctx, 3*time.Minute)
		began := time.Now()
		<-ctx.Done()
		if took := time.Since(began); took != 3*time.Minute+time.Second {
			t.Errorf("ended after %s", took)
		}
	})
}

func TestStoppedClockDoesNotRunOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := datasource.WithClock(t.Context(), time.Second)
		stop()
		sleep(ctx, time.Minute)
		time.Sleep(time.Minute)
		if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
			t.Errorf("got %v", cause)
		}
	})
}
