package runstore

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const (
	// insistFor is how long a lost transaction, or a query, is repeated: longer than a group takes to replace its
	// primary.
	insistFor = time.Minute
	// insistAtEnd is the same while the store is closed.
	insistAtEnd = 5 * time.Second
	// insistEvery is the time between two attempts.
	insistEvery = 100 * time.Millisecond
)

// journal is what a process knows of its last transaction. Its number is in the transaction itself: when the answer to
// a COMMIT is lost, the number tells whether it was made.
type journal struct {
	last int64
	errs []error // of its writes
}

// insist commits the batch. In a store that is shared, a transaction that was lost is repeated, unless it was made.
func (w *writer) insist(t *tx, batch *[]*pendingWrite) (errs []error, err error) {
	w.journal.last++
	for began := time.Now(); ; time.Sleep(insistEvery) {
		errs, err = w.commit(t, batch)
		if err == nil {
			return errs, nil
		}
		if w.conn != nil {
			_, _ = w.exec("ROLLBACK")
		}
		w.reset()
		if w.s.d.passing == nil || !w.s.d.passing(err) || time.Since(began) > w.s.patience() {
			return nil, err
		}
		w.s.o.Log.Warn("writing to the store again", "error", w.s.explain(err))
	}
}

// insists implements querier: in a store that is shared, a query is repeated until the caller no longer waits.
func (s *store) insists(ctx context.Context, began time.Time, err error) bool {
	var own *Error
	if err == nil || !s.d.shared() || errors.As(err, &own) || errors.Is(err, sql.ErrNoRows) || !s.d.passing(err) ||
		time.Since(began) > s.patience() {
		return false
	}
	select {
	case <-time.After(insistEvery):
		return true
	case <-ctx.Done():
	case <-s.ending:
	}
	return false
}

// patience returns how long a lost transaction is repeated.
func (s *store) patience() time.Duration {
	select {
	case <-s.ending:
		return insistAtEnd
	default:
		return insistFor
	}
}

// note puts the number of the transaction into it. It reports whether the transaction was made before, after it has
// waited for that.
func (w *writer) note() (done bool, err error) {
	if !w.s.d.shared() {
		return false, nil
	}
	process := w.s.place.owner("")
	n, err := w.exec("UPDATE writers SET last = ?, seen = {now} WHERE id = ? AND last < ?", w.journal.last, process,
		w.journal.last)
	if err != nil || n == 1 {
		return false, err
	}
	_, err = w.exec("INSERT INTO writers (id, last, seen) VALUES (?, ?, {now})", process, w.journal.last)
	if kind, lost := w.s.d.kind(err); err != nil && kind == ErrConflict && !lost {
		_, err = w.exec("ROLLBACK")
		return true, err
	}
	return false, err
}
