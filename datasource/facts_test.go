package datasource_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dbprecheck/precheck/datasource"
)

// reader gives what its function gives, and counts the reads.
type reader struct {
	reads atomic.Int32
	read  func(context.Context) (any, error)
}

func (r *reader) Read(ctx context.Context, _ datasource.Fact) (any, error) {
	r.reads.Add(1)
	return r.read(ctx)
}

func (*reader) Close() error { return nil }

func TestFactIsReadOnceForAll(t *testing.T) {
	t.Parallel()
	r := &reader{read: func(context.Context) (any, error) { return datasource.Variables{"a": "1"}, nil }}
	facts := datasource.NewFacts(t.Context(), r)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			v, err := facts.Variables(t.Context())
			if err != nil || v["a"] != "1" {
				t.Errorf("got %v, %v", v, err)
			}
		})
	}
	wg.Wait()
	if n := r.reads.Load(); n != 1 {
		t.Errorf("the fact was read %d times", n)
	}
}

// One that gives up waiting gets its own context's error; the fact is still read for the others.
func TestImpatientAskerDoesNotSpoilTheFact(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	r := &reader{read: func(ctx context.Context) (any, error) {
		select {
		case <-release:
			return datasource.Variables{}, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	facts := datasource.NewFacts(t.Context(), r)
	impatient, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := facts.Variables(impatient); !errors.Is(err, context.Canceled) {
		t.Fatalf("the impatient asker got %v", err)
	}
	close(release)
	if _, err := facts.Variables(t.Context()); err != nil {
		t.Errorf("the patient asker got %v", err)
	}
}

func TestWrongTypeAndPanicAreErrors(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(context.Context) (any, error){
		"wrong type": func(context.Context) (any, error) { return 42, nil },
		"panic":      func(context.Context) (any, error) { panic("boom") },
	} {
		if _, err := datasource.NewFacts(t.Context(), &reader{read: read}).Variables(t.Context()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

// The time that a check waits for a fact does not count towards its limit; its own does.
func TestClockStandsStillWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &reader{read: func(context.Context) (any, error) {
			time.Sleep(time.Minute)
			return datasource.Variables{}, nil
		}}
		facts := datasource.NewFacts(t.Context(), r)
		ctx, stop := datasource.WithClock(t.Context(), time.Second)
		defer stop()
		if _, err := facts.Variables(ctx); err != nil {
			t.Fatalf("a minute's wait under a limit of a second: %v", err)
		}
		if ctx.Err() != nil {
			t.Fatal("the limit was reached by waiting")
		}
		time.Sleep(2 * time.Second)
		if cause := context.Cause(ctx); !errors.Is(cause, datasource.ErrTimeLimit) {
			t.Errorf("two seconds of own work under a limit of one: %v", cause)
		}
	})
}

func TestSnapshotKnowsWhatItDoesNotHold(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	facts := datasource.NewFacts(t.Context(), datasource.Snapshot{datasource.FactVariables: refused})
	if _, err := facts.Variables(t.Context()); !errors.Is(err, refused) {
		t.Errorf("got %v, want the error that the snapshot holds", err)
	}
	if _, err := facts.Schemas(t.Context()); err == nil {
		t.Error("a fact that the snapshot does not hold was given")
	}
}
