package engine

import (
	"context"
	"fmt"
	"log/slog"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/catalogue"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
)

// Opener gives a Reader of a database; facts about objects cover the schemas in scope.
type Opener func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error)

// Engine plans and runs prechecks. It is safe for concurrent use.
type Engine struct {
	order     []*checks.Check
	chosen    []string
	observers []Observer
	open      Opener
	log       *slog.Logger
}

// Option changes what New gives.
type Option func(*options)

type options struct {
	catalogue []*checks.Check
	engine    Engine
}

// WithChecks adds checks of the embedding program to the catalogue.
func WithChecks(added ...*checks.Check) Option {
	return func(o *options) { o.catalogue = append(o.catalogue, added...) }
}

// WithOnly runs only the checks of these types, and those that they require.
func WithOnly(types ...string) Option {
	return func(o *options) { o.engine.chosen = append(o.engine.chosen, types...) }
}

// WithObserver tells each observer how runs go on.
func WithObserver(observers ...Observer) Option {
	return func(o *options) { o.engine.observers = append(o.engine.observers, observers...) }
}

// WithOpener takes facts from elsewhere than the databases' servers.
func WithOpener(open Opener) Option { return func(o *options) { o.engine.open = open } }

// WithLogger says where the engine logs; the default is nowhere.
func WithLogger(log *slog.Logger) Option { return func(o *options) { o.engine.log = log } }

// New gives an Engine with the whole catalogue. It fails where added checks do not fit it or a
// chosen one is unknown.
func New(opts ...Option) (*Engine, error) {
	o := options{catalogue: catalogue.All(), engine: Engine{open: Open, log: slog.New(slog.DiscardHandler)}}
	for _, opt := range opts {
		opt(&o)
	}
	if err := checks.Validate(o.catalogue); err != nil {
		return nil, err
	}
	e := o.engine
	e.order = inOrder(o.catalogue)
	var err error
	e.chosen, err = withRequired(e.order, e.chosen)
	return &e, err
}

// Check gives the check of a type. Its error says which type may have been meant.
func (e *Engine) Check(checkType string) (*checks.Check, error) { return find(e.order, checkType) }

func find(catalogue []*checks.Check, checkType string) (*checks.Check, error) {
	types := make([]string, len(catalogue))
	for i, c := range catalogue {
		if c.Type == checkType {
			return c, nil
		}
		types[i] = c.Type
	}
	return nil, fmt.Errorf("there is no check of type %q%s", checkType, didYouMean(checkType, types))
}

// Checks gives the catalogue, each check after those that it requires.
func (e *Engine) Checks() []*checks.Check { return slices.Clone(e.order) }

func withRequired(order []*checks.Check, chosen []string) ([]string, error) {
	all := slices.Clone(chosen)
	for i := 0; i < len(all); i++ {
		c, err := find(order, all[i])
		if err != nil {
			return nil, err
		}
		for _, r := range c.Requires {
			if !slices.Contains(all, r) {
				all = append(all, r)
			}
		}
	}
	return all, nil
}

// Open returns a Reader of the endpoint's own server.
func Open(e datasource.Endpoint, scope datasource.Scope) (datasource.Reader, error) {
	return drivers.Open(e, scope)
}

// Observer is told how a run goes on. Calls come one at a time, from several goroutines.
type Observer interface {
	// Planned is called once, before anything runs.
	Planned(context.Context, Task, Plan)
	// Started is called when an item starts.
	Started(context.Context, Item)
	// Finished is called when an item is done; done counts those that are, of all.
	Finished(ctx context.Context, result Result, done, all int)
}
