package runstore

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// The columns of runs. A list does without the large ones.
const (
	runColumns = `id, project_id, name, type, source_id, sink_id, username, status, end_reason, items, passed, warned,
		failed, skipped, blocked, unknown, attempt, restarts, skips, version, submitted, started, finished,
		cancel_asked, owner, epoch, labels, ignored, end_text, zones, stage`
	wholeRun = runColumns + ", task, plan_id, head FROM runs JOIN run_bodies ON run_id = id"
)

func scanRun(scan func(...any) error) (Run, error) { return scanRow(scan) }

func scanWholeRun(scan func(...any) error) (Run, error) {
	var task, head []byte
	var plan string
	r, err := scanRow(scan, &task, &plan, &head)
	if err != nil {
		return Run{}, err
	}
	r.PlanID = plan
	var errTask, errHead error
	task, errTask = unpack(task)
	r.Head, errHead = unpack(head)
	if err := errors.Join(errTask, errHead); err != nil {
		return Run{}, err
	}
	r.Task, err = engine.DecodeTask(task)
	return r, damaged(err)
}

func scanRow(scan func(...any) error, more ...any) (Run, error) {
	var r Run
	var passed, warned, failed, skipped, blocked, unknown int
	var submitted, started, finished, cancelAsked int64
	var labels, ignored, endText string
	err := scan(append([]any{&r.ID, &r.ProjectID, &r.Name, &r.Type, &r.SourceID, &r.SinkID, &r.User, &r.Status, &r.End,
		&r.Items, &passed, &warned, &failed, &skipped, &blocked, &unknown, &r.Attempt, &r.Restarts, &r.Skips,
		&r.Version, &submitted, &started, &finished, &cancelAsked, &r.Owner, &r.Epoch, &labels, &ignored, &endText,
		&r.Zones, &r.Stage}, more...)...)
	if err != nil {
		return Run{}, err
	}
	r.Outcomes = map[engine.Outcome]int{}
	for outcome, n := range map[engine.Outcome]int{engine.Passed: passed, engine.Warned: warned, engine.Failed: failed,
		engine.Skipped: skipped, engine.Blocked: blocked, engine.Unknown: unknown} {
		if n > 0 {
			r.Outcomes[outcome] = n
		}
		r.Done += n
	}
	r.Submitted, r.Started, r.Finished, r.CancelAsked = moment(submitted), moment(started), moment(finished),
		moment(cancelAsked)
	var errLabels, errIgnored, errText error
	r.Labels, errLabels = decodeTexts(labels)
	r.Ignored, errIgnored = decodeTexts(ignored)
	if endText != "" {
		errText = damaged(json.Unmarshal([]byte(endText), &r.EndText))
	}
	return r, errors.Join(errLabels, errIgnored, errText)
}

// run returns a run, or ErrNotFound.
func run(ctx context.Context, q querier, id string) (Run, error) {
	r, err := first(ctx, q, scanWholeRun, "SELECT "+wholeRun+" WHERE id = ?", id)
	if errors.Is(err, sql.ErrNoRows) {
		return Run{}, fail(ErrNotFound, message.New("runstore.run.not_found", "id", id))
	}
	if err == nil {
		r.Plan, err = plan(ctx, q, r.PlanID)
	}
	if err == nil && r.Zones.staged() {
		r.Stages, err = stages(ctx, q, id)
	}
	return r, err
}

// plan returns a plan, which never changes.
func plan(ctx context.Context, q querier, id string) ([]byte, error) {
	known := &q.store().plans
	if data, ok := known.Load(id); ok {
		return data.([]byte), nil
	}
	packed, err := one[[]byte](ctx, q, "SELECT plan FROM plans WHERE id = ?", id)
	if err != nil {
		return nil, err
	}
	data, err := unpack(packed)
	if err == nil {
		known.Store(id, data)
	}
	return data, err
}

// keepPlan stores a plan, unless it is stored, and returns its ID.
func (t *tx) keepPlan(ctx context.Context, data []byte) (id string, err error) {
	sum := sha256.Sum256(data)
	id = hex.EncodeToString(sum[:16])
	known, err := one[int](ctx, t, "SELECT COUNT(*) FROM plans WHERE id = ?", id)
	if err == nil && known == 0 {
		_, err = t.exec("INSERT INTO plans (id, plan) VALUES (?, ?)", id, pack(data))
		if kind, lost := t.s.d.kind(err); kind == ErrConflict && !lost {
			err = nil // another process has stored it meanwhile
		}
	}
	return id, err
}

// Submit implements Runs.
func (s *store) Submit(ctx context.Context, sub Submission) (Run, bool, error) {
	task := sub.Task.WithoutPasswords()
	if task.ID == "" {
		task.ID = NewID(RunPrefix)
	}
	encodedTask, errTask := engine.EncodeTask(task)
	plan, errPlan := engine.EncodePlan(sub.Plan)
	if err := errors.Join(errTask, errPlan); err != nil {
		return Run{}, false, err
	}
	needed := slices.Clone(sub.Databases)
	for _, stage := range sub.Stages {
		needed = append(needed, stage.Databases...)
	}
	if len(sub.Stages) > 0 {
		sub.Zones, sub.Databases = sub.Stages[0].zones(), sub.Stages[0].Databases
	}
	for _, d := range needed {
		if d.Address == "" || d.Connections < 1 || d.Connections > d.Limit {
			return Run{}, false, fail(ErrInvalid, message.New("runstore.submit.connections", "address", d.Address,
				"connections", d.Connections, "limit", d.Limit))
		}
	}
	type submitted struct {
		run      Run
		existing bool
	}
	done, err := write(ctx, s, "Submit", func(t *tx) (submitted, error) {
		if err := t.alone(ctx); err != nil {
			return submitted{}, err
		}
		if former, err := t.submission(ctx, sub); err != nil || former != nil {
			if err != nil {
				return submitted{}, err
			}
			return submitted{*former, true}, nil
		}
		if err := t.admit(ctx); err != nil {
			return submitted{}, err
		}
		if err := t.insert(ctx, task.ID, sub, len(task.Skip), pack(encodedTask), plan); err != nil {
			return submitted{}, err
		}
		r, err := run(ctx, t, task.ID)
		return submitted{run: r}, err
	})
	return done.run, done.existing, err
}

// submission returns the run that was submitted with the idempotency key, nil if there is none.
func (t *tx) submission(ctx context.Context, sub Submission) (*Run, error) {
	if sub.IdempotencyKey == "" {
		return nil, nil
	}
	type former struct{ run, digest string }
	f, err := first(ctx, t, func(scan func(...any) error) (f former, err error) { return f, scan(&f.run, &f.digest) },
		"SELECT run_id, digest FROM submissions WHERE idem_key = ?", sub.IdempotencyKey)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	case f.digest != sub.Digest:
		return nil, fail(ErrKeyReused, message.New("runstore.submit.key_reused", "id", f.run))
	}
	r, err := run(ctx, t, f.run)
	return &r, err
}

// admit fails if the queue is full.
func (t *tx) admit(ctx context.Context) error {
	queued, err := one[int](ctx, t, "SELECT COUNT(*) FROM runs WHERE status = 'PENDING'")
	if err == nil && queued >= t.s.o.Queue {
		err = fail(ErrQueueFull, message.New("runstore.queue_full", "count", queued))
	}
	return err
}

func (t *tx) insert(ctx context.Context, id string, sub Submission, skips int, task, plan []byte) error {
	if sub.ProjectID != "" {
		if err := t.attach(ctx, sub.ProjectID, id); err != nil {
			return err
		}
	}
	_, err := t.exec(`INSERT INTO runs (id, project_id, name, type, source_id, sink_id, username, status, end_reason,
			items, passed, warned, failed, skipped, blocked, unknown, attempt, restarts, skips, version, submitted,
			queued, started, finished, cancel_asked, owner, epoch, lease_until, labels, ignored, end_text,
			zones, demand)
		VALUES (?, ?, ?, ?, ?, ?, ?, 'PENDING', '', ?, 0, 0, 0, 0, 0, 0, 1, 0, ?, 1, {now}, {now}, 0, 0, 0, '', 0, 0,
			?, ?, '', ?, ?)`, id, sub.ProjectID, sub.Name, string(sub.Type), sub.SourceID, sub.SinkID, sub.User,
		len(sub.Plan.Items), skips, encodeTexts(sub.Labels), encodeTexts(sub.Ignored), string(sub.Zones),
		demandOf(sub.Zones, sub.Databases))
	if err != nil {
		return err
	}
	planID, err := t.keepPlan(ctx, plan)
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO run_bodies (run_id, task, plan_id) VALUES (?, ?, ?)", id, task, planID)
	if err != nil {
		return err
	}
	t.touch(id)
	for _, label := range slices.Compact(slices.Sorted(slices.Values(sub.Labels))) {
		if _, err := t.exec("INSERT INTO run_labels (label, run_id) VALUES (?, ?)", label, id); err != nil {
			return err
		}
	}
	for _, d := range sub.Databases {
		if err := t.needs(id, d); err != nil {
			return err
		}
	}
	if err := t.insertStages(id, sub.Stages); err != nil {
		return err
	}
	if err := t.last(id); err != nil {
		return err
	}
	if sub.IdempotencyKey != "" {
		_, err = t.exec("INSERT INTO submissions (idem_key, digest, run_id) VALUES (?, ?, ?)", sub.IdempotencyKey,
			sub.Digest, id)
	}
	return err
}

// attach makes a run the current one of a project, if there is such a project.
func (t *tx) attach(ctx context.Context, project, id string) error {
	current, err := all(ctx, t, value[string], `SELECT r.id FROM projects p JOIN runs r ON r.id = p.run_id
		WHERE p.id = ? AND r.status IN ('PENDING', 'RUNNING')`, project)
	if err != nil {
		return err
	}
	if len(current) > 0 {
		return fail(ErrConflict, message.New("runstore.project.running", "id", project, "run", current[0]))
	}
	_, err = t.exec("UPDATE projects SET run_id = ?, modified = {now} WHERE id = ?", id, project)
	return err
}

// needs records the connections that a run needs on a database.
func (t *tx) needs(id string, d Database) error {
	n, err := t.exec("UPDATE addresses SET most = ? WHERE address = ?", d.Limit, d.Address)
	if err == nil && n == 0 {
		_, err = t.exec("INSERT INTO addresses (address, most) VALUES (?, ?)", d.Address, d.Limit)
	}
	if err != nil {
		return err
	}
	_, err = t.exec("INSERT INTO run_databases (run_id, address, connections) VALUES (?, ?, ?)", id, d.Address,
		d.Connections)
	return err
}

// Get implements Runs.
func (s *store) Get(ctx context.Context, id string) (Run, error) {
	r, err := run(ctx, s, id)
	return r, s.explain(err)
}

// Items implements Runs.
func (s *store) Items(ctx context.Context, id string, after int64) ([]Item, error) {
	found, err := items(ctx, s, id, after)
	return found, s.explain(err)
}

func items(ctx context.Context, q querier, id string, after int64) ([]Item, error) {
	return all(ctx, q, scanItem, `SELECT n, status, outcome, skips, version, started, finished, result FROM items
		WHERE run_id = ? AND version > ? ORDER BY n`, id, after)
}

func scanItem(scan func(...any) error) (i Item, err error) {
	var started, finished int64
	var result []byte
	err = scan(&i.Index, &i.Status, &i.Outcome, &i.Skips, &i.Version, &started, &finished, &result)
	if err != nil {
		return Item{}, err
	}
	i.Started, i.Finished = moment(started), moment(finished)
	i.Result, err = unpack(result)
	return i, err
}

// Snapshot implements Runs.
func (s *store) Snapshot(ctx context.Context, id string) (r Run, found []Item, err error) {
	err = s.at(ctx, func(q querier) error {
		if r, err = run(ctx, q, id); err != nil {
			return err
		}
		found, err = items(ctx, q, id, 0)
		return err
	})
	return r, found, err
}

// List implements Runs.
func (s *store) List(ctx context.Context, f Filter, p Page) (runs []Run, total int, err error) {
	if f.Check != "" {
		if err := s.keepProfiles(ctx); err != nil {
			return nil, 0, err
		}
	}
	from, args := f.sql(s.d)
	err = s.at(ctx, func(q querier) error {
		if total, err = one[int](ctx, q, "SELECT COUNT(*)"+from, args...); err != nil {
			return err
		}
		runs, err = all(ctx, q, scanRun, "SELECT "+runColumns+from+p.sql("submitted"), args...)
		return err
	})
	return runs, total, err
}

// Cancel implements Runs.
func (s *store) Cancel(ctx context.Context, id string) (Run, error) {
	type cancelled struct {
		run   Run
		ended bool // by this call
	}
	done, err := write(ctx, s, "Cancel", func(t *tx) (cancelled, error) {
		if err := t.aloneOn(ctx, id); err != nil {
			return cancelled{}, err
		}
		queued, err := t.exec(`UPDATE runs SET status = 'FAILED', end_reason = 'CANCELLED', cancel_asked = {now},
			finished = {now}, version = version + 1 WHERE id = ? AND status = 'PENDING'`, id)
		if err != nil {
			return cancelled{}, err
		}
		if queued > 0 {
			if err := t.moved(ctx, id); err != nil {
				return cancelled{}, err
			}
		}
		running, err := t.exec(`UPDATE runs SET cancel_asked = {now}, version = version + 1
			WHERE id = ? AND status = 'RUNNING' AND cancel_asked = 0`, id)
		if err != nil {
			return cancelled{}, err
		}
		r, err := run(ctx, t, id)
		if err != nil {
			return cancelled{}, err
		}
		if queued+running > 0 {
			t.touch(id)
		} else if r.Ended() && r.End != Cancelled {
			return cancelled{}, fail(ErrConflict, message.New("runstore.run.ended", "id", id))
		}
		return cancelled{r, queued > 0}, nil
	})
	if done.ended {
		s.o.Ended(done.run)
	}
	return done.run, err
}

// Skip implements Runs.
func (s *store) Skip(ctx context.Context, id string, skip engine.Skip) (Run, error) {
	return write(ctx, s, "Skip", func(t *tx) (Run, error) {
		if err := t.aloneOn(ctx, id); err != nil {
			return Run{}, err
		}
		r, err := run(ctx, t, id)
		if err != nil {
			return Run{}, err
		}
		if !r.CancelAsked.IsZero() {
			return Run{}, fail(ErrConflict, message.New("runstore.run.cancelled", "id", id))
		}
		r.Task.Skip = append(r.Task.Skip, skip)
		task, err := engine.EncodeTask(r.Task)
		if err != nil {
			return Run{}, err
		}
		if r.Ended() {
			return t.requeue(ctx, r, task)
		}
		if _, err := t.exec("UPDATE run_bodies SET task = ? WHERE run_id = ?", pack(task), id); err != nil {
			return Run{}, err
		}
		n, err := t.exec(`UPDATE runs SET skips = ?, version = version + 1
			WHERE id = ? AND version = ? AND status IN ('PENDING', 'RUNNING')`, len(r.Task.Skip), id, r.Version)
		return t.changed(ctx, id, n, err)
	})
}

// Retry implements Runs.
func (s *store) Retry(ctx context.Context, id string, retry Retry) (Run, error) {
	return write(ctx, s, "Retry", func(t *tx) (Run, error) {
		if err := t.aloneOn(ctx, id); err != nil {
			return Run{}, err
		}
		r, err := run(ctx, t, id)
		if err != nil {
			return Run{}, err
		}
		if !r.Ended() {
			return Run{}, fail(ErrConflict, message.New("runstore.run.not_ended", "id", id))
		}
		r.Task.Objects.Exclude = append(r.Task.Objects.Exclude, retry.Exclude...)
		task, err := engine.EncodeTask(r.Task)
		if err != nil {
			return Run{}, err
		}
		kept := "1 = 0"
		if retry.FailedOnly {
			kept = "status IN ('PASSED', 'WARNING', 'SKIPPED')"
		}
		if _, err := t.exec("DELETE FROM items WHERE run_id = ? AND NOT ("+kept+")", id); err != nil {
			return Run{}, err
		}
		if !retry.FailedOnly {
			_, err = t.exec("UPDATE runs SET passed = 0, warned = 0, skipped = 0 WHERE id = ?", id)
		}
		if err == nil {
			_, err = t.exec("UPDATE runs SET failed = 0, blocked = 0, unknown = 0 WHERE id = ?", id)
		}
		if err != nil {
			return Run{}, err
		}
		return t.requeue(ctx, r, task)
	})
}

// requeue queues a run again that has ended.
func (t *tx) requeue(ctx context.Context, r Run, task []byte) (Run, error) {
	if err := t.admit(ctx); err != nil {
		return Run{}, err
	}
	_, err := t.exec("UPDATE run_bodies SET task = ?, head = NULL WHERE run_id = ?", pack(task), r.ID)
	if err != nil {
		return Run{}, err
	}
	if err := t.rewind(r); err != nil {
		return Run{}, err
	}
	n, err := t.exec(`UPDATE runs SET status = 'PENDING', end_reason = '', end_text = '', cancel_asked = 0,
			finished = 0, attempt = attempt + 1, restarts = 0, started = 0, queued = {now}, skips = ?,
			version = version + 1, demand = CASE WHEN demand = '' THEN id ELSE demand END
		WHERE id = ? AND version = ? AND status IN ('FINISHED', 'FAILED', 'SKIPPED')`, len(r.Task.Skip), r.ID,
		r.Version)
	if err == nil {
		err = t.last(r.ID)
	}
	return t.changed(ctx, r.ID, n, err)
}

// changed returns a run after a change that must have matched it.
func (t *tx) changed(ctx context.Context, id string, matched int64, err error) (Run, error) {
	if err != nil {
		return Run{}, err
	}
	if matched != 1 {
		return Run{}, fail(ErrConflict, message.New("runstore.run.changed", "id", id))
	}
	t.touch(id)
	return run(ctx, t, id)
}
