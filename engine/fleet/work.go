package fleet

import (
	"context"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Work is where a Worker gets its runs, and stores what it finds. Its errors are those of runstore.Work.
type Work interface {
	// Claim returns a run under lease, or runstore.ErrNothing. leased is no later than the begin of the lease. A claim
	// that the caller does not learn of, because ctx has ended, lapses or is given back.
	Claim(ctx context.Context, w runstore.Worker) (c runstore.Claim, leased time.Time, err error)
	Replan(ctx context.Context, c runstore.Claim, p engine.Plan, moved map[int]int) error
	Start(ctx context.Context, c runstore.Claim, items ...runstore.Item) error
	Put(ctx context.Context, c runstore.Claim, items ...runstore.Item) error
	PutPart(ctx context.Context, c runstore.Claim, n int, part []byte) error
	Advance(ctx context.Context, c runstore.Claim, done runstore.Captured) error
	Beat(ctx context.Context, c runstore.Claim, lease time.Duration) (runstore.Run, error)
	Finish(ctx context.Context, c runstore.Claim, e runstore.Ending) (runstore.Run, error)
	Release(ctx context.Context, c runstore.Claim) error
	// Items returns the items of the run that have started.
	Items(ctx context.Context, c runstore.Claim) ([]runstore.Item, error)
	// AwaitCancel returns nil as soon as the cancel of the run was asked for. Otherwise it returns an error: that of
	// ctx when that ends.
	AwaitCancel(ctx context.Context, c runstore.Claim) error
}

// Stored is the Work of a store.
func Stored(s runstore.Store) Work { return stored{s} }

type stored struct{ runstore.Store }

// Claim claims a run. The end of ctx does not cut it short: a claim that nobody knows of holds a run until its lease
// lapses.
func (s stored) Claim(ctx context.Context, w runstore.Worker) (runstore.Claim, time.Time, error) {
	began := time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), w.Lease/6)
	defer cancel()
	c, err := s.Store.Claim(ctx, w)
	return c, began, err
}

// Items returns the items of the run that have started.
func (s stored) Items(ctx context.Context, c runstore.Claim) ([]runstore.Item, error) {
	return s.Store.Items(ctx, c.Run.ID, 0)
}

// watchEvery is the shortest time between two looks at a run that changes.
const watchEvery = 250 * time.Millisecond

// AwaitCancel waits for the cancel of the run.
func (s stored) AwaitCancel(ctx context.Context, c runstore.Claim) error {
	for version := c.Run.Version - 1; ; { // a server that is no longer the primary may know an older one
		run, err := s.Wait(ctx, c.Run.ID, version)
		switch {
		case err != nil:
			return err
		case !c.Holds(run):
			return c.Lost()
		case !run.CancelAsked.IsZero():
			return nil
		}
		version = run.Version
		select {
		case <-time.After(watchEvery):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
