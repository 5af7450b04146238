package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// The Err of the results of items that a run did not reach.
var (
	ErrInterrupted = message.Err("engine.run.interrupted") // the caller's context was cancelled
	ErrTimeout     = message.Err("engine.run.timeout")     // Limits.Timeout was reached
)

// Run checks a task. If ctx is cancelled, it returns a report in which the remaining items could
// not be checked. An error means that the task itself cannot be run.
func (e *Engine) Run(ctx context.Context, t Task) (*Report, error) { return e.Resume(ctx, t, nil) }

// Resume checks a task of which some items are done: they keep their results, and the others run. It otherwise does
// what Run does. Observers are not told of the items that are done, but done includes them.
func (e *Engine) Resume(ctx context.Context, t Task, done []Result) (*Report, error) {
	t.Limits = t.Limits.withDefaults()
	if t.ID == "" {
		t.ID = "t_" + strings.ToLower(rand.Text()[:12])
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	if t.Source.Dump != "" {
		return nil, message.Err("engine.dump.not_loaded")
	}
	e, err := e.with(t.Checks)
	if err != nil {
		return nil, err
	}
	if err := e.ValidateSkips(t); err != nil {
		return nil, err
	}
	if err := e.validateOnly(t); err != nil {
		return nil, err
	}
	t = t.inLanguage()
	started := time.Now()
	plan := e.Plan(t)
	ctx, ended := e.tracer.Run(ctx, t)
	var report *Report
	defer func() { ended(report) }()
	runContext, cancel := context.WithTimeoutCause(ctx, t.Limits.Timeout, ErrTimeout)
	r := &run{engine: e, task: t, plan: plan, caller: ctx, context: runContext, started: started,
		skips: make([]skipUse, len(t.Skip)), kept: done}
	defer cancel()
	leave := func() {}
	defer func() { leave() }() // when the connections are closed
	defer r.closeAll()
	if err := r.openAll(); err != nil {
		return nil, err
	}

	r.notify(func(o Observer) { o.Planned(ctx, t, plan) })
	admitted, err := r.admit(runContext)
	if r.queued = err != nil; !r.queued {
		leave = admitted
	}
	results := r.items()
	warnings := r.warnings(results)
	cancel()
	r.stopReads()
	r.explainTimeout(results)
	report = &Report{Task: t, Plan: plan, Results: results, Warnings: warnings, Usage: r.usage(),
		Databases: r.reached(), Scope: r.scope(), Sizes: r.sizes(), Started: started, Duration: time.Since(started),
		Interrupted: ctx.Err() != nil}
	return report, nil
}

// run is the state of one run.
type run struct {
	engine  *Engine
	task    Task
	plan    Plan
	caller  context.Context
	context context.Context // the caller's, within the run's time limit
	started time.Time

	databases []*database
	queued    bool // the run ended while it waited for other runs
	mapping   func(context.Context) (*checks.Mapping, error)
	resolved  atomic.Pointer[checks.Mapping] // what mapping has returned; nil before

	observing sync.Mutex
	done      int

	skipping sync.Mutex
	skips    []skipUse // of each skip of the task

	kept []Result // of items that are done

	scopes    map[checks.Side]datasource.Scope
	capturing checks.Side // the side whose facts are captured; empty: the task is run
	apart     bool        // its items that only a connection shows are checked, too
}

// database is one database of the task.
type database struct {
	side     checks.Side
	role     checks.Role
	endpoint datasource.Endpoint
	reader   datasource.Reader
	facts    *datasource.Facts
	from     *SnapshotUse // nil: the database itself

	pending pending
}

// sideReader is a reader whose errors name their endpoint.
type sideReader struct {
	datasource.Reader
	side    checks.Side
	role    checks.Role
	pending *pending
	tracer  Tracer
	log     *slog.Logger
}

// Read reads one fact.
func (s sideReader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	s.pending.begin()
	traced, ended := s.tracer.Fact(ctx, s.side, s.role, fact)
	if s.log.Enabled(ctx, slog.LevelDebug) {
		traced = datasource.WithStatements(traced, s.logStatement)
	}
	value, err := s.Reader.Read(traced, fact)
	ended(err)
	s.pending.end(err != nil && ctx.Err() != nil)
	var of sideError
	if err != nil && !errors.As(err, &of) { // the scope of the destination is read from the source
		err = sideError{s.side, err}
	}
	return value, err
}

// longestLogged is how many bytes of a statement are logged.
const longestLogged = 4096

// logStatement logs a statement once it has ended.
func (s sideReader) logStatement(ctx context.Context, query string) func(int, error) {
	started := time.Now()
	return func(rows int, err error) {
		attributes := []any{"side", s.side, "role", s.role, "check", datasource.Caller(ctx),
			"duration", time.Since(started), "rows", rows, "text", query[:min(len(query), longestLogged)]}
		if err != nil {
			attributes = append(attributes, "error", err)
		}
		s.log.Debug("statement", attributes...)
	}
}

// sideError is an error of one endpoint of a task.
type sideError struct {
	side checks.Side
	error
}

// Unwrap returns the error itself.
func (e sideError) Unwrap() error { return e.error }

// Message returns the text of the error itself.
func (e sideError) Message() message.Text { return message.Of(e.error) }

func (r *run) find(side checks.Side, role checks.Role) *database {
	for _, d := range r.databases {
		if d.side == side && d.role == role {
			return d
		}
	}
	return nil
}

func (r *run) facts(side checks.Side, role checks.Role) *datasource.Facts {
	return r.find(side, role).facts
}

// openAll creates the readers. Each connects when its first fact is read.
func (r *run) openAll() error {
	resolver := &checks.Resolver{Selection: r.task.Objects}
	scopes := map[checks.Side]datasource.Scope{checks.Source: resolver.SourceScope, checks.Dest: resolver.DestScope}
	if r.capturing == checks.Dest && r.task.Source.Snapshot == "" {
		scopes[checks.Dest] = resolver.NamedDestScope
	}
	snapshots, err := r.snapshots()
	if err != nil {
		return err
	}
	for _, side := range []checks.Side{checks.Source, checks.Dest} {
		configured := r.task.endpoint(side)
		roles := []struct {
			role     checks.Role
			endpoint *datasource.Endpoint
		}{{checks.Master, &configured.Endpoint}, {checks.Slave, configured.Standby}}
		for _, one := range roles {
			if one.endpoint == nil {
				continue
			}
			endpoint := *one.endpoint
			endpoint.Connections = r.task.Limits.Connections
			endpoint.ConnectTimeout = r.task.Limits.ConnectTimeout
			endpoint.StatementTimeout = r.task.Limits.CheckTimeout
			var reader datasource.Reader
			switch taken := snapshots[side]; {
			case taken != nil:
				reader = taken.Reader(one.role, scopes[side], decodeFactError)
			case r.capturing == "":
				reader, err = r.engine.open(endpoint, scopes[side])
			case r.capturing == side:
				reader, err = r.engine.open(endpoint, recordedScope(scopes[side]))
			default:
				reader = datasource.Snapshot{}
			}
			if err != nil {
				return message.Wrap(err, "engine.run.open", "endpoint", endpointText(side))
			}
			if selective, ok := reader.(datasource.Selective); ok && r.capturing == "" && one.role == checks.Master {
				selective.Select(r.selected(side))
			}
			d := &database{side: side, role: one.role, endpoint: endpoint.WithDefaults(), reader: reader}
			if taken := snapshots[side]; taken != nil {
				d.from = configured.use(taken.Info)
			}
			d.facts = datasource.NewFacts(r.context,
				sideReader{reader, side, one.role, &d.pending, r.engine.tracer, r.engine.log})
			r.databases = append(r.databases, d)
		}
	}
	r.scopes = scopes
	resolver.Source, resolver.Dest = r.facts(checks.Source, checks.Master), r.facts(checks.Dest, checks.Master)
	var mapping datasource.Once[*checks.Mapping]
	r.mapping = func(ctx context.Context) (*checks.Mapping, error) {
		return mapping.Get(ctx, r.context, func(ctx context.Context) (*checks.Mapping, error) {
			m, err := resolver.Resolve(ctx)
			r.resolved.Store(m)
			return m, err
		})
	}
	return nil
}

// stopTimeout is how long stopReads waits for cancelled statements to end on the servers.
const stopTimeout = 1500 * time.Millisecond

// stopReads waits after the end of the run's context until no statement runs on a server.
func (r *run) stopReads() {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	for _, d := range r.databases {
		d.facts.Stop(ctx)
	}
}

// closeAll closes the readers.
func (r *run) closeAll() {
	for _, d := range r.databases {
		if err := d.reader.Close(); err != nil {
			r.engine.log.Debug("closing a reader", "side", d.side, "role", d.role, "error", err)
		}
	}
}

func (r *run) usage() []DatabaseUsage {
	var all []DatabaseUsage
	for _, d := range r.databases {
		if m, ok := d.reader.(datasource.Metered); ok {
			all = append(all, DatabaseUsage{d.side, d.role, m.Usage()})
		}
	}
	return all
}

// reached returns the databases that answered. It reads nothing: the run has stopped its reads.
func (r *run) reached() []CheckedDatabase {
	var all []CheckedDatabase
	for _, d := range r.databases {
		if server, err := datasource.FactServer.Of(r.context, d.facts); err == nil {
			all = append(all, CheckedDatabase{d.side, d.role, server, d.from})
		}
	}
	return all
}

// sizes returns the sizes of the tables of the source, if a check read them. It reads nothing.
func (r *run) sizes() []SizedTable {
	var all []SizedTable
	for _, d := range r.databases {
		if d.side != checks.Source || d.role != checks.Master {
			continue
		}
		sizes, err := datasource.FactTableSizes.Of(r.context, d.facts)
		if err != nil {
			continue
		}
		for table, size := range sizes.All() {
			if len(size) > 0 {
				all = append(all, SizedTable{table, size[0]})
			}
		}
	}
	slices.SortFunc(all, func(a, b SizedTable) int { return a.Table.Compare(b.Table) })
	return all
}

// scope returns what the task selects, nil if that is not known.
func (r *run) scope() *Scope {
	m := r.resolved.Load()
	if m == nil {
		return nil
	}
	s := &Scope{Tables: len(m.BaseTables())}
	for _, schema := range m.Schemas {
		if schema.Exists && !slices.Contains(s.Schemas, schema.Source) {
			s.Schemas = append(s.Schemas, schema.Source)
		}
	}
	for _, t := range m.Tables {
		if t.IsView() {
			s.Views++
		}
	}
	return s
}

// items runs all items at the same time; the number of connections limits the work. Each item
// waits for the items that it requires, which come before it.
func (r *run) items() []Result {
	results := make([]Result, len(r.plan.Items))
	finished := make([]chan struct{}, len(r.plan.Items))
	for i := range finished {
		finished[i] = make(chan struct{})
	}
	var group errgroup.Group
	keep := r.keep(results)
	for i := range r.plan.Items {
		if keep[i] {
			close(finished[i])
			continue
		}
		group.Go(func() error {
			defer close(finished[i])
			required := r.plan.requirements(i)
			followed := r.plan.followed(i)
			for _, j := range slices.Concat(required, followed) {
				<-finished[j]
			}
			results[i] = r.item(r.plan.Items[i], required, followed, results)
			finished := func(o Observer) { o.Finished(r.context, r.task.ID, results[i], r.done, len(results)) }
			r.notify(finished, func() { r.done++ })
			return nil
		})
	}
	_ = group.Wait() // an item's failure is a result
	return results
}

// keep sets the results of the items that are done, and returns which these are.
func (r *run) keep(results []Result) []bool {
	keep := make([]bool, len(results))
	for _, res := range r.kept {
		i := r.plan.Index(res.Item)
		if i < 0 || keep[i] {
			continue
		}
		res.Item = r.plan.Items[i]
		results[i], keep[i] = res, true
		r.done++
	}
	return keep
}

// notify calls the observers, one at a time. first runs before them under the same lock.
func (r *run) notify(call func(Observer), first ...func()) {
	r.observing.Lock()
	defer r.observing.Unlock()
	for _, f := range first {
		f()
	}
	for _, o := range r.engine.observers {
		call(o)
	}
}

// item runs one item, or returns why it cannot run.
func (r *run) item(item Item, required, followed []int, results []Result) Result {
	res := Result{Item: item, Lang: r.task.Lang}
	if err := r.stopped(); err != nil {
		res.conclude(err)
		return res
	}
	for _, j := range required {
		name := results[j].Item.NameIn(r.task.Lang)
		if mayBlock(results[j].Item.Check, item.Check) && !results[j].blocks() {
			continue
		}
		switch results[j].Outcome {
		case Failed:
			return blocked(res, message.New("engine.result.required_failed", "item", name))
		case Unknown, Blocked:
			if results[j].Outcome == Unknown && r.onlyLive(results[j].Item) {
				continue // its database is a snapshot, which can be read
			}
			return blocked(res, message.New("engine.result.required_not_checked", "item", name))
		}
	}
	r.notify(func(o Observer) { o.Started(r.context, r.task.ID, item) })
	started := time.Now()
	pass := checks.NewPass(checks.PassConfig{
		Check: item.Check, Side: item.Side, Role: item.Role, Route: r.task.Route(), Settings: r.task.Settings,
		Lang: r.task.Lang, Source: r.facts(checks.Source, checks.Master), Dest: r.facts(checks.Dest, checks.Master),
		Facts: r.facts(item.Side, item.Role), Mapping: r.mapping,
		Refused: refusedBy(followed, results),
	})
	ctx, ended := r.engine.tracer.Item(r.context, item)
	defer func() { ended(res) }()
	err := r.call(ctx, item.Check, pass)
	res.Start, res.Duration = started.Sub(r.started), time.Since(started)
	count, found := pass.Sorted()
	res.Findings = slices.Grow(res.Findings, count)
	for f := range found {
		res.Findings = append(res.Findings, Finding{Finding: *f})
	}
	res.Notes, res.VolatileNotes = pass.Notes(), pass.VolatileNotes()
	if r.onlyLive(item) {
		err = errOnlyLive()
	}
	if stopped := r.stopped(); err != nil && stopped != nil {
		err = stopped
	}
	r.skip(datasource.WithCaller(ctx, item.Check.Type), &res, err)
	res.conclude(err)
	if res.Outcome != Passed && err == nil {
		res.Removable, res.removable = r.removable(datasource.WithCaller(ctx, item.Check.Type), res.Findings,
			item.Side)
	}
	r.engine.log.Debug("item", "name", item.Name(), "outcome", res.Outcome, "duration", res.Duration)
	return res
}

// refusedBy returns a function that reports whether one of the results has a failure about a table.
func refusedBy(followed []int, results []Result) func(checks.TablePair) bool {
	tables := map[checks.Side]map[datasource.TableName]bool{checks.Source: {}, checks.Dest: {}}
	for _, j := range followed {
		for _, f := range results[j].Findings {
			// without its trigger, a table is created
			if t, ok := f.Object.TableName(); ok && f.Level == checks.Fail && f.Object.Kind != "TRIGGER" {
				// an item of the destination may name a table as either side does
				tables[checks.Source][t] = true
				if results[j].Item.Side == checks.Dest {
					tables[checks.Dest][t] = true
				}
			}
		}
	}
	return func(t checks.TablePair) bool {
		return tables[checks.Source][t.Source] || tables[checks.Dest][t.Dest]
	}
}

// blocks reports whether nothing else of the database can be checked after the result.
func (res Result) blocks() bool {
	return res.Outcome == Failed && slices.ContainsFunc(res.Findings, func(f Finding) bool { return f.Blocks })
}

func blocked(res Result, reason message.Text) Result {
	res.Outcome, res.Reason = Blocked, reason.In(res.Lang)
	return res
}

// stopped returns why the run stopped early, or nil while it continues.
func (r *run) stopped() error {
	switch {
	case r.caller.Err() != nil:
		return ErrInterrupted
	case r.context.Err() != nil:
		return ErrTimeout
	}
	return nil
}

// call runs a check under its time limit. It returns when the limit is reached, even if the check
// does not, and treats a panic as an error.
func (r *run) call(ctx context.Context, c *checks.Check, pass *checks.Pass) error {
	ctx, stop := datasource.WithClock(datasource.WithCaller(ctx, c.Type), r.task.Limits.CheckTimeout)
	defer stop()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				r.engine.log.Error("a check panicked", "check", c.Type, "panic", p, "stack", string(debug.Stack()))
				done <- message.Err("engine.run.panic", "panic", p)
			}
		}()
		err := c.Run(ctx, pass)
		if undeclared := pass.Undeclared(); undeclared != nil {
			err = undeclared
		}
		if err == nil {
			err = pass.NotCaptured()
		}
		done <- err
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select { // a check that respects its context returns soon, with a more precise error
	case err := <-done:
		return err
	case <-time.After(grace):
		return context.Cause(ctx)
	}
}

// grace is how long call waits for a check to return after its time limit.
const grace = 100 * time.Millisecond

func (r *run) sourceCase(ctx context.Context) datasource.NameCase {
	server, err := datasource.FactServer.Of(ctx, r.facts(checks.Source, checks.Master))
	if err != nil {
		return datasource.CaseSensitive
	}
	return server.NameCase
}

// pairs returns the objects of the task that an object on side is or belongs to.
func (r *run) pairs(ctx context.Context, side checks.Side, o checks.Object) []checks.TablePair {
	t, ok := o.TableName()
	if !ok {
		return nil
	}
	m, err := r.mapping(ctx)
	switch {
	case err != nil:
		return nil
	case side == checks.Dest:
		return m.FromDest(t)
	}
	return append(m.FromSource(t), m.MissingFrom(t)...)
}

// removable returns the objects without which nothing would be found, all of them and those of each finding;
// nil where that does not help: where a finding belongs to none.
func (r *run) removable(ctx context.Context, findings []Finding,
	side checks.Side) (all []RemovableObject, each [][]RemovableObject) {
	each = make([][]RemovableObject, len(findings))
	for i, f := range findings {
		if f.Level == checks.Info {
			continue
		}
		pairs := r.pairs(ctx, side, f.Object)
		if len(pairs) == 0 {
			return nil, nil
		}
		for _, pair := range pairs {
			each[i] = append(each[i], RemovableObject{pair.Source, pair.IsView()})
		}
		all = append(all, each[i]...)
	}
	return sortedObjects(all), each
}
