package fleet

import (
	"context"
	"log/slog"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Config configures a Fleet. Store and Complete must be set.
type Config struct {
	Store runstore.Store
	// Engine are the options of the engine that runs the prechecks.
	Engine []engine.Option
	// Complete returns the task of a run as it is to be run, with its passwords, which the store does not hold. An
	// error ends the run, and is shown to the user: as INTERRUPTED if it wraps ErrInterrupted, for a run whose
	// passwords were lost with the process that had them, and otherwise as REFUSED.
	Complete func(context.Context, runstore.Run) (engine.Task, error)
	// Limit returns the maximum number of connections that all runs together open to the server at an address,
	// host:port; 0 is engine.ServerConnections, which is also the maximum. Nil is 0 for every address.
	Limit func(address string) int
	// Runs is the maximum number of runs at a time; 0 is DefaultRuns.
	Runs int
	// Lease is as in WorkerConfig.
	Lease time.Duration
	// Retention is what is kept of finished runs. The zero value keeps all.
	Retention runstore.Retention
	// Drain is how long Run waits for running prechecks after its context has ended, before it gives them back.
	Drain time.Duration
	// Log receives what happens to runs. Nil discards it.
	Log *slog.Logger
}

// ErrInterrupted is the error of a run that cannot go on after a restart; see Config.Complete.
var ErrInterrupted = message.Err("fleet.interrupted")

// errCancelled is the error of the items that a cancelled run did not reach.
var errCancelled = message.Err("fleet.cancelled")

// Fleet queues and runs prechecks. It is safe for concurrent use.
type Fleet struct {
	Config
	worker *Worker
}

// New returns a Fleet. It fails if the engine's options are not valid.
func New(c Config) (*Fleet, error) {
	if c.Limit == nil {
		c.Limit = func(string) int { return 0 }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	f := &Fleet{Config: c}
	var err error
	f.worker, err = NewWorker(WorkerConfig{Work: Stored(c.Store), Engine: c.Engine, Task: f.Task, Runs: c.Runs,
		Lease: c.Lease, Drain: c.Drain, Log: c.Log})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Engine returns the engine that runs the prechecks.
func (f *Fleet) Engine() *engine.Engine { return f.worker.Engine() }

// Running returns the number of runs that this Fleet is running.
func (f *Fleet) Running() int { return f.worker.Running() }

// Task returns the task of a claimed run as it is to be run, within the connections of the claim. Its errors are those
// of Config.Complete.
func (f *Fleet) Task(ctx context.Context, c runstore.Claim) (engine.Task, error) {
	t, err := f.Complete(ctx, c.Run)
	if err != nil {
		return engine.Task{}, err
	}
	if t, _, err = fit(t, sides(c.Run.Stages, c.Run.Stage), f.granted(c)); err != nil {
		return engine.Task{}, err
	}
	return f.inStage(ctx, t, c.Run)
}

// Submit validates a task and queues a run of it; see runstore.Runs. It sets Plan of the submission, and Databases of
// it or of its stages. The run has the ID of the task, if that is set. The error of a task that is not valid is an
// engine.TaskErrors.
func (f *Fleet) Submit(ctx context.Context, s runstore.Submission) (run runstore.Run, existing bool, err error) {
	if err := f.validate(s.Task); err != nil {
		return runstore.Run{}, false, err
	}
	s.Plan = f.worker.engine.Plan(s.Task)
	if len(s.Stages) == 0 {
		_, s.Databases, err = fit(s.Task, checks.BothSides, f.limit)
	}
	for i := 0; err == nil && i < len(s.Stages); i++ {
		_, s.Stages[i].Databases, err = fit(s.Task, sides(s.Stages, i), f.limit)
	}
	if err != nil {
		return runstore.Run{}, false, err
	}
	defer f.worker.woken()
	return f.Store.Submit(ctx, s)
}

// Skip adds a skip to a run; see runstore.Runs. The error of a skip that is not valid is an engine.TaskErrors.
func (f *Fleet) Skip(ctx context.Context, id string, skip engine.Skip) (runstore.Run, error) {
	r, err := f.Store.Get(ctx, id)
	if err != nil {
		return runstore.Run{}, err
	}
	r.Task.Skip = append(r.Task.Skip, skip)
	if err := f.worker.engine.ValidateSkips(r.Task); err != nil {
		return runstore.Run{}, err
	}
	defer f.worker.woken()
	return f.Store.Skip(ctx, id, skip)
}

// Retry queues a finished run again; see runstore.Runs. The error of a pattern that is not valid is an
// engine.TaskErrors.
func (f *Fleet) Retry(ctx context.Context, id string, retry runstore.Retry) (runstore.Run, error) {
	r, err := f.Store.Get(ctx, id)
	if err != nil {
		return runstore.Run{}, err
	}
	r.Task.Objects.Exclude = append(r.Task.Objects.Exclude, retry.Exclude...)
	if err := f.validate(r.Task); err != nil {
		return runstore.Run{}, err
	}
	defer f.worker.woken()
	return f.Store.Retry(ctx, id, retry)
}

func (f *Fleet) validate(t engine.Task) error {
	if err := t.Validate(); err != nil {
		return err
	}
	return f.worker.engine.ValidateSkips(t)
}
