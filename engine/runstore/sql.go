package runstore

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// store is the Store over SQL.
type store struct {
	d                *dialect
	path             string
	o                Options
	writing, reading *sql.DB
	unchanged        func() error // fails if the files are no longer those that were opened
	process          *process

	closing sync.RWMutex // held for writing while closed changes
	closed  bool
	writes  chan *pendingWrite
	written chan struct{} // closed when the writer has ended

	plans sync.Map // of []byte, by ID

	watching sync.Mutex
	watchers map[string]*watcher // by the ID of the run
}

func newStore(d *dialect, path string, o Options, writing, reading *sql.DB) *store {
	return &store{d: d, path: path, o: o, writing: writing, reading: reading,
		writes: make(chan *pendingWrite), written: make(chan struct{}), watchers: map[string]*watcher{}}
}

// start checks and migrates the database, and starts the writer.
func (s *store) start(ctx context.Context, check bool) error {
	w := &writer{s: s, statements: map[string]*sql.Stmt{}}
	if check {
		if err := w.check(ctx); err != nil {
			w.reset()
			return s.explain(err)
		}
	}
	if err := w.migrate(ctx); err != nil {
		w.reset()
		return s.explain(err)
	}
	go w.loop()
	return nil
}

// check returns an error if the database is damaged.
func (w *writer) check(ctx context.Context) error {
	found, err := one[string](ctx, w, "PRAGMA quick_check(1)")
	if err == nil && found != "ok" {
		err = &Error{ErrCorrupt, message.New("runstore.corrupt", "path", w.s.path), errors.New(found)}
	}
	return err
}

// Close waits for writes that have begun and closes the store.
func (s *store) Close() error {
	s.closing.Lock()
	already := s.closed
	if !already {
		s.closed = true
		close(s.writes)
	}
	s.closing.Unlock()
	<-s.written
	if already {
		return nil
	}
	s.process.end()
	return errors.Join(s.reading.Close(), s.writing.Close())
}

// querier reads: the writer within its transaction, or the store.
type querier interface {
	query(ctx context.Context, statement string, args ...any) (*sql.Rows, error)
	store() *store
}

func (s *store) store() *store { return s }

func (s *store) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return s.reading.QueryContext(ctx, s.d.sql(statement), args...)
}

// view reads several times as of the same moment.
type view struct {
	tx *sql.Tx
	s  *store
}

func (v view) store() *store { return v.s }

func (v view) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return v.tx.QueryContext(ctx, v.s.d.sql(statement), args...)
}

// at calls f with a view of the store at one moment.
func (s *store) at(ctx context.Context, f func(querier) error) error {
	tx, err := s.reading.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return s.explain(err)
	}
	defer func() { _ = tx.Rollback() }()
	return s.explain(f(view{tx, s}))
}

// all returns the rows of a query, each read by scan.
func all[T any](ctx context.Context, q querier, scan func(func(...any) error) (T, error), statement string,
	args ...any) ([]T, error) {
	rows, err := q.query(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var found []T
	for rows.Next() {
		one, err := scan(rows.Scan)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	return found, rows.Err()
}

// first returns the first row of a query, or sql.ErrNoRows.
func first[T any](ctx context.Context, q querier, scan func(func(...any) error) (T, error), statement string,
	args ...any) (T, error) {
	found, err := all(ctx, q, scan, statement, args...)
	if err == nil && len(found) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		var none T
		return none, err
	}
	return found[0], nil
}

// one returns the only value of a query, or sql.ErrNoRows.
func one[T any](ctx context.Context, q querier, statement string, args ...any) (T, error) {
	return first(ctx, q, value[T], statement, args...)
}

func value[T any](scan func(...any) error) (v T, err error) { return v, scan(&v) }

// lost reports whether an error has ended the transaction.
func (s *store) lost(err error) bool {
	var own *Error
	if errors.As(err, &own) || errors.Is(err, sql.ErrNoRows) {
		return false
	}
	_, lost := s.d.kind(err)
	return lost
}

// explain returns an error of the database as an Error.
func (s *store) explain(err error) error {
	var own *Error
	switch {
	case err == nil, errors.As(err, &own), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	}
	kind, _ := s.d.kind(err)
	text := message.New("runstore.unavailable")
	switch kind {
	case ErrLocked:
		text = message.New("runstore.locked", "path", s.path, "wait", s.o.Wait)
	case ErrFull:
		text = message.New("runstore.full", "path", s.path)
	case ErrCorrupt:
		text = message.New("runstore.corrupt", "path", s.path)
	}
	return &Error{kind, text, err}
}

// moment returns a time that the database has in milliseconds.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
