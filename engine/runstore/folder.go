package runstore

import (
	"context"
	"log/slog"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Options configure a store.
type Options struct {
	// Queue is the maximum number of queued runs; 0 is DefaultQueue.
	Queue int
	// MaxRestarts is how often a run is queued again after its worker was lost; 0 is DefaultRestarts.
	MaxRestarts int
	// Wait is how long a write waits for another process; 0 is DefaultWait.
	Wait time.Duration
	// Observe receives the duration of each method that writes, by its name, and its error.
	Observe func(method string, d time.Duration, err error)
	Log     *slog.Logger
}

// The defaults of Options.
const (
	DefaultQueue    = 10_000
	DefaultRestarts = 3
	DefaultWait     = 10 * time.Second
)

// MinLease is the shortest lease of a worker: a shorter one lapses on a loaded machine whose worker lives.
const MinLease = 30 * time.Second

// OpenFolder opens the store of a folder, and creates it if there is none.
func OpenFolder(_ context.Context, _ string, _ Options) (Store, error) {
	return nil, fail(ErrUnavailable, message.New("runstore.unavailable"))
}
