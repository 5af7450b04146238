package runstore

import "context"

// place is where the database of a store is.
type place interface {
	// name returns how errors name it, without secrets.
	name() string
	// unchanged fails if it is no longer what was opened.
	unchanged() error
	// size returns the bytes that it takes.
	size(ctx context.Context, s *store) (int64, error)
	// shrink gives the space of deleted rows back.
	shrink(ctx context.Context, s *store) error
	// backup copies the database to a file.
	backup(ctx context.Context, s *store, path string) error
	// owner returns the name of a worker of this process.
	owner(worker string) string
	// dead returns the names of processes that are known to have ended. forget makes them unknown.
	dead() (names []string, forget func())
	// leave ends the use of the place by this process.
	leave()
}
