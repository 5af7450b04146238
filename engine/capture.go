package engine

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/snapshot"
)

// Capture is the facts of one side of a task, and what could not be read of them.
type Capture struct {
	Snapshot *snapshot.Snapshot
	NotRead  []NotRead
}

// NotRead is a fact that could not be read. The checks that need it cannot be made from the snapshot.
type NotRead struct {
	Role checks.Role
	Fact datasource.AnyFact
	Err  error
}

// Capture reads the facts of one side that checks of the task can read, whatever its phases and the version of the
// other side. Of the other side, the task must have the type, or a snapshot: then the facts of a destination are those
// of the tables that the source has. Otherwise they are those of the schemas that the task names.
//
// The snapshot contains no passwords and no rows. Capture fails if the primary database cannot be reached.
func (e *Engine) Capture(ctx context.Context, t Task, side checks.Side) (*Capture, error) {
	return e.capture(ctx, &run{task: t, capturing: side})
}

// CaptureApart captures one side for a run from snapshots. It does what Capture does, and runs the items that only a
// connection to the side shows: Observers receive their results. Some items may be done. If the primary database cannot
// be reached, that is what the items and the snapshot say.
func (e *Engine) CaptureApart(ctx context.Context, t Task, side checks.Side, done []Result) (*Capture, error) {
	return e.capture(ctx, &run{task: t.inLanguage(), capturing: side, apart: true, kept: done})
}

func (e *Engine) capture(ctx context.Context, r *run) (*Capture, error) {
	t, side := r.task, r.capturing
	t.Limits = t.Limits.withDefaults()
	if err := t.validate(validator{captured: side}); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeoutCause(ctx, t.Limits.Timeout, ErrTimeout)
	defer cancel()
	r.engine, r.task, r.caller, r.context, r.started = e, t, ctx, limited, time.Now()
	defer r.closeAll()
	if err := r.openAll(); err != nil {
		return nil, err
	}
	if r.apart {
		r.plan, r.skips = e.Plan(t), make([]skipUse, len(t.Skip))
		r.connectionItems()
	}
	info := snapshot.Info{Captured: r.started.UTC().Truncate(time.Second), Side: side, Program: programVersion()}
	c := &Capture{Snapshot: &snapshot.Snapshot{Info: info, Facts: map[checks.Role][]snapshot.Fact{}}}
	for _, d := range r.databases {
		if d.side == side {
			if err := r.capture(d, c); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

// programVersion returns the version of the module, empty if it is not known.
func programVersion() string {
	build, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return build.Main.Version
}

// capture reads the facts of one database.
func (r *run) capture(d *database, into *Capture) error {
	_, err := datasource.FactServer.Of(r.context, d.facts)
	if r.stopped() != nil {
		return r.stopped()
	}
	if err != nil && d.role == checks.Master && !r.apart {
		return message.Wrap(err, "engine.capture.connect", "endpoint", endpointText(d.side))
	}
	facts, queries := r.captured(d)
	if err != nil { // a database that cannot be reached
		facts, queries = []datasource.AnyFact{datasource.FactServer}, nil
	}
	read := r.readAll(d, facts)
	described := r.describe(d)
	if len(queries) > 0 {
		read = append(read, r.readAll(d, r.questions(d, queries, into))...)
	}
	if r.stopped() != nil {
		return r.stopped()
	}
	for _, f := range read {
		fact, err := snapshot.WithoutSecrets(f.Fact)
		if err != nil {
			return err
		}
		into.Snapshot.Facts[d.role] = append(into.Snapshot.Facts[d.role], fact)
		if f.err != nil {
			into.NotRead = append(into.NotRead, NotRead{d.role, f.Fact.Fact, f.err})
		}
	}
	into.Snapshot.Info.Databases = append(into.Snapshot.Info.Databases, described)
	return nil
}

// captured returns the facts of a database that checks can read, those without an argument and those with one.
func (r *run) captured(d *database) (facts []datasource.AnyFact, queries []datasource.AnyQuery) {
	needed := map[datasource.AnyFact]bool{datasource.FactServer: true}
	if d.role == checks.Master {
		// of the mapping
		needed[datasource.FactSchemas], needed[datasource.FactTables], needed[datasource.FactIndexes] = true, true, true
	}
	route := r.task.Route()
	route.Phases = checks.AllPhases
	for _, c := range r.engine.order {
		if applies, _ := c.Applies(route); !applies || c.Live {
			continue
		}
		read := c.Of(d.side)
		if d.role == checks.Slave {
			read = nil
			if c.Standby {
				read = c.Reads.Own
			}
		}
		for _, fact := range read {
			needed[fact] = true
		}
	}
	for _, fact := range datasource.AllFacts() {
		if !needed[fact] {
			continue
		}
		if query, ok := fact.(datasource.AnyQuery); ok {
			queries = append(queries, query)
		} else {
			facts = append(facts, fact)
		}
	}
	return facts, queries
}

// describe returns the database as the snapshot describes it.
func (r *run) describe(d *database) snapshot.Database {
	e := r.task.endpoint(d.side).Endpoint
	if d.role == checks.Slave {
		e = *r.task.endpoint(d.side).Standby
	}
	e = e.WithDefaults()
	described := snapshot.Database{Role: d.role, Type: e.Type, Host: e.Host, Socket: e.Socket, Port: e.Port,
		User: e.User, Service: e.Service, SID: e.SID}
	scope, err := r.scopes[d.side](r.context)
	if described.Scope = scope; err != nil {
		described.ScopeError = message.Of(err).String()
	}
	return described
}

// questions returns what checks can ask of a database with an argument. A query about which that cannot be determined
// is added to the facts that are not read.
func (r *run) questions(d *database, queries []datasource.AnyQuery, into *Capture) []datasource.AnyFact {
	in := func(datasource.TableName) bool { return true }
	if d.side == checks.Source || r.task.Source.Snapshot != "" {
		if m, err := r.mapping(r.context); err == nil || errors.Is(err, checks.ErrNothingMapped) {
			in = func(t datasource.TableName) bool {
				if d.side == checks.Source {
					return len(m.FromSource(t)) > 0
				}
				return len(m.FromDest(t)) > 0
			}
		}
	}
	var all []datasource.AnyFact
	for _, query := range queries {
		questions, err := query.Asks(r.context, d.facts, in, r.task.Settings.Deep)
		if err != nil {
			into.NotRead = append(into.NotRead, NotRead{d.role, query, err})
		}
		for _, q := range questions {
			all = append(all, q)
		}
	}
	return all
}

// readFact is a fact that was read, and the error of reading it.
type readFact struct {
	snapshot.Fact
	err error
}

// readAll reads facts of a database at the same time, and returns them in their order.
func (r *run) readAll(d *database, facts []datasource.AnyFact) []readFact {
	all := make([]readFact, len(facts))
	var group errgroup.Group
	group.SetLimit(2 * datasource.DefaultConnections)
	for i, fact := range facts {
		group.Go(func() error {
			scoped := &atomic.Bool{}
			scoped.Store(aboutObjects(fact))
			value, err := d.facts.Read(context.WithValue(r.context, scopedKey{}, scoped), fact)
			all[i] = readFact{snapshot.Fact{Fact: fact, Value: value, Scoped: scoped.Load()}, err}
			if err != nil {
				var of sideError
				if errors.As(err, &of) && of.side == d.side { // a run from the snapshot adds it again
					err = of.error
				}
				all[i].Value, all[i].Err = nil, encodeFactError(err)
			}
			return nil
		})
	}
	_ = group.Wait() // an error is a part of the snapshot
	return all
}

// aboutObjects reports whether the values of a fact are about the objects in scope.
func aboutObjects(fact datasource.AnyFact) bool {
	name := fact.Type().Name()
	return fact.Type() == reflect.TypeFor[datasource.Tables]() || strings.HasPrefix(name, "TableRows[") ||
		strings.HasPrefix(name, "ByName[")
}

type scopedKey struct{}

// recordedScope returns a scope that records in the context that a fact depends on it.
func recordedScope(scope datasource.Scope) datasource.Scope {
	return func(ctx context.Context) ([]string, error) {
		if scoped, ok := ctx.Value(scopedKey{}).(*atomic.Bool); ok {
			scoped.Store(true)
		}
		return scope(ctx)
	}
}

// encodeFactError returns an error as a snapshot holds it.
func encodeFactError(err error) json.RawMessage {
	data, failed := json.Marshal(encodeError(err))
	if failed != nil {
		data, _ = json.Marshal(errorJSON{Text: err.Error()})
	}
	return data
}

// decodeFactError returns the error that a snapshot holds.
func decodeFactError(data json.RawMessage) error {
	var encoded *errorJSON
	if err := json.Unmarshal(data, &encoded); err != nil || encoded == nil {
		return message.Err("engine.stored.unreadable")
	}
	return encoded.decode()
}

// SnapshotEndpoint returns the endpoint of a task whose facts are in a snapshot. Its other fields are those of the
// databases of which the snapshot was taken.
func SnapshotEndpoint(path string) (Endpoint, error) {
	info, err := snapshot.OpenInfo(path)
	if err != nil {
		return Endpoint{}, err
	}
	e := describedBy(info)
	e.Snapshot = path
	return e, nil
}

// CapturedEndpoint returns the endpoint of a task whose facts are in a snapshot that an agent has captured.
func CapturedEndpoint(c *Captured) Endpoint {
	e := describedBy(&c.Snapshot.Info)
	e.Captured = c
	return e
}

// Captured is a snapshot with the names of the agent that has captured it, and of the zone of that.
type Captured struct {
	Snapshot    *snapshot.Snapshot
	Agent, Zone string
}

// describedBy returns the databases of which a snapshot was taken.
func describedBy(info *snapshot.Info) Endpoint {
	e := At(info.Databases[0].Endpoint())
	if d := info.Database(checks.Slave); d != nil {
		standby := d.Endpoint()
		e.Standby = &standby
	}
	return e
}

// fromSnapshot reports whether the facts of the endpoint are in a snapshot.
func (e Endpoint) fromSnapshot() bool { return e.Snapshot != "" || e.Captured != nil }

// snapshot returns the snapshot of the endpoint, nil if it has none.
func (e Endpoint) snapshot() (*snapshot.Snapshot, error) {
	switch {
	case e.Captured != nil:
		return e.Captured.Snapshot, nil
	case e.Snapshot != "":
		return snapshot.Open(e.Snapshot)
	}
	return nil, nil
}

// snapshotInfo returns the description of the snapshot of the endpoint, and what names that.
func (e Endpoint) snapshotInfo() (info *snapshot.Info, name string, err error) {
	if e.Captured != nil {
		return &e.Captured.Snapshot.Info, e.Captured.Agent, nil
	}
	info, err = snapshot.OpenInfo(e.Snapshot)
	return info, e.Snapshot, err
}

// use returns the snapshot of the endpoint as a report names it.
func (e Endpoint) use(info snapshot.Info) *SnapshotUse {
	u := &SnapshotUse{File: e.Snapshot, Captured: info.Captured}
	if e.Captured != nil {
		u.Agent, u.Zone = e.Captured.Agent, e.Captured.Zone
	}
	return u
}

// snapshots reads the snapshots of the task.
func (r *run) snapshots() (map[checks.Side]*snapshot.Snapshot, error) {
	all := map[checks.Side]*snapshot.Snapshot{}
	for _, side := range checks.BothSides {
		taken, err := r.task.endpoint(side).snapshot()
		if err != nil {
			return nil, err
		}
		if taken != nil {
			all[side] = taken
		}
	}
	return all, nil
}

// connectionItems runs the items that only a connection to the side shows that is captured.
func (r *run) connectionItems() {
	results := make([]Result, len(r.plan.Items))
	for i, item := range r.plan.Items {
		results[i].Item = item
	}
	keep := r.keep(results)
	other := checks.Dest
	if r.capturing == checks.Dest {
		other = checks.Source
	}
	for i, item := range r.plan.Items {
		if keep[i] || !item.Check.Live || item.Side != r.capturing || item.Check.Reads.Mapping ||
			item.Check.Reads.Primary(other) {
			continue
		}
		results[i] = r.item(item, r.plan.requirements(i), nil, results)
		r.notify(func(o Observer) { o.Finished(r.context, r.task.ID, results[i], r.done, len(results)) },
			func() { r.done++ })
	}
}

// onlyLive reports whether an item needs a connection to a database whose facts are in a snapshot.
func (r *run) onlyLive(i Item) bool { return i.Check.Live && r.find(i.Side, i.Role).from != nil }

// errOnlyLive returns the error of such an item.
func errOnlyLive() error {
	return &datasource.Error{Class: datasource.ErrNotCaptured, Cause: message.New("engine.snapshot.live"),
		Remedy: message.New("engine.snapshot.live.remedy")}
}
