package mysql

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"
)

// get reads a value of r, for a reader that was opened at a time.
func get(ctx context.Context, r *readings, opened time.Time, read func(context.Context) (int, error)) (int, error) {
	value, err := r.get(ctx, "key", opened, func(ctx context.Context) (any, error) { return read(ctx) })
	n, _ := value.(int)
	return n, err
}

func TestReadingsAreSharedWithThoseWhoWereThere(t *testing.T) {
	t.Parallel()
	var r readings
	read := 0
	next := func(context.Context) (int, error) {
		read++
		return read, nil
	}
	early := time.Now()
	for range 3 {
		if n, err := get(t.Context(), &r, early, next); n != 1 || err != nil {
			t.Errorf("got %d, %v, want the first reading", n, err)
		}
	}
	late := time.Now()
	if n, err := get(t.Context(), &r, late, next); n != 2 || err != nil {
		t.Errorf("got %d, %v, want a reading of its own", n, err)
	}
	if n, err := get(t.Context(), &r, early, next); n != 2 || err != nil {
		t.Errorf("got %d, %v, want the newer reading", n, err)
	}
}

func TestErrorIsNotKept(t *testing.T) {
	t.Parallel()
	var r readings
	opened, failure := time.Now(), errors.New("denied")
	if _, err := get(t.Context(), &r, opened, func(context.Context) (int, error) { return 0, failure }); err != failure {
		t.Errorf("got %v, want %v", err, failure)
	}
	if n, err := get(t.Context(), &r, opened, func(context.Context) (int, error) { return 1, nil }); n != 1 || err != nil {
		t.Errorf("got %d, %v, want a new reading", n, err)
	}
	if _, err := get(t.Context(), &r, time.Now(), func(context.Context) (int, error) { panic("loader") }); err == nil {
		t.Error("a panic is no error")
	}
}

// A reading goes on while anybody waits for it, and is over when the last one returns.
func TestReadingEndsWithTheLastWhoWaits(t *testing.T) {
	t.Parallel()
	var r readings
	opened, gone := time.Now(), errors.New("gone")
	begun, over := make(chan struct{}), false
	slow := func(ctx context.Context) (int, error) {
		close(begun)
		<-ctx.Done()
		over = true
		return 0, context.Cause(ctx)
	}
	first, leaveFirst := context.WithCancelCause(t.Context())
	second, leaveSecond := context.WithCancelCause(t.Context())
	var waiting sync.WaitGroup
	left := make(chan struct{})
	waiting.Go(func() {
		if _, err := get(first, &r, opened, slow); err != gone {
			t.Errorf("got %v, want %v", err, gone)
		}
		close(left)
	})
	<-begun
	waiting.Go(func() {
		if _, err := get(second, &r, opened, slow); err != gone {
			t.Errorf("got %v, want %v", err, gone)
		}
		if !over {
			t.Error("the last one returned while the value was being read")
		}
	})
	for r.waiting("key") < 2 {
		time.Sleep(time.Millisecond)
	}
	leaveFirst(gone)
	<-left
	if n := r.waiting("key"); n != 1 {
		t.Errorf("%d wait after one of two left", n)
	}
	leaveSecond(gone)
	waiting.Wait()
	if n, err := get(t.Context(), &r, opened, func(context.Context) (int, error) { return 7, nil }); n != 7 || err != nil {
		t.Errorf("got %d, %v, want a new reading", n, err)
	}
}

func (r *readings) waiting(key any) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	if one := r.byKey[key]; one != nil {
		return one.waiting
	}
	return 0
}
