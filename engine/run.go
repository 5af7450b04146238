package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Why items of a run that ended early could not be checked: the Err of their results.
var (
	ErrInterrupted = errors.New("interrupted")                                       // the caller's context ended
	ErrTimeout     = errors.New("the run's time limit was reached (limits.timeout)") // Limits.Timeout
)

// Run checks a task. It always gives a report of what is known, even when ctx ends early: then
// what was not done could not be checked. An error says that the task itself cannot be run.
func (e *Engine) Run(ctx context.Context, t Task) (*Report, error) {
	t.Limits = t.Limits.withDefaults()
	if t.ID == "" {
		t.ID = "t_" + strings.ToLower(rand.Text()[:12])
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	if err := e.ValidateSkips(t.Skip); err != nil {
		return nil, err
	}
	started := time.Now()
	plan := e.Plan(t)
	runContext, cancel := context.WithTimeoutCause(ctx, t.Limits.Timeout, ErrTimeout)
	r := &run{engine: e, task: t, plan: plan, caller: ctx, context: runContext}
	defer r.closeAll()
	defer cancel() // before closing: it ends what is still being read
	if err := r.openAll(); err != nil {
		return nil, err
	}

	r.notify(func(o Observer) { o.Planned(ctx, t, plan) })
	results := r.items()
	return &Report{Task: t, Plan: plan, Results: results, Usage: r.usage(),
		Started: started, Duration: time.Since(started), Interrupted: ctx.Err() != nil}, nil
}

// run is one run at work.
type run struct {
	engine  *Engine
	task    Task
	plan    Plan
	caller  context.Context
	context context.Context // the caller's, within the run's time limit

	databases []*database
	mapping   func(context.Context) (*checks.Mapping, error)

	observing sync.Mutex
	done      int
}

// database is one database of the task.
type database struct {
	side   checks.Side
	role   checks.Role
	reader datasource.Reader
	facts  *datasource.Facts
}

// sided is a reader whose errors say of which end they are.
type sided struct {
	datasource.Reader
	side checks.Side
}

// Read reads one fact.
func (s sided) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	value, err := s.Reader.Read(ctx, fact)
	var of endError
	if err != nil && !errors.As(err, &of) { // what is in scope is read from the source
		err = endError{s.side, err}
	}
	return value, err
}

// endError is an error of one end of a task.
type endError struct {
	side checks.Side
	error
}

// Unwrap gives the error itself.
func (e endError) Unwrap() error { return e.error }

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

// openAll makes the readers. None connects before its first fact is asked for.
func (r *run) openAll() error {
	resolver := &checks.Resolver{Selection: r.task.Objects}
	scopes := map[checks.Side]datasource.Scope{checks.Source: resolver.SourceScope, checks.Dest: resolver.DestScope}
	for _, side := range []checks.Side{checks.Source, checks.Dest} {
		end := r.task.end(side)
		ends := []struct {
			role     checks.Role
			endpoint *datasource.Endpoint
		}{{checks.Master, &end.Endpoint}, {checks.Slave, end.Standby}}
		for _, one := range ends {
			if one.endpoint == nil {
				continue
			}
			endpoint := *one.endpoint
			endpoint.Connections = r.task.Limits.Connections
			endpoint.StatementTimeout = r.task.Limits.CheckTimeout
			reader, err := r.engine.open(endpoint, scopes[side])
			if err != nil {
				return fmt.Errorf("%s: %w", strings.ToLower(string(side)), err)
			}
			r.databases = append(r.databases, &database{side, one.role, reader, datasource.NewFacts(r.context, sided{reader, side})})
		}
	}
	resolver.Source, resolver.Dest = r.facts(checks.Source, checks.Master), r.facts(checks.Dest, checks.Master)
	var mapping datasource.Once[*checks.Mapping]
	r.mapping = func(ctx context.Context) (*checks.Mapping, error) {
		return mapping.Get(ctx, r.context, resolver.Resolve)
	}
	return nil
}

// settling is how long statements that were given up have to be ended on the server.
const settling = 1500 * time.Millisecond

// closeAll leaves no statement running.
func (r *run) closeAll() {
	ctx, cancel := context.WithTimeout(context.Background(), settling)
	defer cancel()
	for _, d := range r.databases {
		d.facts.Settle(ctx)
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

// items runs every item at once: the facts' few connections are what is scarce. Each waits for
// the items that it requires, which come before it.
func (r *run) items() []Result {
	results := make([]Result, len(r.plan.Items))
	finished := make([]chan struct{}, len(r.plan.Items))
	for i := range finished {
		finished[i] = make(chan struct{})
	}
	var group errgroup.Group
	for i := range r.plan.Items {
		group.Go(func() error {
			defer close(finished[i])
			required := r.plan.requirements(i)
			for _, j := range required {
				<-finished[j]
			}
			results[i] = r.item(r.plan.Items[i], required, results)
			r.notify(func(o Observer) { o.Finished(r.context, results[i], r.done, len(results)) }, func() { r.done++ })
			return nil
		})
	}
	_ = group.Wait() // an item's failure is a result
	return results
}

// notify tells the observers, one call at a time; first runs before them under the same lock.
func (r *run) notify(tell func(Observer), first ...func()) {
	r.observing.Lock()
	defer r.observing.Unlock()
	for _, f := range first {
		f()
	}
	for _, o := range r.engine.observers {
		tell(o)
	}
}

// item runs one item, or tells why not.
func (r *run) item(item Item, required []int, results []Result) Result {
	res := Result{Item: item}
	if err := r.ended(); err != nil {
		res.settle(err)
		return res
	}
	for _, j := range required {
		switch results[j].Outcome {
		case Failed:
			res.Outcome, res.Reason = Blocked, results[j].Item.Name()+" failed"
			return res
		case Unknown, Blocked:
			res.Outcome, res.Reason = Blocked, results[j].Item.Name()+" could not be checked"
			return res
		}
	}
	r.notify(func(o Observer) { o.Started(r.context, item) })
	started := time.Now()
	pass := checks.NewPass(checks.PassConfig{
		Check: item.Check, Side: item.Side, Role: item.Role, Route: r.task.Route(), Settings: r.task.Settings,
		Source: r.facts(checks.Source, checks.Master), Dest: r.facts(checks.Dest, checks.Master),
		Here: r.facts(item.Side, item.Role), Mapping: r.mapping,
	})
	err := r.call(item.Check, pass)
	res.Duration = time.Since(started)
	found := pass.Findings()
	res.Findings = slices.Grow(res.Findings, len(found))
	for _, f := range found {
		res.Findings = append(res.Findings, Finding{Finding: f})
	}
	res.Notes, res.Measured = pass.Notes(), pass.Measured()
	if ended := r.ended(); err != nil && ended != nil {
		err = ended
	}
	if len(res.Findings) > 0 {
		r.skip(datasource.WithAsker(r.context, item.Check.Type), res.Findings, item)
	}
	res.settle(err)
	if res.Outcome != Passed && err == nil {
		res.Removable = r.removable(datasource.WithAsker(r.context, item.Check.Type), res.Findings, item.Side)
	}
	r.engine.log.Debug("item", "name", item.Name(), "outcome", res.Outcome, "duration", res.Duration)
	return res
}

// ended tells why the run ended early, nil as long as it goes on.
func (r *run) ended() error {
	switch {
	case r.caller.Err() != nil:
		return ErrInterrupted
	case r.context.Err() != nil:
		return ErrTimeout
	}
	return nil
}

// call runs a check under its time limit. It returns when the limit is reached even if the check
// does not, and takes a panic for an error.
func (r *run) call(c *checks.Check, pass *checks.Pass) error {
	ctx, stop := datasource.WithClock(datasource.WithAsker(r.context, c.Type), r.task.Limits.CheckTimeout)
	defer stop()
	done := make(chan error, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				r.engine.log.Error("a check panicked", "check", c.Type, "panic", p, "stack", string(debug.Stack()))
				done <- fmt.Errorf("the check panicked, which is a fault of this program: %v", p)
			}
		}()
		done <- c.Run(ctx, pass)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select { // a check that minds its context ends in a moment, and knows better what it waited for
	case err := <-done:
		return err
	case <-time.After(grace):
		return context.Cause(ctx)
	}
}

// grace is how long a check has to end after its limit.
const grace = 100 * time.Millisecond

// skip marks what was found with the reason of the first of the task's skips that covers it.
func (r *run) skip(ctx context.Context, findings []Finding, item Item) {
	for _, s := range r.task.Skip {
		if s.Type != item.Check.Type {
			continue
		}
		patterns := checks.NewPatterns(s.Objects, r.sourceCase(ctx))
		for i := range findings {
			if f := &findings[i]; f.Skipped == "" && (len(s.Objects) == 0 || r.covers(ctx, patterns, item.Side, f.Object)) {
				f.Skipped = s.Reason
			}
		}
	}
}

// covers tells whether the patterns match the object of the task that a finding on side is about.
func (r *run) covers(ctx context.Context, patterns *checks.Patterns, side checks.Side, o checks.Object) bool {
	return slices.ContainsFunc(r.pairs(ctx, side, o), func(pair checks.TablePair) bool { return patterns.Match(pair.Source) })
}

func (r *run) sourceCase(ctx context.Context) datasource.NameCase {
	server, err := r.facts(checks.Source, checks.Master).Server(ctx)
	if err != nil {
		return datasource.CaseSensitive
	}
	return server.NameCase
}

// pairs gives the objects of the task that an object found on side is or belongs to.
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

// removable gives the objects without which nothing would be found, nil where that does not help:
// where a finding belongs to none.
func (r *run) removable(ctx context.Context, findings []Finding, side checks.Side) []RemovableObject {
	var objects []RemovableObject
	seen := map[datasource.TableName]bool{}
	for _, f := range findings {
		if f.Level == checks.Info {
			continue
		}
		pairs := r.pairs(ctx, side, f.Object)
		if len(pairs) == 0 {
			return nil
		}
		for _, pair := range pairs {
			if !seen[pair.Source] {
				seen[pair.Source] = true
				objects = append(objects, RemovableObject{pair.Source, pair.IsView()})
			}
		}
	}
	slices.SortFunc(objects, func(a, b RemovableObject) int { return a.Compare(b.TableName) })
	return objects
}
