package runstore

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// store is the Store over SQL.
type store struct {
	d                *dialect
	place            place
	o                Options
	writing, reading *sql.DB

	closing sync.RWMutex // held for writing while closed changes
	closed  bool
	writes  chan *pendingWrite
	ending  chan struct{} // closed when Close has begun
	written chan struct{} // closed when the writer has ended

	plans sync.Map // of []byte, by ID

	watching sync.Mutex
	watchers map[string]*watcher // by the ID of the run
}

func newStore(d *dialect, at place, o Options, writing, reading *sql.DB) *store {
	return &store{d: d, place: at, o: o, writing: writing, reading: reading,
		writes: make(chan *pendingWrite), ending: make(chan struct{}), written: make(chan struct{}),
		watchers: map[string]*watcher{}}
}

// start migrates the database, and starts the writer.
func (s *store) start(ctx context.Context) error {
	w := &writer{s: s, statements: map[string]*sql.Stmt{}}
	migrate := w.migrate
	if s.d.shared() {
		migrate = w.migrateShared
	}
	if err := migrate(ctx); err != nil {
		w.reset()
		return s.explain(err)
	}
	go w.loop()
	return nil
}

// Close waits for writes that have begun and closes the store.
func (s *store) Close() error {
	s.closing.Lock()
	already := s.closed
	if !already {
		s.closed = true
		close(s.ending)
		close(s.writes)
	}
	s.closing.Unlock()
	<-s.written
	if already {
		return nil
	}
	s.place.leave()
	return errors.Join(s.reading.Close(), s.writing.Close())
}

// querier reads: the writer within its transaction, or the store.
type querier interface {
	query(ctx context.Context, statement string, args ...any) (*sql.Rows, error)
	limit(ctx context.Context) (context.Context, context.CancelFunc) // of a query and its rows
	// insists reports, after a moment, whether a query that failed is to be repeated.
	insists(ctx context.Context, began time.Time, err error) bool
	store() *store
}

func (s *store) store() *store { return s }

func (s *store) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return s.reading.QueryContext(ctx, s.d.sql(statement), args...)
}

// limit ends a query of a server that has gone without a word.
func (s *store) limit(ctx context.Context) (context.Context, context.CancelFunc) {
	if !s.d.shared() {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, statementTime)
}

// view reads several times as of the same moment.
type view struct {
	conn *sql.Conn
	s    *store
}

func (v view) store() *store { return v.s }

// insists returns false: the view is repeated as a whole.
func (view) insists(context.Context, time.Time, error) bool { return false }

func (v view) limit(ctx context.Context) (context.Context, context.CancelFunc) { return v.s.limit(ctx) }

func (v view) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	return v.conn.QueryContext(ctx, v.s.d.sql(statement), args...)
}

// at calls f with a view of the store at one moment, and again if that failed for a reason that may pass.
func (s *store) at(ctx context.Context, f func(querier) error) error {
	for began := time.Now(); ; {
		if err := s.once(ctx, f); !s.insists(ctx, began, err) {
			return s.explain(err)
		}
	}
}

func (s *store) once(ctx context.Context, f func(querier) error) error {
	caller := ctx
	ctx, cancel := s.limit(ctx)
	defer cancel()
	conn, err := s.reading.Conn(ctx)
	if err != nil {
		return silent(caller, err)
	}
	defer func() { _ = conn.Close() }()
	for _, statement := range s.d.view {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			discard(conn)
			return silent(caller, err)
		}
	}
	err = f(view{conn, s})
	ending, end := context.WithTimeout(context.WithoutCancel(ctx), s.o.Wait)
	defer end()
	if _, failed := conn.ExecContext(ending, "ROLLBACK"); failed != nil {
		discard(conn)
	}
	return silent(caller, err)
}

// errSilent is the error of a statement that took longer than statementTime.
var errSilent = errors.New("the server did not answer in time")

// silent returns errSilent for an error of a context that is not that of the caller.
func silent(caller context.Context, err error) error {
	if caller.Err() == nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		return errSilent
	}
	return err
}

// discard closes a connection, instead of keeping it for others.
func discard(conn *sql.Conn) {
	_ = conn.Raw(func(any) error { return driver.ErrBadConn })
}

// all returns the rows of a query, each read by scan.
func all[T any](ctx context.Context, q querier, scan func(func(...any) error) (T, error), statement string,
	args ...any) (found []T, err error) {
	for began := time.Now(); ; {
		found, err = attempt(ctx, q, scan, statement, args...)
		if !q.insists(ctx, began, err) {
			return found, err
		}
	}
}

func attempt[T any](ctx context.Context, q querier, scan func(func(...any) error) (T, error), statement string,
	args ...any) (found []T, err error) {
	defer func(caller context.Context) { err = silent(caller, err) }(ctx)
	ctx, cancel := q.limit(ctx)
	defer cancel()
	rows, err := q.query(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
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
		text = message.New("runstore.locked", "path", s.place.name(), "wait", s.o.Wait)
		if s.d.shared() {
			text = message.New("runstore.locked.server", "path", s.place.name(), "wait", s.o.Wait)
		}
	case ErrFull:
		text = message.New("runstore.full", "path", s.place.name())
	case ErrCorrupt:
		text = message.New("runstore.corrupt", "path", s.place.name())
	case ErrInvalid:
		text = message.New("runstore.too_long")
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
