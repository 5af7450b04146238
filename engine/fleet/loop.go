package fleet

import (
	"context"
	"sync"
	"time"
)

// pruneEvery is how often runs are deleted that the retention does not keep.
const pruneEvery = 10 * time.Minute

// Run claims and runs prechecks until ctx ends, takes back runs whose worker was lost, and prunes. It then waits for
// Config.Drain, gives the rest back to the queue, and returns. No failure of a run or of the store ends it.
func (f *Fleet) Run(ctx context.Context) {
	var upkeep sync.WaitGroup
	upkeep.Go(func() { f.repeat(ctx, f.worker.Lease/6, f.reap) })
	upkeep.Go(func() { f.repeat(ctx, pruneEvery, f.prune) })
	f.worker.Run(ctx)
	upkeep.Wait()
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
		f.worker.woken()
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
