package fleet

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/engine/runstore"
)

const (
	// claimEvery is how often a fleet looks for runs that another process has submitted.
	claimEvery = time.Second
	// pruneEvery is how often runs are deleted that the retention does not keep.
	pruneEvery = 10 * time.Minute
)

// Run claims and runs prechecks until ctx ends, takes back runs whose worker was lost, and prunes. It then waits for
// Config.Drain, gives the rest back to the queue, and returns. No failure of a run or of the store ends it.
func (f *Fleet) Run(ctx context.Context) {
	running, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	var upkeep, runs sync.WaitGroup
	upkeep.Go(func() { f.repeat(ctx, f.Lease/6, f.reap) })
	upkeep.Go(func() { f.repeat(ctx, pruneEvery, f.prune) })
	places := make(chan struct{}, f.Runs)
	poll := time.NewTicker(claimEvery)
	defer poll.Stop()
	for ctx.Err() == nil {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		claimed := time.Now()
		claim, err := f.claim(ctx)
		if err != nil {
			<-places
			if !errors.Is(err, runstore.ErrNothing) && ctx.Err() == nil {
				f.Log.Error("claiming a run", "error", err)
			}
			select {
			case <-f.wake:
			case <-poll.C:
			case <-ctx.Done():
			}
			continue
		}
		runs.Go(func() {
			f.active.Add(1)
			f.execute(running, claim, claimed)
			f.active.Add(-1)
			<-places
			f.woken() // its connections are free
		})
	}
	drained := time.AfterFunc(f.Drain, func() { stop(errDrained) })
	defer drained.Stop()
	runs.Wait()
	upkeep.Wait()
}

// claim claims a run. The end of ctx does not cut it short: a claim that nobody knows of holds a run until its lease
// lapses.
func (f *Fleet) claim(ctx context.Context) (runstore.Claim, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), f.Lease/6)
	defer cancel()
	return f.Store.Claim(ctx, runstore.Worker{ID: f.id, Lease: f.Lease})
}

// repeat calls do at once and then at intervals until ctx ends.
func (f *Fleet) repeat(ctx context.Context, every time.Duration, do func(context.Context) error) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			f.Log.Error("keeping the store in order", "error", err)
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}

func (f *Fleet) reap(ctx context.Context) error {
	reaped, err := f.Store.Reap(ctx)
	if len(reaped) > 0 {
		f.woken()
	}
	return err
}

func (f *Fleet) prune(ctx context.Context) error {
	n, err := f.Store.Prune(ctx, f.Retention)
	if n > 0 {
		f.Log.Info("old runs were deleted", "runs", n)
	}
	return err
}
