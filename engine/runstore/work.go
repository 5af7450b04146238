package runstore

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// next returns the ID of the run that a worker claims, and whether it holds that already, or sql.ErrNoRows.
func (w Worker) next(ctx context.Context, q querier) (id string, again bool, err error) {
	if w.Remote {
		id, err := one[string](ctx, q, "SELECT id FROM runs WHERE status = 'RUNNING' AND owner = ?", w.ID)
		if !errors.Is(err, sql.ErrNoRows) {
			return id, true, err
		}
	}
	id, err = w.candidate(ctx, q)
	return id, false, err
}

// held selects the run of a claim, while the claim holds it. Its arguments are those of Claim.held.
const held = " WHERE id = ? AND owner = ? AND epoch = ? AND status = 'RUNNING'"

func (c Claim) held(before ...any) []any { return append(before, c.Run.ID, c.Owner, c.Epoch) }

// Lost returns the error of a worker that no longer holds the run.
func (c Claim) Lost() error { return fail(ErrLost, message.New("runstore.lost", "id", c.Run.ID)) }

// Claim implements Work.
func (s *store) Claim(ctx context.Context, worker Worker) (Claim, error) {
	if worker.Lease < MinLease {
		return Claim{}, fail(ErrInvalid, message.New("runstore.lease", "lease", worker.Lease, "least", MinLease))
	}
	nothing := fail(ErrNothing, message.New("runstore.nothing"))
	if _, _, err := worker.next(ctx, s); errors.Is(err, sql.ErrNoRows) {
		return Claim{}, nothing // without a write
	} else if err != nil {
		return Claim{}, s.explain(err)
	}
	owner := worker.ID
	if !worker.Remote {
		owner = s.place.owner(worker.ID)
	}
	stale := false // an older program, which does not know of demands, has taken the run
	claim, err := write(ctx, s, "Claim", func(t *tx) (Claim, error) {
		if err := t.alone(ctx); err != nil {
			return Claim{}, err
		}
		id, again, err := worker.next(ctx, t)
		if errors.Is(err, sql.ErrNoRows) {
			return Claim{}, nothing
		} else if err != nil {
			return Claim{}, err
		}
		if again {
			n, err := t.exec(`UPDATE runs SET lease_until = {now} + ?
				WHERE id = ? AND owner = ? AND status = 'RUNNING'`, worker.Lease.Milliseconds(), id, owner)
			if err == nil && n != 1 {
				err = nothing
			}
			if err != nil {
				return Claim{}, err
			}
			return claimOf(ctx, t, id)
		}
		n, err := t.exec(`UPDATE runs SET status = 'RUNNING', owner = ?, epoch = epoch + 1, lease_until = {now} + ?,
				started = CASE WHEN started = 0 THEN {now} ELSE started END, version = version + 1
			WHERE id = ? AND status = 'PENDING'`, owner, worker.Lease.Milliseconds(), id)
		if err != nil {
			return Claim{}, err
		}
		if stale = n != 1; stale {
			return Claim{}, nothing
		}
		if err := t.moved(ctx, id); err != nil {
			return Claim{}, err
		}
		_, err = t.exec(`INSERT INTO claimed (address, run_id, connections)
			SELECT address, run_id, connections FROM run_databases WHERE run_id = ?`, id)
		if err != nil {
			return Claim{}, err
		}
		t.touch(id)
		return claimOf(ctx, t, id)
	})
	if stale {
		err = errors.Join(err, s.fixDemands(ctx))
	}
	return claim, err
}

// claimOf returns the claim that holds a run.
func claimOf(ctx context.Context, q querier, id string) (Claim, error) {
	granted, err := all(ctx, q, scanDatabase, `SELECT c.address, c.connections, a.most FROM claimed c
		JOIN addresses a ON a.address = c.address WHERE c.run_id = ? ORDER BY c.address`, id)
	if err != nil {
		return Claim{}, err
	}
	r, err := run(ctx, q, id)
	return Claim{Run: r, Owner: r.Owner, Epoch: r.Epoch, Databases: granted}, err
}

// Holds reports whether the claim holds a run.
func (c Claim) Holds(r Run) bool {
	return c.Epoch > 0 && r.ID == c.Run.ID && r.Owner == c.Owner && r.Epoch == c.Epoch &&
		r.Status == engine.StatusRunning
}

func scanDatabase(scan func(...any) error) (d Database, err error) {
	return d, scan(&d.Address, &d.Connections, &d.Limit)
}

// hold begins a change of a run by its worker: it fails if the claim does not hold the run.
func (t *tx) hold(c Claim) error {
	n, err := t.exec("UPDATE runs SET version = version + 1"+held, c.held()...)
	switch {
	case err != nil:
		return err
	case n != 1:
		return c.Lost()
	}
	t.touch(c.Run.ID)
	return nil
}

// Replan implements Work.
func (s *store) Replan(ctx context.Context, c Claim, p engine.Plan, moved map[int]int) error {
	plan, err := engine.EncodePlan(p)
	if err != nil {
		return err
	}
	_, err = write(ctx, s, "Replan", func(t *tx) (none struct{}, err error) {
		if err := t.hold(c); err != nil {
			return none, err
		}
		kept, err := items(ctx, t, c.Run.ID, 0)
		if err != nil {
			return none, err
		}
		if _, err := t.exec("DELETE FROM items WHERE run_id = ?", c.Run.ID); err != nil {
			return none, err
		}
		outcomes := map[engine.Outcome]int{}
		for _, i := range kept {
			at, ok := moved[i.Index]
			if !ok || i.Outcome == "" {
				continue
			}
			outcomes[i.Outcome]++
			_, err := t.exec(`INSERT INTO items (run_id, n, status, outcome, skips, version, started, finished, result)
				SELECT id, ?, ?, ?, ?, version, ?, ?, ? FROM runs WHERE id = ?`, at, string(i.Status),
				string(i.Outcome), i.Skips, i.Started.UnixMilli(), i.Finished.UnixMilli(), pack(i.Result), c.Run.ID)
			if err != nil {
				return none, err
			}
		}
		planID, err := t.keepPlan(ctx, plan)
		if err != nil {
			return none, err
		}
		_, err = t.exec("UPDATE run_bodies SET plan_id = ? WHERE run_id = ?", planID, c.Run.ID)
		if err != nil {
			return none, err
		}
		_, err = t.exec(`UPDATE runs SET items = ?, passed = ?, warned = ?, failed = ?, skipped = ?,
			blocked = ?, unknown = ?`+held, c.held(len(p.Items), outcomes[engine.Passed],
			outcomes[engine.Warned], outcomes[engine.Failed], outcomes[engine.Skipped], outcomes[engine.Blocked],
			outcomes[engine.Unknown])...)
		return none, err
	})
	return err
}

// Start implements Work.
func (s *store) Start(ctx context.Context, c Claim, started ...Item) error {
	_, err := write(ctx, s, "Start", func(t *tx) (none struct{}, err error) {
		if err := t.hold(c); err != nil {
			return none, err
		}
		for _, i := range started {
			_, err := t.exec(`INSERT INTO items (run_id, n, status, outcome, skips, version, started, finished)
				SELECT id, ?, 'RUNNING', '', ?, version, {now}, 0 FROM runs WHERE id = ? AND items > ?
					AND NOT EXISTS (SELECT 1 FROM items WHERE run_id = ? AND n = ?)`,
				i.Index, i.Skips, c.Run.ID, i.Index, c.Run.ID, i.Index)
			if err != nil {
				return none, err
			}
		}
		return none, nil
	})
	return err
}

// Put implements Work.
func (s *store) Put(ctx context.Context, c Claim, finished ...Item) error {
	_, err := write(ctx, s, "Put", func(t *tx) (none struct{}, err error) {
		if err := t.hold(c); err != nil {
			return none, err
		}
		planned, err := one[int](ctx, t, "SELECT items FROM runs WHERE id = ?", c.Run.ID)
		if err != nil {
			return none, err
		}
		for _, i := range finished {
			if i.Index < 0 || i.Index >= planned || counters[i.Outcome] == "" {
				return none, fail(ErrInvalid,
					message.New("runstore.item.invalid", "index", i.Index, "outcome", i.Outcome))
			}
			if err := t.put(ctx, c, i); err != nil {
				return none, err
			}
		}
		return none, nil
	})
	return err
}

// counters are the columns of runs that count the outcomes.
var counters = map[engine.Outcome]string{engine.Passed: "passed", engine.Warned: "warned", engine.Failed: "failed",
	engine.Skipped: "skipped", engine.Blocked: "blocked", engine.Unknown: "unknown"}

func (t *tx) put(ctx context.Context, c Claim, i Item) error {
	counter, result := counters[i.Outcome], pack(i.Result)
	former, err := first(ctx, t, scanItem, `SELECT n, status, outcome, skips, version, started, finished, result
		FROM items WHERE run_id = ? AND n = ?`, c.Run.ID, i.Index)
	var n int64
	switch {
	case errors.Is(err, sql.ErrNoRows):
		n, err = t.exec(`INSERT INTO items (run_id, n, status, outcome, skips, version, started, finished, result)
			SELECT id, ?, ?, ?, ?, version, {now}, {now}, ? FROM runs WHERE id = ?`, i.Index, string(i.Status),
			string(i.Outcome), i.Skips, result, c.Run.ID)
	case err != nil:
	case former.Outcome == "" || former.Skips < i.Skips:
		n, err = t.exec(`UPDATE items SET status = ?, outcome = ?, skips = ?, result = ?, finished = {now},
				version = (SELECT version FROM runs WHERE id = ?)
			WHERE run_id = ? AND n = ? AND outcome = ? AND skips = ?`, string(i.Status), string(i.Outcome), i.Skips,
			result, c.Run.ID, c.Run.ID, i.Index, string(former.Outcome), former.Skips)
	case former.Outcome == i.Outcome && former.Skips == i.Skips && bytes.Equal(former.Result, i.Result):
		return nil // the same Put again
	default:
		return fail(ErrConflict, message.New("runstore.item.finished", "id", c.Run.ID, "index", i.Index))
	}
	if err != nil {
		return err
	}
	if n != 1 {
		return fail(ErrConflict, message.New("runstore.item.finished", "id", c.Run.ID, "index", i.Index))
	}
	change := "UPDATE runs SET " + counter + " = " + counter + " + 1"
	if old, ok := counters[former.Outcome]; ok {
		if old == counter {
			return nil
		}
		change += ", " + old + " = " + old + " - 1"
	}
	_, err = t.exec(change+" WHERE id = ?", c.Run.ID)
	return err
}

// Beat implements Work.
func (s *store) Beat(ctx context.Context, c Claim, lease time.Duration) (Run, error) {
	return write(ctx, s, "Beat", func(t *tx) (Run, error) {
		n, err := t.exec("UPDATE runs SET lease_until = {now} + ?"+held, c.held(max(lease, MinLease).Milliseconds())...)
		if err != nil {
			return Run{}, err
		}
		if n != 1 {
			return Run{}, c.Lost()
		}
		r, err := run(ctx, t, c.Run.ID)
		return r, err
	})
}

// Finish implements Work.
func (s *store) Finish(ctx context.Context, c Claim, e Ending) (Run, error) {
	text := ""
	if !e.Text.IsZero() {
		data, err := json.Marshal(e.Text)
		if err != nil {
			return Run{}, err
		}
		text = string(data)
	}
	return s.endings(write(ctx, s, "Finish", func(t *tx) (Run, error) {
		if err := t.lockRun(ctx, c.Run.ID); err != nil {
			return Run{}, err
		}
		r, err := run(ctx, t, c.Run.ID)
		switch {
		case err != nil:
			return Run{}, err
		case r.Owner != c.Owner || r.Epoch != c.Epoch || c.Epoch == 0:
			return Run{}, c.Lost()
		case r.Ended():
			return r, nil // the same Finish again
		case !r.CancelAsked.IsZero():
			e.Status, e.Reason = engine.StatusFailed, Cancelled
		case e.Reason == Complete && r.Skips != c.Run.Skips:
			return Run{}, fail(ErrConflict, message.New("runstore.run.skip_added", "id", c.Run.ID))
		case e.Reason == Complete && (r.Done != r.Items || r.Now().Side != ""):
			return Run{}, fail(ErrInvalid, message.New("runstore.run.incomplete", "id", c.Run.ID, "done", r.Done,
				"items", r.Items))
		}
		_, err = t.exec("UPDATE run_bodies SET head = ? WHERE run_id = ?", pack(e.Head), c.Run.ID)
		if err != nil {
			return Run{}, err
		}
		n, err := t.exec(`UPDATE runs SET status = ?, end_reason = ?, end_text = ?, finished = {now},
			version = version + 1`+held+" AND version = ?", append(c.held(string(e.Status), string(e.Reason), text),
			r.Version)...)
		if err != nil {
			return Run{}, err
		}
		if n != 1 {
			return Run{}, c.Lost()
		}
		if err := t.keepProfile(ctx, r); err != nil {
			return Run{}, err
		}
		return t.freed(ctx, c.Run.ID)
	}))
}

// freed ends the use of the databases by a run that no longer runs, and forgets its items that had started.
func (t *tx) freed(ctx context.Context, id string) (Run, error) {
	if _, err := t.exec("DELETE FROM claimed WHERE run_id = ?", id); err != nil {
		return Run{}, err
	}
	if _, err := t.exec("DELETE FROM items WHERE run_id = ? AND outcome = ''", id); err != nil {
		return Run{}, err
	}
	t.touch(id)
	return run(ctx, t, id)
}

// Release implements Work.
func (s *store) Release(ctx context.Context, c Claim) error {
	_, err := s.endings(write(ctx, s, "Release", func(t *tx) (Run, error) {
		if err := t.alone(ctx); err != nil {
			return Run{}, err
		}
		n, err := t.exec(giveBack+held, c.held()...)
		if err != nil {
			return Run{}, err
		}
		if n != 1 {
			return Run{}, c.Lost()
		}
		if err := t.moved(ctx, c.Run.ID); err != nil {
			return Run{}, err
		}
		return t.freed(ctx, c.Run.ID)
	}))
	return err
}

// giveBack queues a run again, or ends it if its cancel was asked for.
const (
	giveBack = giveUp + ", demand = CASE WHEN demand = '' THEN id ELSE demand END"
	giveUp   = `UPDATE runs SET status = CASE WHEN cancel_asked > 0 THEN 'FAILED' ELSE 'PENDING' END,
		end_reason = CASE WHEN cancel_asked > 0 THEN 'CANCELLED' ELSE '' END,
		finished = CASE WHEN cancel_asked > 0 THEN {now} ELSE 0 END, owner = '', version = version + 1`
)

// Reap implements Work.
func (s *store) Reap(ctx context.Context) ([]Run, error) {
	reaped, err := s.reap(ctx)
	return reaped, errors.Join(err, s.sweep(ctx))
}

func (s *store) reap(ctx context.Context) ([]Run, error) {
	dead, forget := s.place.dead()
	defer forget()
	lapsed := "status = 'RUNNING' AND (lease_until < {now}"
	var args []any
	for _, name := range dead {
		lapsed += " OR owner LIKE ?"
		args = append(args, name+"/%")
	}
	lapsed += ")"
	ids, err := all(ctx, s, value[string], "SELECT id FROM runs WHERE "+lapsed, args...)
	if err != nil || len(ids) == 0 {
		return nil, s.explain(err)
	}
	reaped, err := write(ctx, s, "Reap", func(t *tx) (reaped []Run, err error) {
		if err := t.alone(ctx); err != nil {
			return nil, err
		}
		for _, id := range ids {
			n, err := t.exec(giveBack+", restarts = restarts + 1 WHERE id = ? AND "+lapsed,
				append([]any{id}, args...)...)
			if err != nil {
				return nil, err
			}
			if n == 0 {
				continue // it was renewed, or has ended meanwhile
			}
			if _, err := t.exec(`UPDATE runs SET status = 'FAILED', end_reason = 'INTERRUPTED', finished = {now}
				WHERE id = ? AND status = 'PENDING' AND restarts > ?`, id, t.s.o.MaxRestarts); err != nil {
				return nil, err
			}
			if err := t.moved(ctx, id); err != nil {
				return nil, err
			}
			r, err := t.freed(ctx, id)
			if err != nil {
				return nil, err
			}
			t.s.o.Log.Warn("the worker of a run was lost", "run", id, "status", r.Status, "reason", r.End)
			reaped = append(reaped, r)
		}
		return reaped, nil
	})
	for _, r := range reaped {
		_, _ = s.endings(r, err)
	}
	return reaped, err
}
