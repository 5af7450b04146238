package runstore

import (
	"context"
	"database/sql"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// maxBatch is the maximum number of writes of one transaction.
const maxBatch = 256

// pendingWrite is a write that waits for the writer.
type pendingWrite struct {
	run  func(*tx) error
	done chan error
}

// write runs f in a transaction, together with other writes that wait at the same time, and returns what f returns once
// the transaction is on disk. If f fails, only its own changes are undone. If ctx ends before, the outcome is unknown.
func write[T any](ctx context.Context, s *store, method string, f func(*tx) (T, error)) (T, error) {
	var none, value T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	began := time.Now()
	w := &pendingWrite{done: make(chan error, 1), run: func(t *tx) (err error) {
		value, err = f(t)
		return err
	}}
	s.closing.RLock()
	if s.closed {
		s.closing.RUnlock()
		return none, fail(ErrUnavailable, message.New("runstore.closed"))
	}
	select {
	case s.writes <- w:
		s.closing.RUnlock()
	case <-ctx.Done():
		s.closing.RUnlock()
		return none, ctx.Err()
	}
	var err error
	select {
	case err = <-w.done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	s.o.Observe(method, time.Since(began), err)
	if err != nil {
		return none, err
	}
	return value, nil
}

// tx is the transaction of a write.
type tx struct {
	*writer
	touched map[string]bool // IDs of runs that changed
}

// touch wakes who waits for a change of a run, once the transaction is on disk.
func (t *tx) touch(id string) { t.touched[id] = true }

// writer is the only goroutine that writes.
type writer struct {
	s          *store
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

func (w *writer) store() *store { return w.s }

// exec runs a statement and returns the number of rows that it matched.
func (w *writer) exec(statement string, args ...any) (int64, error) {
	prepared, err := w.prepare(statement)
	if err != nil {
		return 0, err
	}
	result, err := prepared.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (w *writer) query(_ context.Context, statement string, args ...any) (*sql.Rows, error) {
	prepared, err := w.prepare(statement)
	if err != nil {
		return nil, err
	}
	return prepared.QueryContext(context.Background(), args...)
}

func (w *writer) prepare(statement string) (*sql.Stmt, error) {
	if prepared, ok := w.statements[statement]; ok {
		return prepared, nil
	}
	if w.conn == nil {
		conn, err := w.s.writing.Conn(context.Background())
		if err != nil {
			return nil, err
		}
		w.conn = conn
	}
	prepared, err := w.conn.PrepareContext(context.Background(), w.s.d.sql(statement))
	if err == nil {
		w.statements[statement] = prepared
	}
	return prepared, err
}

// reset closes the connection, so that the next statement opens another one.
func (w *writer) reset() {
	for _, prepared := range w.statements {
		_ = prepared.Close()
	}
	w.statements = map[string]*sql.Stmt{}
	if w.conn != nil {
		_ = w.conn.Close()
		w.conn = nil
	}
}

// loop commits the writes until the channel is closed.
func (w *writer) loop() {
	defer close(w.s.written)
	defer w.reset()
	for first := range w.s.writes {
		batch := []*pendingWrite{first}
		t := &tx{writer: w, touched: map[string]bool{}}
		errs, err := w.commit(t, &batch)
		if err != nil {
			err = w.s.explain(err)
			w.s.o.Log.Error("writing to the store", "error", err)
			_, _ = w.exec("ROLLBACK")
			w.reset()
		} else {
			w.s.wake(t.touched)
		}
		for i, one := range batch {
			if err == nil && errs[i] != nil {
				one.done <- w.s.explain(errs[i])
			} else {
				one.done <- err
			}
		}
	}
}

// commit runs the batch, to which it adds the writes that wait meanwhile, in one transaction. It returns the error of
// each write, or the error with which all failed.
func (w *writer) commit(t *tx, batch *[]*pendingWrite) (errs []error, err error) {
	if _, err := w.exec(w.s.d.begin); err != nil {
		return nil, err
	}
	for i := 0; i < len(*batch); i++ {
		if _, err := w.exec("SAVEPOINT one"); err != nil {
			return nil, err
		}
		failed := (*batch)[i].run(t)
		if failed != nil {
			if w.s.lost(failed) {
				return nil, failed
			}
			if _, err := w.exec("ROLLBACK TO SAVEPOINT one"); err != nil {
				return nil, err
			}
		}
		if _, err := w.exec("RELEASE SAVEPOINT one"); err != nil {
			return nil, err
		}
		errs = append(errs, failed)
		if len(*batch) < maxBatch && i == len(*batch)-1 {
			select {
			case next, open := <-w.s.writes:
				if open {
					*batch = append(*batch, next)
				}
			default:
			}
		}
	}
	_, err = w.exec("COMMIT")
	return errs, err
}
