package fleet

import (
	"context"
	"log/slog"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Config configures a Fleet. Store and Complete must be set.
type Config struct {
	Store runstore.Store
	// Engine are the options of the engine that runs the prechecks.
	Engine []engine.Option
	// Complete returns the task of a run as it is to be run, with its passwords, which the store does not hold. Its
	// error ends the run as REFUSED, and is shown to the user; the error of a run whose passwords were lost with the
	// process that had them should wrap ErrInterrupted, which ends it as INTERRUPTED.
	Complete func(context.Context, runstore.Run) (engine.Task, error)
	// Limit returns the maximum number of connections that all runs together open to the server at an address,
	// host:port; 0 is engine.ServerConnections, which is also the maximum. Nil is 0 for every address.
	Limit func(address string) int
	// Runs is the maximum number of runs at a time; 0 is DefaultRuns.
	Runs int
	// Lease is how long the store keeps a run for a worker that does not report; 0 is runstore.MinLease.
	Lease time.Duration
	// Retention is what is kept of finished runs. The zero value keeps all.
	Retention runstore.Retention
	// Drain is how long Run waits for running prechecks after its context has ended, before it gives them back.
	Drain time.Duration
	Log   *slog.Logger
}

// DefaultRuns is the default of Config.Runs.
const DefaultRuns = 8

// Fleet queues and runs prechecks. It is safe for concurrent use.
type Fleet struct{ Config }

// New returns a Fleet. It fails if the engine's options are not valid.
func New(c Config) (*Fleet, error) { return &Fleet{c}, nil }

// Engine returns the engine that runs the prechecks.
func (f *Fleet) Engine() *engine.Engine { return nil }

// Submit validates a task and queues a run of it; see runstore.Runs. It sets Plan and Databases of the submission. The
// run has the ID of the task, if that is set. An error of the task is an engine.TaskErrors.
func (f *Fleet) Submit(ctx context.Context, s runstore.Submission) (run runstore.Run, existing bool, err error) {
	return f.Store.Submit(ctx, s)
}

// Report returns a run, and its report as of now: the items that have not finished are pending or running, and
// engine.Report.Unfinished is set before the run has ended. Its Version says whether it has changed.
func (f *Fleet) Report(context.Context, string) (*engine.Report, runstore.Run, error) {
	return nil, runstore.Run{}, nil
}

// Run claims and runs prechecks until ctx ends, takes back runs whose worker was lost, and prunes. It then waits for
// Config.Drain, gives the rest back to the queue, and returns. It returns no error of a single run.
func (f *Fleet) Run(context.Context) error { return nil }
