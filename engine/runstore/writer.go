package runstore

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
)

// maxBatch is the maximum number of writes of one transaction.
const maxBatch = 256

// pendingWrite is a write that waits for the writer.
type pendingWrite struct {
	ctx  context.Context // of the caller, who does not wait after its end
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
	w := &pendingWrite{ctx: ctx, done: make(chan error, 1), run: func(t *tx) (err error) {
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

// endings returns the result of a write that may have ended a run, and reports the run.
func (s *store) endings(r Run, err error) (Run, error) {
	if err == nil && r.Ended() {
		s.o.Ended(r)
	}
	return r, err
}

// statementTime is the longest time that a statement may take on a server, which may have gone without a word.
// It is shorter than the time after which workers stop that cannot renew their lease.
const statementTime = 15 * time.Second

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
	most       time.Duration // that a statement may take on a server; 0 is statementTime
	journal    journal
}

func (w *writer) store() *store { return w.s }

// insists returns false: the transaction is repeated as a whole.
func (*writer) insists(context.Context, time.Time, error) bool { return false }

// exec runs a statement and returns the number of rows that it matched.
func (w *writer) exec(statement string, args ...any) (int64, error) {
	var result sql.Result
	err := w.prepare(statement)
	if prepared := w.statements[statement]; err == nil && prepared != nil {
		result, err = prepared.ExecContext(context.Background(), args...)
	} else if err == nil {
		ctx, cancel := w.limit(context.Background())
		defer cancel()
		result, err = w.conn.ExecContext(ctx, w.s.d.sql(statement), args...)
	}
	if err != nil {
		return 0, silent(context.Background(), err)
	}
	return result.RowsAffected()
}

func (w *writer) query(ctx context.Context, statement string, args ...any) (*sql.Rows, error) {
	if err := w.prepare(statement); err != nil {
		return nil, err
	}
	if prepared := w.statements[statement]; prepared != nil {
		return prepared.QueryContext(ctx, args...)
	}
	return w.conn.QueryContext(ctx, w.s.d.sql(statement), args...)
}

// limit returns a context that does not end with one of the writes, which others share.
func (w *writer) limit(context.Context) (context.Context, context.CancelFunc) {
	if !w.s.d.shared() {
		return context.Background(), func() {}
	}
	return context.WithTimeout(context.Background(), cmp.Or(w.most, statementTime))
}

// prepare connects, and prepares a statement of SQLite. The driver of MySQL sends a statement with its values at once.
func (w *writer) prepare(statement string) error {
	if w.conn == nil {
		ctx, cancel := w.limit(context.Background())
		defer cancel()
		conn, err := w.s.writing.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn = conn
	}
	if w.statements[statement] != nil || w.s.d.shared() {
		return nil
	}
	prepared, err := w.conn.PrepareContext(context.Background(), w.s.d.sql(statement))
	if err == nil {
		w.statements[statement] = prepared
	}
	return err
}

// release leaves the connection to the pool, which looks whether it still lives before it is used again.
func (w *writer) release() {
	if w.conn != nil {
		_ = w.conn.Close()
		w.conn = nil
	}
}

// reset closes the connection, so that the next statement opens another one.
func (w *writer) reset() {
	for _, prepared := range w.statements {
		_ = prepared.Close()
	}
	w.statements = map[string]*sql.Stmt{}
	if w.conn != nil {
		discard(w.conn)
	}
	w.release()
}

// loop commits the writes until the channel is closed.
func (w *writer) loop() {
	defer close(w.s.written)
	defer w.reset()
	for first := range w.s.writes {
		batch := []*pendingWrite{first}
		t := &tx{writer: w}
		errs, err := w.insist(t, &batch)
		if err != nil {
			err = w.s.explain(err)
			w.s.o.Log.Error("writing to the store", "error", err)
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
		if w.s.d.shared() {
			w.release()
		}
	}
}

// commit runs the batch, to which it adds the writes that wait meanwhile, in one transaction. It returns the error of
// each write, or the error with which all failed.
func (w *writer) commit(t *tx, batch *[]*pendingWrite) (errs []error, err error) {
	t.touched = map[string]bool{}
	if _, err := w.exec(w.s.d.begin); err != nil {
		return nil, err
	}
	if done, err := w.note(); done || err != nil {
		return w.journal.errs, err
	}
	for i := 0; i < len(*batch); i++ {
		failed, err := w.try(t, (*batch)[i])
		if err != nil {
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
	w.journal.errs = errs
	_, err = w.exec("COMMIT")
	return errs, err
}

// try runs one write. If it fails, its changes are undone; if the transaction is lost with it, so are all.
func (w *writer) try(t *tx, one *pendingWrite) (failed, lost error) {
	if err := one.ctx.Err(); err != nil {
		return err, nil
	}
	if _, err := w.exec("SAVEPOINT one"); err != nil {
		return nil, err
	}
	failed = one.run(t)
	if failed != nil {
		if w.s.lost(failed) {
			return nil, failed
		}
		if _, err := w.exec("ROLLBACK TO SAVEPOINT one"); err != nil {
			return nil, err
		}
	}
	_, err := w.exec("RELEASE SAVEPOINT one")
	return failed, err
}
