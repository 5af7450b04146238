package runstore

import "context"

// theLock is the row of meta that is locked by changes that decide on more than one run: of several processes, one at
// a time queues runs, claims, or gives names.
const theLock = "lock"

// alone waits until no other transaction of any process is alone, and keeps others from it until this one ends.
func (t *tx) alone(ctx context.Context) error { return t.lock(ctx, "meta", "name", theLock) }

// aloneOn is alone, and keeps other transactions from changing a run.
func (t *tx) aloneOn(ctx context.Context, id string) error {
	if err := t.alone(ctx); err != nil {
		return err
	}
	return t.lockRun(ctx, id)
}

// lockRun keeps other transactions from changing a run until this one ends. What is read then is as of now.
func (t *tx) lockRun(ctx context.Context, id string) error { return t.lock(ctx, "runs", "id", id) }

func (w *writer) lock(ctx context.Context, table, column, key string) error {
	if !w.s.d.shared() {
		return nil // the transaction is alone
	}
	_, err := all(ctx, w, value[int], "SELECT 1 FROM "+table+" WHERE "+column+" = ? FOR UPDATE", key)
	return err
}
