package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// own returns a check of the source that runs f.
func own(checkType string, f func(context.Context, *checks.Pass) error) *checks.Check {
	page := checks.ParsePage("# " + checkType + ": " + checkType + " check\n\nWhat.\n\n## Why it matters\n\nx\n\n" +
		"## How it is decided\n\nx\n\n## Privileges\n\nx\n\n## Remedy\n\nx\n\n## If skipped\n\nRows are lost.\n\n" +
		"## Findings\n\n### wrong\n\n{object} is wrong.\n\nRemedy: Fix it.\n")
	return &checks.Check{Type: checkType, Page: page, Level: checks.Fail, Sides: []checks.Side{checks.Source},
		Phases: checks.AllPhases, Run: f}
}

func passes(context.Context, *checks.Pass) error { return nil }

func fails(_ context.Context, p *checks.Pass) error {
	p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail, Object: checks.ServerObject})
	return nil
}

// counted counts the calls of a check.
func counted(n *atomic.Int64, f func(context.Context, *checks.Pass) error) func(context.Context, *checks.Pass) error {
	return func(ctx context.Context, p *checks.Pass) error {
		n.Add(1)
		return f(ctx, p)
	}
}

// blocks waits until the channel is closed.
func blocks(until <-chan struct{}) func(context.Context, *checks.Pass) error {
	return func(ctx context.Context, _ *checks.Pass) error {
		select {
		case <-until:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func task(name string) engine.Task {
	end := func(host string) engine.Endpoint {
		return engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: host, User: "u",
			Password: datasource.NewSecret("hunter2")})
	}
	return engine.Task{Name: name, Type: engine.Migration, Phases: checks.Full, Source: end("a"), Destination: end("b"),
		Objects: checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: "shop"}}}}
}

// options are those of an engine with only these checks, which reads no server.
func options(added ...*checks.Check) []engine.Option {
	var types []string
	for _, c := range added {
		types = append(types, c.Type)
	}
	empty := func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
		return datasource.Snapshot{}, nil
	}
	return []engine.Option{engine.WithChecks(added...), engine.WithOnly(types...), engine.WithOpener(empty)}
}

func openStore(t testing.TB, name string, o runstore.Options) runstore.Store {
	t.Helper()
	s, err := openNamed(t.Context(), name, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// openNamed opens the store of a folder or of servers.
func openNamed(ctx context.Context, name string, o runstore.Options) (runstore.Store, error) {
	if !runstore.IsURL(name) {
		return runstore.OpenFolder(ctx, name, o)
	}
	servers, err := runstore.ParseServers(name)
	if err != nil {
		return nil, err
	}
	return runstore.OpenServers(ctx, servers, o)
}

// everywhere runs a test with the name of a new store of each kind.
func everywhere(t *testing.T, test func(t *testing.T, store string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, t.TempDir())
	})
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) { test(t, storeOn(t, s)) })
}

// storeOn returns the name of a new store on a server.
func storeOn(t testing.TB, s *dbtest.Server) string {
	t.Helper()
	database := s.Database(t)
	user, password := s.Account(t, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON "+database+".* TO %s")
	return fmt.Sprintf("mysql://%s:%s@%s:%d/%s", user, password, s.Host, s.Port, database)
}

// start runs a fleet; stop ends it.
func start(t testing.TB, c fleet.Config) (f *fleet.Fleet, stop func()) {
	t.Helper()
	if c.Complete == nil {
		c.Complete = func(_ context.Context, r runstore.Run) (engine.Task, error) { return r.Task, nil }
	}
	f, err := fleet.New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	running.Go(func() { f.Run(ctx) })
	stop = sync.OnceFunc(func() {
		cancel()
		running.Wait()
	})
	t.Cleanup(stop)
	return f, stop
}

func submit(t testing.TB, f *fleet.Fleet, task engine.Task) runstore.Run {
	t.Helper()
	r, _, err := f.Submit(t.Context(), runstore.Submission{Name: task.Name, Type: task.Type, Task: task})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// complete gives the databases of a task their passwords.
func complete(source, dest datasource.Secret) func(context.Context, runstore.Run) (engine.Task, error) {
	return func(_ context.Context, r runstore.Run) (engine.Task, error) {
		if !r.Task.Source.Password.Empty() {
			return engine.Task{}, errors.New("the store has a password")
		}
		r.Task.Source.Password, r.Task.Destination.Password = source, dest
		return r.Task, nil
	}
}

// await waits until a run satisfies a condition.
func await(t testing.TB, s runstore.Store, id string, is func(runstore.Run) bool) runstore.Run {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	version := int64(0)
	for {
		r, err := s.Wait(ctx, id, version)
		if err != nil {
			t.Fatal(err, r)
		}
		if is(r) {
			return r
		}
		version = r.Version
	}
}

func ended(r runstore.Run) bool { return r.Ended() }

func done(n int) func(runstore.Run) bool { return func(r runstore.Run) bool { return r.Done == n } }

// A stored run has the report of the engine, and shows its items in plan order with a progress that never falls.
func TestReport(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), runstore.Options{})
	release := make(chan struct{})
	all := options(own("OWN_A", fails), own("OWN_B", blocks(release)), own("OWN_C", passes))
	f, _ := start(t, fleet.Config{Store: s, Engine: all})
	r := submit(t, f, task("shop"))
	await(t, s, r.ID, func(r runstore.Run) bool {
		items, err := s.Items(t.Context(), r.ID, 0)
		return r.Done == 2 && len(items) == 3 && err == nil
	})
	report, _, err := f.Report(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	data := report.Data(false)
	var got []string
	for _, rec := range data.PreCheckResults {
		got = append(got, rec.CheckType+" "+string(rec.Status))
	}
	if diff := cmp.Diff([]string{"OWN_A FAILED", "OWN_B RUNNING", "OWN_C PASSED"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if data.ProjectID != r.ID || data.ProjectStatus != engine.StatusRunning || int(data.Progress) != 66 {
		t.Errorf("%+v", data)
	}
	close(release)
	ended := await(t, s, r.ID, ended)
	report, _, err = f.Report(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(all...)
	if err != nil {
		t.Fatal(err)
	}
	wanted := task("shop")
	wanted.ID = r.ID
	direct, err := e.Run(t.Context(), wanted)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(direct.Data(false), report.Data(false)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if ended.Status != engine.StatusFailed || ended.Outcomes[engine.Failed] != 1 || report.Duration == 0 {
		t.Errorf("%+v", ended)
	}
}

// A run that is given back goes on in the next fleet: what is done is not done again.
func TestRestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := openStore(t, folder, runstore.Options{})
	var a, b atomic.Int64
	release := make(chan struct{})
	all := options(own("OWN_A", counted(&a, fails)), own("OWN_B", counted(&b, blocks(release))))
	f, stop := start(t, fleet.Config{Store: s, Engine: all})
	r := submit(t, f, task("shop"))
	await(t, s, r.ID, done(1))
	stop()
	if r, err := s.Get(t.Context(), r.ID); err != nil || r.Status != engine.StatusPending || r.Done != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, folder, runstore.Options{})
	close(release)
	start(t, fleet.Config{Store: s, Engine: all})
	r = await(t, s, r.ID, ended)
	if r.Status != engine.StatusFailed || r.End != runstore.Complete || r.Restarts != 0 {
		t.Errorf("%+v", r)
	}
	if a.Load() != 1 || b.Load() != 2 {
		t.Errorf("the item that was done ran %d times, the other %d times", a.Load(), b.Load())
	}
}

// A running run that is cancelled ends soon, keeps what is done, and says why the rest was not checked.
func TestCancel(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), runstore.Options{})
	f, _ := start(t, fleet.Config{Store: s, Engine: options(own("OWN_A", passes), own("OWN_B", blocks(nil)))})
	r := submit(t, f, task("shop"))
	await(t, s, r.ID, done(1))
	asked := time.Now()
	if _, err := s.Cancel(t.Context(), r.ID); err != nil {
		t.Fatal(err)
	}
	r = await(t, s, r.ID, ended)
	if took := time.Since(asked); took > 10*time.Second { // on a loaded machine; a lease lapses after 30 s
		t.Errorf("the run ended %s after it was cancelled", took)
	}
	if r.Status != engine.StatusFailed || r.End != runstore.Cancelled || r.Done != 1 {
		t.Errorf("%+v", r)
	}
	report, _, err := f.Report(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	data := report.Data(false)
	if rec := data.PreCheckResults[1]; data.ProjectStatus != engine.StatusFailed || rec.Status != engine.ItemFailed ||
		*rec.Message != "Not checked: the precheck was cancelled." {
		t.Errorf("%s %+v", data.ProjectStatus, rec)
	}
}

// A run whose cancel was asked for ends as cancelled when its worker dies, and is never queued again.
func TestCancelWhileTheWorkerDies(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	dying := openStore(t, folder, runstore.Options{})
	s := openStore(t, folder, runstore.Options{})
	f, err := fleet.New(fleet.Config{Store: s, Engine: options(own("OWN_A", passes))})
	if err != nil {
		t.Fatal(err)
	}
	cancelled, lost := submit(t, f, task("cancelled")), submit(t, f, task("lost"))
	for range 2 {
		if _, err := dying.Claim(t.Context(), runstore.Worker{ID: "w", Lease: runstore.MinLease}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Cancel(t.Context(), cancelled.ID); err != nil {
		t.Fatal(err)
	}
	if err := dying.Close(); err != nil { // without an end of its runs, as if it were killed
		t.Fatal(err)
	}
	if _, err := s.Reap(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := s.Get(t.Context(), cancelled.ID)
	if err != nil || r.Status != engine.StatusFailed || r.End != runstore.Cancelled {
		t.Errorf("%+v, %v", r, err)
	}
	r, err = s.Get(t.Context(), lost.ID)
	if err != nil || r.Status != engine.StatusPending || r.Restarts != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// A run whose worker is lost again and again ends as interrupted, with its finished items readable.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	s := openStore(t, folder, runstore.Options{MaxRestarts: 1})
	f, err := fleet.New(fleet.Config{Store: s, Engine: options(own("OWN_A", fails), own("OWN_B", passes))})
	if err != nil {
		t.Fatal(err)
	}
	r := submit(t, f, task("shop"))
	for range 2 {
		dying := openStore(t, folder, runstore.Options{})
		c, err := dying.Claim(t.Context(), runstore.Worker{ID: "w", Lease: runstore.MinLease})
		if err != nil {
			t.Fatal(err)
		}
		item := f.Engine().Plan(task("shop")).Items[0]
		data, err := engine.EncodeResult(engine.Result{Item: item, Outcome: engine.Passed})
		if err != nil {
			t.Fatal(err)
		}
		if err := dying.Put(t.Context(), c, runstore.Item{Status: engine.ItemPassed, Outcome: engine.Passed,
			Result: data}); err != nil {
			t.Fatal(err)
		}
		if err := dying.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Reap(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	report, r, err := f.Report(t.Context(), r.ID)
	if err != nil || r.Status != engine.StatusFailed || r.End != runstore.Interrupted {
		t.Fatalf("%+v, %v", r, err)
	}
	records := report.Data(false).PreCheckResults
	if records[0].Status != engine.ItemPassed || *records[1].Message !=
		"Not checked: the precheck was interrupted: the server that ran it ended." {
		t.Errorf("%+v", records)
	}
}

// A skip runs only what it concerns again, after the run and while it runs.
func TestSkip(t *testing.T) {
	t.Parallel()
	for _, while := range []bool{false, true} {
		t.Run(fmt.Sprint(while), func(t *testing.T) {
			t.Parallel()
			s := openStore(t, t.TempDir(), runstore.Options{})
			var a, b, c, d atomic.Int64
			release := make(chan struct{})
			dependent := own("OWN_B", counted(&b, passes))
			dependent.Requires = []string{"OWN_A"}
			f, _ := start(t, fleet.Config{Store: s, Engine: options(own("OWN_A", counted(&a, fails)), dependent,
				own("OWN_C", counted(&c, passes)), own("OWN_D", counted(&d, blocks(release))))})
			r := submit(t, f, task("shop"))
			r = await(t, s, r.ID, done(3))
			if !while {
				close(release)
				r = await(t, s, r.ID, ended)
				if r.Status != engine.StatusFailed || r.Outcomes[engine.Blocked] != 1 {
					t.Errorf("%+v", r)
				}
			}
			version := r.Version
			if _, err := f.Skip(t.Context(), r.ID, engine.Skip{Type: "OWN_A", Reason: "known"}); err != nil {
				t.Fatal(err)
			}
			if while {
				close(release)
			}
			r = await(t, s, r.ID, func(r runstore.Run) bool { return r.Ended() && r.Version > version })
			if r.Status != engine.StatusSkipped || r.Done != 4 || r.Outcomes[engine.Skipped] != 1 ||
				r.Outcomes[engine.Passed] != 3 {
				t.Errorf("%+v", r)
			}
			if a.Load() != 2 || b.Load() != 1 || c.Load() != 1 || d.Load() != 1 {
				t.Errorf("the items ran %d, %d, %d and %d times", a.Load(), b.Load(), c.Load(), d.Load())
			}
			report, _, err := f.Report(t.Context(), r.ID)
			if err != nil || report.Status(false) != engine.StatusSkipped || len(report.Warnings) != 0 {
				t.Errorf("%+v, %v", report, err)
			}
			_, err = f.Skip(t.Context(), r.ID, engine.Skip{Type: "NO_SUCH", Reason: "x"})
			var invalid engine.TaskErrors
			if !errors.As(err, &invalid) {
				t.Errorf("an unknown check was skipped: %v", err)
			}
		})
	}
}

func TestRetry(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), runstore.Options{})
	var a, b atomic.Int64
	first := atomic.Bool{}
	first.Store(true)
	f, _ := start(t, fleet.Config{Store: s, Engine: options(own("OWN_A", counted(&a, passes)),
		own("OWN_B", counted(&b, func(ctx context.Context, p *checks.Pass) error {
			if first.Load() {
				return fails(ctx, p)
			}
			return nil
		})))})
	r := submit(t, f, task("shop"))
	await(t, s, r.ID, ended)
	first.Store(false)
	for attempt, tc := range []struct {
		retry runstore.Retry
		a, b  int64
	}{{runstore.Retry{FailedOnly: true}, 1, 2}, {runstore.Retry{Exclude: []string{"shop.t"}}, 2, 3}} {
		if _, err := f.Retry(t.Context(), r.ID, tc.retry); err != nil {
			t.Fatal(err)
		}
		r = await(t, s, r.ID, ended)
		if r.Status != engine.StatusFinished || r.Attempt != attempt+2 || a.Load() != tc.a || b.Load() != tc.b {
			t.Errorf("%+v: the items ran %d and %d times", r, a.Load(), b.Load())
		}
	}
	if !slices.Equal(r.Task.Objects.Exclude, []string{"shop.t"}) {
		t.Errorf("the task excludes %v", r.Task.Objects.Exclude)
	}
	_, err := f.Retry(t.Context(), r.ID, runstore.Retry{Exclude: []string{"a.b.c["}})
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) {
		t.Errorf("a wrong pattern was accepted: %v", err)
	}
}

// A run whose task cannot be completed ends with the reason.
func TestRefused(t *testing.T) {
	t.Parallel()
	for end, err := range map[runstore.EndReason]error{
		runstore.Refused:     message.Err("runstore.data_source.not_found", "id", "e_1"),
		runstore.Interrupted: fmt.Errorf("the passwords are gone: %w", fleet.ErrInterrupted),
	} {
		s := openStore(t, t.TempDir(), runstore.Options{})
		f, _ := start(t, fleet.Config{Store: s, Engine: options(own("OWN_A", passes)),
			Complete: func(context.Context, runstore.Run) (engine.Task, error) { return engine.Task{}, err }})
		r := submit(t, f, task("shop"))
		r = await(t, s, r.ID, ended)
		if r.Status != engine.StatusFailed || r.End != end || r.EndText.String() != err.Error() {
			t.Errorf("%+v", r)
		}
		report, _, errReport := f.Report(t.Context(), r.ID)
		if errReport != nil || report.Status(false) != engine.StatusFailed ||
			*report.Data(false).PreCheckResults[0].Message != "Not checked: "+err.Error()+"." {
			t.Errorf("%v %+v", errReport, report.Data(false))
		}
	}
	s := openStore(t, t.TempDir(), runstore.Options{})
	f, _ := start(t, fleet.Config{Store: s, Engine: options(own("OWN_A", passes)),
		Limit: func(string) int { return 1 }})
	same := task("shop")
	same.Destination.Host = "A"
	_, _, err := f.Submit(t.Context(), runstore.Submission{Task: same})
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) {
		t.Errorf("two databases within a limit of 1 connection: %v", err)
	}
	if _, _, err := f.Submit(t.Context(), runstore.Submission{}); !errors.As(err, &invalid) {
		t.Errorf("an empty task was queued: %v", err)
	}
}

// Over all runs, no database has more connections than its limit.
func TestConnections(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), runstore.Options{})
	limits := map[string]int{"hot:3306": 6, "a:3306": 3, "b:3306": 16}
	var mu sync.Mutex
	used, most := map[string]int{}, map[string]int{}
	added := []*checks.Check{own("OWN_A", func(ctx context.Context, _ *checks.Pass) error {
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
		}
		return nil
	})}
	all := append(options(added...), engine.WithOpener(
		func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
			mu.Lock()
			defer mu.Unlock()
			used[e.Address()] += e.Connections
			most[e.Address()] = max(most[e.Address()], used[e.Address()])
			return reader{close: func() {
				mu.Lock()
				defer mu.Unlock()
				used[e.Address()] -= e.Connections
			}}, nil
		}))
	f, _ := start(t, fleet.Config{Store: s, Engine: all, Runs: 20, Limit: func(a string) int { return limits[a] }})
	hosts := []string{"hot", "a", "b", "hot"}
	var ids []string
	for i := range 40 {
		wanted := task(fmt.Sprint(i))
		wanted.Source.Host, wanted.Destination.Host = hosts[i%4], hosts[(i+i/4+1)%4]
		wanted.Source.Port, wanted.Destination.Port = 3306, 3306
		ids = append(ids, submit(t, f, wanted).ID)
	}
	for _, id := range ids {
		if r := await(t, s, id, ended); r.Status != engine.StatusFinished {
			t.Errorf("%+v", r)
		}
	}
	for a, limit := range limits {
		if most[a] > limit || most[a] == 0 {
			t.Errorf("%s had %d connections, the limit is %d", a, most[a], limit)
		}
	}
}

// reader is a reader without facts.
type reader struct {
	datasource.Snapshot
	close func()
}

func (r reader) Close() error {
	r.close()
	return nil
}

// failing is a store that cannot write for a while.
type failing struct {
	runstore.Store
	left atomic.Int64 // failures of Put and Finish to come
}

func (f *failing) fails() error {
	if f.left.Add(-1) < 0 {
		return nil
	}
	return &runstore.Error{Kind: runstore.ErrFull, Text: message.Verbatim("the disk is full")}
}

func (f *failing) Put(ctx context.Context, c runstore.Claim, items ...runstore.Item) error {
	if err := f.fails(); err != nil {
		return err
	}
	return f.Store.Put(ctx, c, items...)
}

func (f *failing) Finish(ctx context.Context, c runstore.Claim, e runstore.Ending) (runstore.Run, error) {
	if err := f.fails(); err != nil {
		return runstore.Run{}, err
	}
	return f.Store.Finish(ctx, c, e)
}

// While the store cannot be written, no result is shown; afterwards nothing is missing, and nothing has run twice.
func TestStoreFailsForAWhile(t *testing.T) {
	t.Parallel()
	s := &failing{Store: openStore(t, t.TempDir(), runstore.Options{})}
	s.left.Store(3)
	var n atomic.Int64
	f, _ := start(t, fleet.Config{Store: s, Engine: options(own("OWN_A", counted(&n, passes)))})
	r := submit(t, f, task("shop"))
	if r = await(t, s, r.ID, ended); r.Status != engine.StatusFinished || r.Done != 1 || n.Load() != 1 {
		t.Errorf("%+v: the item ran %d times", r, n.Load())
	}
}

// A fleet that stops lets its runs finish within Config.Drain.
func TestDrain(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), runstore.Options{})
	release := make(chan struct{})
	f, stop := start(t, fleet.Config{Store: s, Engine: options(own("OWN_A", passes), own("OWN_B", blocks(release))),
		Drain: time.Minute})
	r := submit(t, f, task("shop"))
	await(t, s, r.ID, done(1))
	stopped := make(chan struct{})
	go func() {
		stop()
		close(stopped)
	}()
	close(release)
	<-stopped
	r, err := s.Get(t.Context(), r.ID)
	if err != nil || r.Status != engine.StatusFinished {
		t.Errorf("%+v, %v", r, err)
	}
}

// A program whose catalogue has changed since a run was queued runs the plan of its own, and keeps what is done.
func TestReplan(t *testing.T) {
	t.Parallel()
	s := openStore(t, t.TempDir(), runstore.Options{})
	var a atomic.Int64
	older, stop := start(t, fleet.Config{Store: s, Engine: options(own("OWN_GONE", blocks(nil)),
		own("OWN_A", counted(&a, fails)))})
	r := submit(t, older, task("shop"))
	await(t, s, r.ID, done(1))
	stop()
	newer, _ := start(t, fleet.Config{Store: s, Engine: options(own("OWN_NEW", passes),
		own("OWN_A", counted(&a, passes)))})
	await(t, s, r.ID, ended)
	report, r, err := newer.Report(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, rec := range report.Data(false).PreCheckResults {
		got = append(got, rec.CheckType+" "+string(rec.Status))
	}
	if diff := cmp.Diff([]string{"OWN_NEW PASSED", "OWN_A FAILED"}, got); diff != "" || a.Load() != 1 {
		t.Errorf("OWN_A ran %d times (-want +got):\n%s", a.Load(), diff)
	}
}
