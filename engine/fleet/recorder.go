package fleet

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// recorder stores the items of one attempt of a run while it runs: all that wait together.
type recorder struct {
	w     *Worker
	claim runstore.Claim
	plan  engine.Plan
	skips int               // of the task
	stop  func(cause error) // ends the run

	mu       sync.Mutex
	started  []runstore.Item
	finished []runstore.Item
	handed   map[int]bool // to finished
	more     chan struct{}
	ended    chan struct{}
}

func newRecorder(w *Worker, c runstore.Claim, plan engine.Plan, skips int, stop func(error)) *recorder {
	return &recorder{w: w, claim: c, plan: plan, skips: skips, stop: stop, handed: map[int]bool{},
		more: make(chan struct{}, 1), ended: make(chan struct{})}
}

type recorderKey struct{}

// observer hands the items of all runs to their recorders.
type observer struct{}

// Planned does nothing: the plan is stored before the run.
func (observer) Planned(context.Context, engine.Task, engine.Plan) {}

// Started stores that an item runs.
func (observer) Started(ctx context.Context, _ string, item engine.Item) {
	if r, ok := ctx.Value(recorderKey{}).(*recorder); ok {
		r.add(func() {
			r.started = append(r.started, runstore.Item{Index: r.plan.Index(item), Skips: r.skips})
		})
	}
}

// Finished stores the result of an item, unless the end of the run cut it short.
func (observer) Finished(ctx context.Context, _ string, res engine.Result, _, _ int) {
	r, ok := ctx.Value(recorderKey{}).(*recorder)
	if !ok || errors.Is(res.Err, engine.ErrInterrupted) || errors.Is(res.Err, engine.ErrTimeout) {
		return // the reason of a timeout is known when the run has ended
	}
	r.put(res)
}

func (r *recorder) add(change func()) {
	r.mu.Lock()
	change()
	r.mu.Unlock()
	select {
	case r.more <- struct{}{}:
	default:
	}
}

// put stores the result of an item that has none.
func (r *recorder) put(res engine.Result) {
	index := r.plan.Index(res.Item)
	data, err := engine.EncodeResult(res)
	if err != nil || index < 0 {
		r.stop(errors.Join(err, errors.New("the item is not in the plan")))
		return
	}
	r.add(func() {
		if !r.handed[index] {
			r.handed[index] = true
			r.finished = append(r.finished, runstore.Item{Index: index, Status: res.Status(), Outcome: res.Outcome,
				Skips: r.skips, Result: data})
		}
	})
}

func (r *recorder) take() (started, finished []runstore.Item) {
	r.mu.Lock()
	defer r.mu.Unlock()
	started, finished = r.started, r.finished
	r.started, r.finished = nil, nil
	return started, finished
}

// loop stores until finish is called and all is stored, or ctx ends.
func (r *recorder) loop(ctx context.Context, finish <-chan struct{}) {
	defer close(r.ended)
	for last := false; !last; {
		select {
		case <-r.more:
		case <-finish:
			last = true
		case <-ctx.Done():
			return
		}
		started, finished := r.take()
		if len(finished) > 0 && !r.insist(ctx, func() error { return r.w.Work.Put(ctx, r.claim, finished...) }) {
			return
		}
		if len(started) > 0 && !last { // of those that have finished meanwhile it changes nothing
			err := r.w.Work.Start(ctx, r.claim, started...)
			if errors.Is(err, runstore.ErrLost) {
				r.stop(err)
				return
			}
		}
	}
}

// retryAfter is the time between attempts to write to a store that fails.
const retryAfter = 200 * time.Millisecond

// insist repeats a write that fails for a reason that may pass, until ctx ends. It reports whether it succeeded;
// otherwise it stops the run.
func (r *recorder) insist(ctx context.Context, write func() error) bool {
	for {
		err := write()
		if err == nil {
			return true
		}
		if final(err) || ctx.Err() != nil {
			r.stop(err)
			return false
		}
		r.w.Log.Error("storing the results of a run", "run", r.claim.Run.ID, "error", err)
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
		}
	}
}

// final reports whether the same write fails again.
func final(err error) bool {
	for _, kind := range []error{runstore.ErrLost, runstore.ErrConflict, runstore.ErrInvalid, runstore.ErrNotFound} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}
