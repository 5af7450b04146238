package datasource_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

func TestOnceReadsOnceForAllCallers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var once datasource.Once[int]
		reads, results := 0, make(chan int)
		for range 50 {
			go func() {
				n, err := once.Get(t.Context(), t.Context(), func(context.Context) (int, error) {
					reads++
					time.Sleep(time.Second)
					return 42, nil
				})
				if err != nil {
					t.Error(err)
				}
				results <- n
			}()
		}
		for range 50 {
			if n := <-results; n != 42 {
				t.Errorf("got %d", n)
			}
		}
		if reads != 1 {
			t.Errorf("%d reads", reads)
		}
	})
}

// A cancelled caller receives the error of its own context; the read continues.
func TestOnceOutlivesCancelledCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var once datasource.Once[int]
		read := func(ctx context.Context) (int, error) {
			select {
			case <-time.After(time.Minute):
				return 42, nil
			case <-ctx.Done():
				return 0, ctx.Err()
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := once.Get(ctx, t.Context(), read); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the cancelled caller: %v", err)
		}
		if n, err := once.Get(t.Context(), t.Context(), read); n != 42 || err != nil {
			t.Errorf("the next caller: %d, %v", n, err)
		}
		if n, err := once.Get(ctx, t.Context(), read); n != 42 || err != nil {
			t.Errorf("a caller whose context has ended, once the value is there: %d, %v", n, err)
		}
	})
}

func TestOnceEndsWithItsBaseAndHasTheCallersValues(t *testing.T) {
	t.Parallel()
	var once datasource.Once[string]
	base, cancel := context.WithCancel(t.Context())
	cancel()
	ctx := datasource.WithCaller(t.Context(), "RDB_CONNECT")
	got, err := once.Get(ctx, base, func(ctx context.Context) (string, error) {
		return datasource.Caller(ctx), ctx.Err()
	})
	if got != "RDB_CONNECT" || !errors.Is(err, context.Canceled) {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestOnceReturnsAPanicAsAnError(t *testing.T) {
	t.Parallel()
	var once datasource.Once[int]
	_, err := once.Get(t.Context(), t.Context(), func(context.Context) (int, error) { panic("boom") })
	if err == nil || !strings.Contains(err.Error(), "boom") {
		t.Errorf("got %v", err)
	}
}
