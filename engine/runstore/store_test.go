package runstore_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func open(t testing.TB, folder string, o runstore.Options) runstore.Store {
	t.Helper()
	s, err := runstore.OpenFolder(t.Context(), folder, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// submission is a run with two items between two databases.
func submission(name string) runstore.Submission {
	end := func(host string) engine.Endpoint {
		return engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: host, User: "u",
			Password: datasource.NewSecret("hunter2")})
	}
	c := &checks.Check{Type: "OWN_A", Page: checks.Page{Title: "Own check"}}
	return runstore.Submission{Name: name, Type: engine.Migration, SourceID: "e_1", SinkID: "e_2", User: "ann",
		Task: engine.Task{Name: name, Source: end("a"), Destination: end("b"), Phases: checks.Full},
		Plan: engine.Plan{Items: []engine.Item{{Check: c, Side: checks.Source, Role: checks.Master},
			{Check: c, Side: checks.Dest, Role: checks.Master}}},
		Databases: []runstore.Database{{Address: "a:3306", Connections: 4, Limit: 8},
			{Address: "b:3306", Connections: 4, Limit: 8}}}
}

func submit(t testing.TB, s runstore.Store, sub runstore.Submission) runstore.Run {
	t.Helper()
	r, _, err := s.Submit(t.Context(), sub)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func claim(t testing.TB, s runstore.Store) runstore.Claim {
	t.Helper()
	c, err := s.Claim(t.Context(), runstore.Worker{ID: "w", Lease: runstore.MinLease})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func finished(index int, outcome engine.Outcome) runstore.Item {
	status := map[engine.Outcome]engine.ItemStatus{engine.Passed: engine.ItemPassed, engine.Warned: engine.ItemWarning,
		engine.Skipped: engine.ItemSkipped}[outcome]
	if status == "" {
		status = engine.ItemFailed
	}
	return runstore.Item{Index: index, Status: status, Outcome: outcome,
		Result: []byte(`{"Outcome":"` + outcome + `"}`)}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t testing.TB, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("the error is %v, want %v", err, kind)
	}
}

// finish stores all items of a run as passed, and ends it.
func finish(t testing.TB, s runstore.Store, c runstore.Claim) runstore.Run {
	t.Helper()
	must(t, s.Put(t.Context(), c, finished(0, engine.Passed), finished(1, engine.Passed)))
	r, err := s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFinished, Head: []byte("{}")})
	must(t, err)
	return r
}

// A run goes from its submission to its end, and everything of it is read back, also by another process.
func TestRun(t *testing.T) { everywhere(t, testRun) }

func testRun(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	sub := submission("shop")
	sub.Labels, sub.Ignored, sub.ProjectID = []string{"l_1", "l_2"}, []string{"fullTransferConfig"}, "np_1"
	r := submit(t, s, sub)
	if r.Status != engine.StatusPending || r.Items != 2 || r.Version != 1 || r.Attempt != 1 || r.Submitted.IsZero() ||
		!r.Started.IsZero() || time.Since(r.Submitted).Abs() > time.Minute {
		t.Errorf("%+v", r)
	}
	if diff := cmp.Diff(sub.Task.WithoutPasswords().Source, r.Task.Source,
		cmp.AllowUnexported(datasource.Secret{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c := claim(t, s)
	must(t, s.Start(t.Context(), c, runstore.Item{Index: 1}, runstore.Item{Index: 0}))
	must(t, s.Put(t.Context(), c, finished(1, engine.Failed)))
	if data := at.contents(t); strings.Contains(data, "hunter2") || data == "" {
		t.Errorf("the store has a password, or nothing: %d bytes", len(data))
	}
	other := at.open(t, runstore.Options{})
	r, items, err := other.Snapshot(t.Context(), r.ID)
	must(t, err)
	if r.Status != engine.StatusRunning || r.Done != 1 || r.Outcomes[engine.Failed] != 1 || r.Started.IsZero() {
		t.Errorf("%+v", r)
	}
	if len(items) != 2 || items[0].Status != engine.ItemRunning || items[1].Status != engine.ItemFailed ||
		items[1].Finished.IsZero() || string(items[1].Result) != `{"Outcome":"failed"}` {
		t.Errorf("%+v", items)
	}
	changed, err := s.Items(t.Context(), r.ID, items[0].Version)
	must(t, err)
	if len(changed) != 1 || changed[0].Index != 1 {
		t.Errorf("changed after version %d: %+v", items[0].Version, changed)
	}
	_, err = s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFailed})
	want(t, err, runstore.ErrInvalid) // an item is not stored
	must(t, s.Put(t.Context(), c, finished(0, engine.Passed)))
	r, err = s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFailed, Head: []byte(`{"a":1}`)})
	must(t, err)
	if r.Status != engine.StatusFailed || r.End != runstore.Complete || r.Finished.IsZero() ||
		string(r.Head) != `{"a":1}` {
		t.Errorf("%+v", r)
	}
	again, err := s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFailed})
	must(t, err)
	if diff := cmp.Diff(r, again, cmp.AllowUnexported(datasource.Secret{})); diff != "" {
		t.Errorf("the same Finish again (-want +got):\n%s", diff)
	}
	want(t, s.Put(t.Context(), c, finished(0, engine.Passed)), runstore.ErrLost)
	_, err = s.Get(t.Context(), "t_none")
	want(t, err, runstore.ErrNotFound)
}

// state is what a run is in before an action.
type state string

var states = map[state]func(*testing.T, runstore.Store) (runstore.Run, runstore.Claim){
	"queued": func(t *testing.T, s runstore.Store) (runstore.Run, runstore.Claim) {
		return submit(t, s, submission("x")), runstore.Claim{}
	},
	"running": func(t *testing.T, s runstore.Store) (runstore.Run, runstore.Claim) {
		submit(t, s, submission("x"))
		c := claim(t, s)
		must(t, s.Put(t.Context(), c, finished(0, engine.Failed)))
		return c.Run, c
	},
	"cancelling": func(t *testing.T, s runstore.Store) (runstore.Run, runstore.Claim) {
		submit(t, s, submission("x"))
		c := claim(t, s)
		_, err := s.Cancel(t.Context(), c.Run.ID)
		must(t, err)
		return c.Run, c
	},
	"finished": func(t *testing.T, s runstore.Store) (runstore.Run, runstore.Claim) {
		submit(t, s, submission("x"))
		c := claim(t, s)
		must(t, s.Put(t.Context(), c, finished(0, engine.Failed), finished(1, engine.Passed)))
		r, err := s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFailed})
		must(t, err)
		return r, c
	},
	"cancelled": func(t *testing.T, s runstore.Store) (runstore.Run, runstore.Claim) {
		r := submit(t, s, submission("x"))
		r, err := s.Cancel(t.Context(), r.ID)
		must(t, err)
		return r, runstore.Claim{Run: r}
	},
}

var actions = map[string]func(context.Context, runstore.Store, runstore.Run, runstore.Claim) error{
	"cancel": func(ctx context.Context, s runstore.Store, r runstore.Run, _ runstore.Claim) error {
		_, err := s.Cancel(ctx, r.ID)
		return err
	},
	"skip": func(ctx context.Context, s runstore.Store, r runstore.Run, _ runstore.Claim) error {
		_, err := s.Skip(ctx, r.ID, engine.Skip{Type: "OWN_A", Reason: "known"})
		return err
	},
	"retry": func(ctx context.Context, s runstore.Store, r runstore.Run, _ runstore.Claim) error {
		_, err := s.Retry(ctx, r.ID, runstore.Retry{})
		return err
	},
	"retry failed": func(ctx context.Context, s runstore.Store, r runstore.Run, _ runstore.Claim) error {
		_, err := s.Retry(ctx, r.ID, runstore.Retry{FailedOnly: true, Exclude: []string{"shop.t"}})
		return err
	},
	"start": func(ctx context.Context, s runstore.Store, _ runstore.Run, c runstore.Claim) error {
		return s.Start(ctx, c, runstore.Item{Index: 1})
	},
	"put": func(ctx context.Context, s runstore.Store, _ runstore.Run, c runstore.Claim) error {
		return s.Put(ctx, c, finished(1, engine.Warned))
	},
	"put again": func(ctx context.Context, s runstore.Store, _ runstore.Run, c runstore.Claim) error {
		return s.Put(ctx, c, finished(0, engine.Failed))
	},
	"put another": func(ctx context.Context, s runstore.Store, _ runstore.Run, c runstore.Claim) error {
		return errors.Join(s.Put(ctx, c, finished(0, engine.Failed)), s.Put(ctx, c, finished(0, engine.Passed)))
	},
	"beat": func(ctx context.Context, s runstore.Store, _ runstore.Run, c runstore.Claim) error {
		_, err := s.Beat(ctx, c, runstore.MinLease)
		return err
	},
	"release": func(ctx context.Context, s runstore.Store, _ runstore.Run, c runstore.Claim) error {
		return s.Release(ctx, c)
	},
	"interrupt": func(ctx context.Context, s runstore.Store, _ runstore.Run, c runstore.Claim) error {
		_, err := s.Finish(ctx, c, runstore.Ending{Status: engine.StatusFailed, Reason: runstore.Interrupted,
			Text: message.Verbatim("lost")})
		return err
	},
	"reap": func(ctx context.Context, s runstore.Store, _ runstore.Run, _ runstore.Claim) error {
		_, err := s.Reap(ctx)
		return err
	},
}

// Every action in every state of a run has one outcome: a new state, or an error that changes nothing.
func TestTransitions(t *testing.T) { everywhere(t, testTransitions) }

func testTransitions(t *testing.T, at place) {
	const (
		pending, running, failed = engine.StatusPending, engine.StatusRunning, engine.StatusFailed
	)
	type after struct {
		status engine.ProjectStatus
		end    runstore.EndReason
		done   int
		err    error
	}
	none := runstore.Complete
	lost := runstore.ErrLost
	s := at.open(t, runstore.Options{})
	for from, tc := range map[state]map[string]after{
		"queued": {
			"cancel": {failed, runstore.Cancelled, 0, nil}, "skip": {pending, none, 0, nil},
			"retry":        {pending, none, 0, runstore.ErrConflict},
			"retry failed": {pending, none, 0, runstore.ErrConflict},
			"start":        {pending, none, 0, lost}, "put": {pending, none, 0, lost}, "beat": {pending, none, 0, lost},
			"put again": {pending, none, 0, lost}, "put another": {pending, none, 0, lost},
			"release": {pending, none, 0, lost}, "interrupt": {pending, none, 0, runstore.ErrNotFound},
			"reap": {pending, none, 0, nil}},
		"running": {
			"cancel": {running, none, 1, nil}, "skip": {running, none, 1, nil},
			"retry":        {running, none, 1, runstore.ErrConflict},
			"retry failed": {running, none, 1, runstore.ErrConflict},
			"start":        {running, none, 1, nil}, "put": {running, none, 2, nil}, "beat": {running, none, 1, nil},
			"put again": {running, none, 1, nil}, "put another": {running, none, 1, runstore.ErrConflict},
			"release": {pending, none, 1, nil}, "interrupt": {failed, runstore.Interrupted, 1, nil},
			"reap": {running, none, 1, nil}},
		"cancelling": {
			"cancel": {running, none, 0, nil}, "skip": {running, none, 0, runstore.ErrConflict},
			"retry":        {running, none, 0, runstore.ErrConflict},
			"retry failed": {running, none, 0, runstore.ErrConflict},
			"start":        {running, none, 0, nil}, "put": {running, none, 1, nil}, "beat": {running, none, 0, nil},
			"put again": {running, none, 1, nil}, "put another": {running, none, 1, runstore.ErrConflict},
			"release": {failed, runstore.Cancelled, 0, nil}, "interrupt": {failed, runstore.Cancelled, 0, nil},
			"reap": {running, none, 0, nil}},
		"finished": {
			"cancel": {failed, none, 2, runstore.ErrConflict}, "skip": {pending, none, 2, nil},
			"retry": {pending, none, 0, nil}, "retry failed": {pending, none, 1, nil},
			"start": {failed, none, 2, lost}, "put": {failed, none, 2, lost}, "beat": {failed, none, 2, lost},
			"put again": {failed, none, 2, lost}, "put another": {failed, none, 2, lost},
			"release": {failed, none, 2, lost}, "interrupt": {failed, none, 2, nil}, "reap": {failed, none, 2, nil}},
		"cancelled": {
			"cancel": {failed, runstore.Cancelled, 0, nil},
			"skip":   {failed, runstore.Cancelled, 0, runstore.ErrConflict},
			"retry":  {pending, none, 0, nil}, "retry failed": {pending, none, 0, nil},
			"start": {failed, runstore.Cancelled, 0, lost}, "put": {failed, runstore.Cancelled, 0, lost},
			"put again": {failed, runstore.Cancelled, 0, lost}, "put another": {failed, runstore.Cancelled, 0, lost},
			"beat": {failed, runstore.Cancelled, 0, lost}, "release": {failed, runstore.Cancelled, 0, lost},
			"interrupt": {failed, runstore.Cancelled, 0, lost}, "reap": {failed, runstore.Cancelled, 0, nil}},
	} {
		if len(tc) != len(actions) {
			t.Errorf("%s: %d of %d actions are tested", from, len(tc), len(actions))
		}
		for action, wanted := range tc {
			t.Run(string(from)+" "+action, func(t *testing.T) {
				r, c := states[from](t, s)
				defer func() { // so that no other run waits for its connections, or is claimed after it
					_, _ = s.Cancel(t.Context(), r.ID)
					_, _ = s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFailed})
				}()
				before, err := s.Get(t.Context(), r.ID)
				must(t, err)
				err = actions[action](t.Context(), s, r, c)
				if !errors.Is(err, wanted.err) {
					t.Errorf("the error is %v, want %v", err, wanted.err)
				}
				now, items, err := s.Snapshot(t.Context(), r.ID)
				must(t, err)
				got := after{now.Status, now.End, now.Done, wanted.err}
				if diff := cmp.Diff(wanted, got, cmp.AllowUnexported(after{}), cmp.Comparer(errors.Is)); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				stored := 0
				for _, i := range items {
					if i.Outcome != "" {
						stored++
					}
				}
				if stored != now.Done {
					t.Errorf("%d items are stored, %d are counted", stored, now.Done)
				}
				if wanted.err != nil && action != "put another" && before.Version != now.Version {
					t.Errorf("the action failed and changed the run")
				}
				stats, err := s.Stats(t.Context())
				must(t, err)
				if used := stats.Connections["a:3306"]; (used == 4) != (now.Status == running) {
					t.Errorf("a run that is %s uses %d connections", now.Status, used)
				}
			})
		}
	}
}

// A repeated request with an idempotency key returns the first run, also when both arrive at once.
func TestIdempotency(t *testing.T) { everywhere(t, testIdempotency) }

func testIdempotency(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	sub := submission("x")
	sub.IdempotencyKey, sub.Digest = "ann/1", "digest"
	ids := make([]string, 8)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			r, _, err := s.Submit(t.Context(), sub)
			if err != nil {
				t.Error(err)
			}
			ids[i] = r.ID
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Errorf("one key made the runs %v", ids)
			break
		}
	}
	sub.Digest = "another"
	_, _, err := s.Submit(t.Context(), sub)
	want(t, err, runstore.ErrKeyReused)
	_, total, err := s.List(t.Context(), runstore.Filter{}, runstore.Page{})
	must(t, err)
	if total != 1 {
		t.Errorf("%d runs", total)
	}
}

func TestQueueIsBounded(t *testing.T) { everywhere(t, testQueueIsBounded) }

func testQueueIsBounded(t *testing.T, at place) {
	s := at.open(t, runstore.Options{Queue: 2})
	submit(t, s, submission("a"))
	submit(t, s, submission("b"))
	_, _, err := s.Submit(t.Context(), submission("c"))
	want(t, err, runstore.ErrQueueFull)
	finish(t, s, claim(t, s))
	submit(t, s, submission("c"))
}

// Runs of a busy database wait, and do not hold up the others; no database has more connections than its limit.
func TestClaimRespectsLimits(t *testing.T) { everywhere(t, testClaimRespectsLimits) }

func testClaimRespectsLimits(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	between := func(name, a, b string, n int) {
		sub := submission(name)
		sub.Databases = []runstore.Database{{Address: a, Connections: n, Limit: 6},
			{Address: b, Connections: n, Limit: 6}}
		submit(t, s, sub)
		time.Sleep(2 * time.Millisecond) // the queue is in order of milliseconds
	}
	between("hot1", "hot", "x", 4)
	between("hot2", "hot", "y", 4)
	between("hot3", "z", "hot", 2)
	between("idle", "x2", "y2", 6)
	var names []string
	var claims []runstore.Claim
	for {
		c, err := s.Claim(t.Context(), runstore.Worker{ID: "w", Lease: runstore.MinLease})
		if errors.Is(err, runstore.ErrNothing) {
			break
		}
		must(t, err)
		claims, names = append(claims, c), append(names, c.Run.Name)
	}
	if diff := cmp.Diff([]string{"hot1", "hot3", "idle"}, names); diff != "" {
		t.Errorf("claimed (-want +got):\n%s", diff)
	}
	stats, err := s.Stats(t.Context())
	must(t, err)
	if stats.Connections["hot"] != 6 || stats.Limits["hot"] != 6 || stats.Queued != 1 {
		t.Errorf("%+v", stats)
	}
	for stats.Oldest == 0 { // until it has waited for a millisecond
		stats, err = s.Stats(t.Context())
		must(t, err)
	}
	finish(t, s, claims[0])
	if c := claim(t, s); c.Run.Name != "hot2" {
		t.Errorf("claimed %s", c.Run.Name)
	}
	sub := submission("too many")
	sub.Databases[0].Connections = 9
	_, _, err = s.Submit(t.Context(), sub)
	want(t, err, runstore.ErrInvalid)
}

// A skip that is added while a run is running keeps it from finishing without it.
func TestSkipWhileRunning(t *testing.T) { everywhere(t, testSkipWhileRunning) }

func testSkipWhileRunning(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	submit(t, s, submission("x"))
	c := claim(t, s)
	must(t, s.Put(t.Context(), c, finished(0, engine.Failed), finished(1, engine.Passed)))
	_, err := s.Skip(t.Context(), c.Run.ID, engine.Skip{Type: "OWN_A", Reason: "known"})
	must(t, err)
	_, err = s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFailed})
	want(t, err, runstore.ErrConflict)
	c.Run, err = s.Beat(t.Context(), c, runstore.MinLease)
	must(t, err)
	if c.Run.Skips != 1 || len(c.Run.Task.Skip) != 1 {
		t.Errorf("%+v", c.Run)
	}
	again := finished(0, engine.Skipped)
	again.Skips = 1
	must(t, s.Put(t.Context(), c, again))
	r, err := s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusSkipped})
	must(t, err)
	if r.Status != engine.StatusSkipped || r.Done != 2 || r.Outcomes[engine.Skipped] != 1 ||
		r.Outcomes[engine.Failed] != 0 {
		t.Errorf("%+v", r)
	}
}

// Wait returns when the run changes, also by another process, and when the context ends.
func TestWait(t *testing.T) { everywhere(t, testWait) }

func testWait(t *testing.T, at place) {
	s, other := at.open(t, runstore.Options{}), at.open(t, runstore.Options{})
	r := submit(t, s, submission("x"))
	for name, store := range map[string]runstore.Store{"this process": s, "another process": other} {
		changed := make(chan runstore.Run, 1)
		go func() {
			r, err := store.Wait(context.WithoutCancel(t.Context()), r.ID, r.Version)
			if err != nil {
				t.Error(err)
			}
			changed <- r
		}()
		skip := engine.Skip{Type: "OWN_A", Reason: name}
		_, err := s.Skip(t.Context(), r.ID, skip)
		must(t, err)
		now := <-changed
		if now.Version <= r.Version {
			t.Errorf("%s: version %d after %d", name, now.Version, r.Version)
		}
		r = now
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := s.Wait(ctx, r.ID, r.Version)
	want(t, err, context.DeadlineExceeded)
	_, err = s.Wait(t.Context(), "t_none", 0)
	want(t, err, runstore.ErrNotFound)
}

func TestBackup(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir(), runstore.Options{})
	r := submit(t, s, submission("x"))
	finish(t, s, claim(t, s))
	folder := t.TempDir()
	must(t, s.Backup(t.Context(), filepath.Join(folder, "precheck.db")))
	want(t, s.Backup(t.Context(), filepath.Join(folder, "precheck.db")), runstore.ErrExists)
	copied, err := open(t, folder, runstore.Options{}).Get(t.Context(), r.ID)
	must(t, err)
	if copied.Status != engine.StatusFinished || copied.Done != 2 {
		t.Errorf("%+v", copied)
	}
}

// The store reports each run that it ends, once.
func TestEnded(t *testing.T) { everywhere(t, testEnded) }

func testEnded(t *testing.T, at place) {
	ended := map[string]runstore.EndReason{}
	s := at.open(t, runstore.Options{Ended: func(r runstore.Run) {
		if former, again := ended[r.Name]; again {
			t.Errorf("%s has ended again, before as %q", r.Name, former)
		}
		ended[r.Name] = r.End
	}})
	for _, name := range []string{"finished", "released", "cancelled"} {
		submit(t, s, submission(name))
	}
	finish(t, s, claim(t, s))
	released := claim(t, s)
	must(t, s.Release(t.Context(), released))
	for _, name := range []string{"released", "cancelled"} {
		runs, _, err := s.List(t.Context(), runstore.Filter{Search: name}, runstore.Page{})
		must(t, err)
		for range 2 { // the second one has no effect
			_, err = s.Cancel(t.Context(), runs[0].ID)
			must(t, err)
		}
	}
	if diff := cmp.Diff(map[string]runstore.EndReason{"finished": runstore.Complete, "released": runstore.Cancelled,
		"cancelled": runstore.Cancelled}, ended); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
