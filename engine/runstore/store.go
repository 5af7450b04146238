package runstore

import (
	"context"
	"time"

	"github.com/dbprecheck/precheck/engine"
)

// Store keeps runs, their items, projects, labels and data sources. Its methods are safe for concurrent use.
// Their errors are of type *Error; errors.Is tells them apart by Err…. If a method that changes the store ends
// with the error of its context or with ErrUnavailable, it is unknown whether the change was made: repeat it.
type Store interface {
	Runs
	Work
	Projects
	Labels
	DataSources

	// Ready returns nil if the store can be written, and otherwise what is wrong.
	Ready(ctx context.Context) error
	// Stats returns the numbers of the store.
	Stats(ctx context.Context) (Stats, error)
	// Prune deletes finished runs that the retention does not keep, and returns their number.
	Prune(ctx context.Context, r Retention) (int, error)
	// Backup writes a consistent copy of the store to a new file while the store is in use.
	Backup(ctx context.Context, path string) error
	// Close waits for writes that have begun and closes the store.
	Close() error
}

// Runs is what users do with runs.
type Runs interface {
	// Submit queues a run and returns it. If the idempotency key was used before, it returns the run that was
	// submitted with it, with existing true, or ErrKeyReused if that request was another one. It fails with
	// ErrQueueFull if the queue is full. The run becomes the current one of its project, if the store has that: it
	// fails with ErrConflict while another run of the project is queued or running.
	Submit(ctx context.Context, s Submission) (run Run, existing bool, err error)
	// Get returns a run, or ErrNotFound.
	Get(ctx context.Context, id string) (Run, error)
	// Items returns the items of a run that have started, in plan order. With after > 0 it returns only those that
	// changed after that Version of the run.
	Items(ctx context.Context, id string, after int64) ([]Item, error)
	// Snapshot returns a run and all its items that have started, as of the same moment.
	Snapshot(ctx context.Context, id string) (Run, []Item, error)
	// List returns a page of the runs that match, without Task, Plan and Head, and the number of all that match.
	List(ctx context.Context, f Filter, p Page) (runs []Run, total int, err error)
	// Summarize returns the numbers of the runs that match.
	Summarize(ctx context.Context, f Filter) (Summary, error)
	// Wait returns the run as soon as its Version is greater than after: at once if it is already. It returns the
	// error of ctx if ctx ends before.
	Wait(ctx context.Context, id string, after int64) (Run, error)
	// Cancel asks for the end of a run. A queued run ends at once, a running one as soon as its worker notices. It
	// fails with ErrConflict if the run has finished. A second Cancel has no effect.
	Cancel(ctx context.Context, id string) (Run, error)
	// Skip adds a skip to the task of a run. The items that it concerns run again: a finished run is queued again,
	// a running one runs them before it finishes. Items that are not concerned keep their results.
	Skip(ctx context.Context, id string, s engine.Skip) (Run, error)
	// Retry queues a finished run again under its ID. It fails with ErrConflict if the run has not finished, and with
	// ErrQueueFull if the queue is full.
	Retry(ctx context.Context, id string, r Retry) (Run, error)
}

// Work is what workers do with runs. Put, Start, Replan, PutPart, Advance, Beat, Finish and Release fail with
// ErrLost if the claim no longer holds the run; the worker must then stop.
type Work interface {
	// Claim takes the run that has waited longest of those in the zones of the worker whose databases all have enough
	// free connections, or returns ErrNothing.
	Claim(ctx context.Context, w Worker) (Claim, error)
	// Replan replaces the plan of the run. Items keep their results under the index that moved has for their
	// former index; the others run again.
	Replan(ctx context.Context, c Claim, p engine.Plan, moved map[int]int) error
	// Start marks items of the plan as running.
	Start(ctx context.Context, c Claim, items ...Item) error
	// Put stores items that have finished. It replaces the result of an item only if that ran with fewer skips. The
	// same Put again has no effect.
	Put(ctx context.Context, c Claim, items ...Item) error
	// Beat renews the lease and returns the run as it is now, without Plan: with CancelAsked and Skips.
	Beat(ctx context.Context, c Claim, lease time.Duration) (Run, error)
	// Finish ends the run. A run whose cancel was asked for ends as cancelled, whatever e says. It fails with
	// ErrConflict if a skip was added that the worker has not seen: c.Run.Skips is the number that it has.
	Finish(ctx context.Context, c Claim, e Ending) (Run, error)
	// Release gives the run back to the queue, or ends it if its cancel was asked for.
	Release(ctx context.Context, c Claim) error
	// PutPart stores a part of the snapshot of the side that the claim captures, n from 0. The same PutPart again has
	// no effect. The parts of a claim that is lost are deleted, as are those of a run that has ended.
	PutPart(ctx context.Context, c Claim, n int, part []byte) error
	// Part returns a part of the snapshot that a stage of a run has captured, or ErrNotFound.
	Part(ctx context.Context, r Run, stage, n int) ([]byte, error)
	// Advance ends the stage of a run that has captured a side, and queues the run for its next stage, or ends it if
	// its cancel was asked for. It fails with ErrInvalid if parts are missing.
	Advance(ctx context.Context, c Claim, done Captured) error
	// Reap takes the runs back whose lease has lapsed: it queues them again, ends those whose cancel was asked for as
	// cancelled, and ends those that were taken back more than MaxRestarts times as interrupted. It deletes the parts
	// of snapshots that no run needs.
	Reap(ctx context.Context) ([]Run, error)
}

// Projects stores tasks that are started later.
type Projects interface {
	// CreateProject stores a project and returns it with its ID, np_….
	CreateProject(ctx context.Context, p Project) (Project, error)
	// Project returns a project, or ErrNotFound.
	Project(ctx context.Context, id string) (Project, error)
	// ListProjects returns a page of the projects that match, and the number of all that match.
	ListProjects(ctx context.Context, f ProjectFilter, p Page) (projects []Project, total int, err error)
	// DeleteProject deletes a project; its runs stay. It fails with ErrConflict while its run is queued or running.
	DeleteProject(ctx context.Context, id string) error
}

// Labels are names for runs and projects.
type Labels interface {
	// CreateLabel stores a label and returns it with its ID, l_…. It fails with ErrExists if the name is in use.
	CreateLabel(ctx context.Context, name string) (Label, error)
	// ListLabels returns all labels in the order of their creation.
	ListLabels(ctx context.Context) ([]Label, error)
}

// DataSources are databases that users have registered.
type DataSources interface {
	// CreateDataSource stores a data source and returns it with its ID, e_…. It fails with ErrExists if the name
	// is in use.
	CreateDataSource(ctx context.Context, d DataSource) (DataSource, error)
	// DataSource returns a data source, or ErrNotFound.
	DataSource(ctx context.Context, id string) (DataSource, error)
	// ListDataSources returns all data sources in the order of their creation.
	ListDataSources(ctx context.Context) ([]DataSource, error)
}
