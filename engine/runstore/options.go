package runstore

import (
	"log/slog"
	"time"
)

// Options configure a store.
type Options struct {
	// Queue is the maximum number of queued runs; 0 is DefaultQueue.
	Queue int
	// MaxRestarts is how often a run is queued again after its worker was lost; 0 is DefaultRestarts.
	MaxRestarts int
	// Wait is how long a write waits for another process; 0 is DefaultWait.
	Wait time.Duration
	// Observe receives the duration of each method that writes, by its name, and its error. It must not block.
	Observe func(method string, d time.Duration, err error)
	// Ended receives each run that this process has ended. It must not block.
	Ended func(Run)
	// Log receives what the store does by itself. Nil discards it.
	Log *slog.Logger
}

// The defaults of Options.
const (
	DefaultQueue    = 10_000
	DefaultRestarts = 3
	DefaultWait     = 10 * time.Second
)

// MinLease is the shortest lease of a worker: a shorter one lapses on a loaded machine whose worker lives.
const MinLease = 30 * time.Second

func (o Options) withDefaults() Options {
	if o.Queue == 0 {
		o.Queue = DefaultQueue
	}
	if o.MaxRestarts == 0 {
		o.MaxRestarts = DefaultRestarts
	}
	if o.Wait == 0 {
		o.Wait = DefaultWait
	}
	if o.Observe == nil {
		o.Observe = func(string, time.Duration, error) {}
	}
	if o.Ended == nil {
		o.Ended = func(Run) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}
