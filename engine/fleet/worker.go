package fleet

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// WorkerConfig configures a Worker. Work and Task must be set.
type WorkerConfig struct {
	Work Work
	// Engine are the options of the engine that runs the prechecks.
	Engine []engine.Option
	// Task returns the task of a claimed run as it is to be run, with its passwords and within the connections of the
	// claim. An error ends the run, as in Config.Complete.
	Task func(context.Context, runstore.Claim) (engine.Task, error)
	// Runs is the maximum number of runs at a time; 0 is DefaultRuns.
	Runs int
	// Lease is how long a run is kept for a worker that does not report; 0 is runstore.MinLease, which is also the
	// minimum. A worker that cannot report stops and closes its connections after two thirds of it.
	Lease time.Duration
	// Drain is how long Run waits for running prechecks after its context has ended, before it gives them back.
	Drain time.Duration
	// Log receives what happens to runs. Nil discards it.
	Log *slog.Logger
}

// DefaultRuns is the default maximum number of runs at a time.
const DefaultRuns = 8

// Worker claims runs and runs them. It is safe for concurrent use.
type Worker struct {
	WorkerConfig
	engine *engine.Engine
	id     string
	wake   chan struct{} // there may be a run to claim
	active atomic.Int64
	plans  sync.Map // of engine.Plan, by the ID of the plan
}

// NewWorker returns a Worker. It fails if the engine's options are not valid.
func NewWorker(c WorkerConfig) (*Worker, error) {
	if c.Runs == 0 {
		c.Runs = DefaultRuns
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Lease = max(c.Lease, runstore.MinLease)
	e, err := engine.New(append(c.Engine[:len(c.Engine):len(c.Engine)], engine.WithObserver(observer{}))...)
	if err != nil {
		return nil, err
	}
	return &Worker{WorkerConfig: c, engine: e, id: strings.ToLower(rand.Text()[:8]), wake: make(chan struct{}, 1)}, nil
}

// Engine returns the engine that runs the prechecks.
func (w *Worker) Engine() *engine.Engine { return w.engine }

// Running returns the number of runs that this Worker is running.
func (w *Worker) Running() int { return int(w.active.Load()) }

// woken looks for a run to claim.
func (w *Worker) woken() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// claimEvery is how often a worker looks for runs that another process has submitted.
const claimEvery = time.Second

// Run claims and runs prechecks until ctx ends. It then waits for WorkerConfig.Drain, gives the rest back to the queue,
// and returns. No failure of a run or of the store ends it.
func (w *Worker) Run(ctx context.Context) {
	running, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	var runs sync.WaitGroup
	places := make(chan struct{}, w.Runs)
	poll := time.NewTicker(claimEvery)
	defer poll.Stop()
	for ctx.Err() == nil {
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			continue
		}
		claim, leased, err := w.Work.Claim(ctx, runstore.Worker{ID: w.id, Lease: w.Lease,
			Zones: []runstore.Zones{"", runstore.FromCaptures}})
		if err != nil {
			<-places
			if !errors.Is(err, runstore.ErrNothing) && ctx.Err() == nil {
				w.Log.Error("claiming a run", "error", err)
			}
			select {
			case <-w.wake:
			case <-poll.C:
			case <-ctx.Done():
			}
			continue
		}
		runs.Go(func() {
			w.active.Add(1)
			w.execute(running, claim, leased)
			w.active.Add(-1)
			<-places
			w.woken() // its connections are free
		})
	}
	drained := time.AfterFunc(w.Drain, func() { stop(errDrained) })
	defer drained.Stop()
	runs.Wait()
}

// plan returns the plan of a run. Runs share it: it must not be changed.
func (w *Worker) plan(run runstore.Run) (engine.Plan, error) {
	if known, ok := w.plans.Load(run.PlanID); ok {
		return known.(engine.Plan), nil
	}
	plan, err := w.engine.DecodePlan(run.Plan)
	if err == nil {
		w.plans.Store(run.PlanID, plan)
	}
	return plan, err
}
