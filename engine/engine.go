package engine

import (
	"context"
	"log/slog"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/catalogue"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
)

// Opener returns a Reader of a database. Facts about objects cover the schemas in scope.
type Opener func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error)

// Engine plans and runs prechecks. It is safe for concurrent use. Its runs that read the same MySQL, MariaDB or
// OceanBase endpoint at the same time share connections, and what one has read since another was started.
type Engine struct {
	order     []*checks.Check
	only      []string // names that WithOnly selects
	chosen    []string // types of the checks of these names, and of those that they require
	observers []Observer
	open      Opener
	sharing   bool // runs share connections
	queue     *queue
	tracer    Tracer
	log       *slog.Logger
}

// Option configures the Engine that New returns.
type Option func(*options)

type options struct {
	catalogue []*checks.Check
	engine    Engine
}

// WithChecks adds checks of the embedding program to the catalogue.
func WithChecks(added ...*checks.Check) Option {
	return func(o *options) { o.catalogue = append(o.catalogue, added...) }
}

// WithOnly runs only the checks of these names, and those that they require; see Engine.Named. Run fails if a name
// selects no check that applies to the task.
func WithOnly(names ...string) Option {
	return func(o *options) { o.engine.only = append(o.engine.only, names...) }
}

// WithObserver reports the progress of each run to the observers.
func WithObserver(observers ...Observer) Option {
	return func(o *options) { o.engine.observers = append(o.engine.observers, observers...) }
}

// WithOpener reads facts from another place than the servers of the databases.
func WithOpener(open Opener) Option {
	return func(o *options) { o.engine.open, o.engine.sharing = open, false }
}

// WithLogger sets the engine's logger. The default discards everything.
func WithLogger(log *slog.Logger) Option { return func(o *options) { o.engine.log = log } }

// New returns an Engine with the whole catalogue. It fails if an added check is not valid or a
// selected one is unknown.
func New(opts ...Option) (*Engine, error) {
	o := options{catalogue: catalogue.All(), engine: Engine{open: new(drivers.Links).Open, sharing: true,
		queue: &queue{seats: map[datasource.Endpoint]*seat{}}, tracer: untraced{}, log: slog.New(slog.DiscardHandler)}}
	for _, opt := range opts {
		opt(&o)
	}
	if err := checks.Validate(o.catalogue); err != nil {
		return nil, err
	}
	e := o.engine
	e.order = inOrder(o.catalogue)
	var err error
	e.chosen, err = withRequired(e.order, e.only)
	return &e, err
}

// Check returns the check of a type. For an unknown type its error suggests a similar one.
func (e *Engine) Check(checkType string) (*checks.Check, error) {
	types := make([]string, len(e.order))
	for i, c := range e.order {
		if c.Type == checkType {
			return c, nil
		}
		types[i] = c.Type
	}
	return nil, unknownCheck(checkType, types)
}

// Checks returns the catalogue, each check after those that it requires.
func (e *Engine) Checks() []*checks.Check { return slices.Clone(e.order) }

func withRequired(order []*checks.Check, chosen []string) ([]string, error) {
	var all []string
	var add func(c *checks.Check)
	byType := map[string]*checks.Check{}
	for _, c := range order {
		byType[c.Type] = c
	}
	add = func(c *checks.Check) {
		if slices.Contains(all, c.Type) {
			return
		}
		all = append(all, c.Type)
		for _, r := range c.Requires {
			add(byType[r])
		}
	}
	for _, name := range chosen {
		found, err := selected(order, name)
		if err != nil {
			return nil, err
		}
		for _, c := range found {
			add(c)
		}
	}
	return all, nil
}

// Open returns a Reader of the endpoint's own server.
func Open(e datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	return drivers.Open(e, scope)
}

// Reader returns a Reader of the primary database of an endpoint, or of its snapshot.
func (e *Engine) Reader(of Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	taken, err := of.snapshot()
	if err != nil {
		return nil, err
	}
	if taken == nil {
		return e.open(of.Endpoint, scope)
	}
	return taken.Reader(checks.Master, scope, decodeFactError), nil
}

// Open returns a Reader of a database, from where the engine reads facts; see WithOpener.
func (e *Engine) Open(endpoint datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	return e.open(endpoint, scope)
}

// Observer receives the progress of runs. For one run, its methods are called one at a time, from several goroutines;
// an Engine that runs several tasks at once calls it for all of them. A run has the ID of its task, which Run generates
// if the task has none.
type Observer interface {
	// Planned is called once for each run, before anything of it runs.
	Planned(ctx context.Context, task Task, plan Plan)
	// Started is called when an item starts.
	Started(ctx context.Context, taskID string, item Item)
	// Finished is called when an item is done. done of all items are done.
	Finished(ctx context.Context, taskID string, result Result, done, all int)
}
