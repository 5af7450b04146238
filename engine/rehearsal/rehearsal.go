package rehearsal

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/conversion"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/drivers"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/mysql"
	"github.com/dbprecheck/precheck/engine"
)

// On is where the objects of a task are created.
type On string

// The places of a rehearsal.
const (
	Container On = "container" // a disposable server with the settings of the destination
	Scratch   On = "scratch"   // schemas of their own on the destination itself
	Server    On = "server"    // schemas of their own on Options.Server
)

// DefaultDisk is the space of a disposable server in a container, in bytes.
const DefaultDisk = 4 << 30

// Options control a rehearsal.
type Options struct {
	On     On
	Server datasource.Endpoint
	// AllowWrites allows to create and drop schemas on the destination.
	AllowWrites bool
	// Images are the Docker images of a disposable server, by preference; nil are the public ones of the version of the
	// destination. "none" excludes Docker: a server program of this machine is used.
	Images []string
	// Sample is the number of rows of each table that are copied, spread over its key.
	Sample int
	// Rate is the maximum number of statements per second that create objects and copy rows; 0 is no limit.
	Rate int
	// Disk is the space of a disposable server in a container, in bytes; 0 is DefaultDisk. It is in memory.
	Disk int64
	// Progress is called, if it is set, for each object that was created or refused, and for each table whose rows were
	// copied: done of all of them are done.
	Progress func(done, all int)
	// Engine runs the precheck; nil is an engine with the whole catalogue.
	Engine *engine.Engine
}

// Outcome is what the target made of an object.
type Outcome string

// The outcomes.
const (
	Created  Outcome = "created"
	Altered  Outcome = "altered" // created, but the catalog of the target differs from that of the source
	Refused  Outcome = "refused"
	NotShown Outcome = "not shown" // the source does not have it, or does not show its definition to the account
	// NotConverted: there is no conversion from Oracle.
	NotConverted Outcome = "not converted"
)

// Object is an object of a task and what became of it.
type Object struct {
	Kind         string               // TABLE, VIEW, SEQUENCE, TRIGGER, PROCEDURE, FUNCTION, EVENT, …
	Source, Dest datasource.TableName // its own name, as the source and the destination have it
	Outcome      Outcome
	Omitted      []conversion.Part // of a table of Oracle, which were not created
	Statement    string            // that the server refused
	Err          *ServerError      // of the server, with the schema of the destination
	Differences  []Difference      // of an altered table
	Reported     []Reported        // what the precheck reported of the object
	Verdict      Verdict
	Rows         int // that were copied or refused
	RefusedRows  []RefusedRow

	definition *definition
}

// ServerError is an error of a server.
type ServerError struct {
	Number  uint16
	Message string
}

// Error returns the number and the text.
func (e *ServerError) Error() string { return fmt.Sprintf("%d: %s", e.Number, e.Message) }

// Rehearsal is the result of a rehearsal.
type Rehearsal struct {
	Task engine.Task
	// Source, Destination and Target are the servers; the target is the one on which the objects were created.
	Source, Destination, Target datasource.Server

	Origin   string    // of a disposable server, such as its image
	Settings []Setting // of the destination that decide what it accepts; of a disposable server only
	Schemas  []string  // of the source
	Objects  []*Object // in the order in which they were created
	Precheck *engine.Report
	Removed  []string // schemas of earlier rehearsals whose process was killed
	Left     []string // errors of the server that does not drop such schemas
	Started  time.Time
	Duration time.Duration
}

// Run rehearses a task. An error means that the rehearsal itself could not be made.
func Run(ctx context.Context, t engine.Task, o Options) (result *Rehearsal, err error) {
	if err := Validate(t, o); err != nil {
		return nil, err
	}
	if o.Engine == nil {
		if o.Engine, err = engine.New(); err != nil {
			return nil, err
		}
	}
	limit := cmp.Or(t.Limits.Timeout, engine.DefaultTimeout)
	limited, cancel := context.WithTimeoutCause(ctx, limit, engine.ErrTimeout)
	defer cancel()
	r := &rehearsal{task: t, options: o, result: &Rehearsal{Task: t, Started: time.Now()}}
	defer func() {
		switch left := r.close(); {
		case r.scratch != nil && mysql.Lost(left):
			result, err = nil, message.Err("engine.rehearsal.lost", "schemas", r.scratch.schema("…"))
		case left != nil:
			result, err = nil, errors.Join(err, left)
		}
	}()
	if err := r.run(limited); err != nil {
		if limited.Err() != nil {
			return nil, context.Cause(limited)
		}
		if ended := r.target.ended(err); ended != nil {
			return nil, message.Err("engine.rehearsal.ended", "reason", message.Verbatim(ended.Error()))
		}
		if mysql.Lost(err) {
			return nil, message.Err("engine.rehearsal.closed", "error", message.Verbatim(err.Error()))
		}
		return nil, err
	}
	r.result.Duration = time.Since(r.result.Started)
	return r.result, nil
}

// Validate returns an error for a task that cannot be rehearsed.
func Validate(t engine.Task, o Options) error {
	if err := t.Validate(); err != nil {
		return err
	}
	destinations := append(slices.Clone(checks.MySQLFamily), datasource.OceanBaseMySQL)
	if !slices.Contains(destinations, t.Destination.Type) {
		return message.Err("engine.rehearsal.type", "type", string(t.Destination.Type), "allowed", destinations)
	}
	sources := append(slices.Clone(checks.MySQLFamily), datasource.Oracle)
	switch {
	case !slices.Contains(sources, t.Source.Type):
		return message.Err("engine.rehearsal.source", "type", string(t.Source.Type), "allowed", sources)
	case t.Source.Type == datasource.Oracle && o.Sample > 0:
		return message.Err("engine.rehearsal.sample")
	case t.Source.Dump != "":
		return message.Err("engine.dump.not_loaded")
	case t.Source.Snapshot != "" && t.Source.Type != datasource.Oracle:
		return message.Err("engine.rehearsal.source_snapshot")
	case t.Destination.Snapshot != "" && o.On == Scratch:
		return message.Err("engine.rehearsal.destination_snapshot")
	case o.On == Server && !slices.Contains(checks.MySQLFamily, o.Server.Type):
		return message.Err("engine.rehearsal.type", "type", string(o.Server.Type), "allowed", checks.MySQLFamily)
	case o.On != Container && t.Destination.Type == datasource.OceanBaseMySQL:
		return message.Err("engine.rehearsal.oceanbase")
	case o.On == Scratch && !o.AllowWrites:
		return message.Err("engine.rehearsal.allow_writes")
	}
	return nil
}

// rehearsal is the state of one rehearsal.
type rehearsal struct {
	task        engine.Task
	options     Options
	result      *Rehearsal
	source      *datasource.Facts
	destination *destination
	mapping     *checks.Mapping
	target      *target
	scratch     *scratch
	schemas     map[string]string // of the target, by the destination schemas of the task
	closers     []func() error
}

func (r *rehearsal) close() error {
	var errs []error
	for _, f := range slices.Backward(r.closers) {
		errs = append(errs, f())
	}
	return errors.Join(errs...)
}

func (r *rehearsal) run(ctx context.Context) error {
	if err := r.resolve(ctx); err != nil {
		return err
	}
	var err error
	if r.target, err = openTarget(ctx, r.task, r.destination, r.options); err != nil {
		return err
	}
	r.closers = append(r.closers, r.target.close)
	r.result.Origin, r.result.Settings = r.target.origin, r.target.settings
	conn, err := r.connect(ctx)
	if err != nil {
		return err
	}
	if err := r.createSchemas(ctx, conn); err != nil {
		return err
	}
	definitions, err := r.list(ctx)
	if err != nil {
		return err
	}
	group, both := errgroup.WithContext(ctx)
	group.Go(func() error { return r.precheck(both) })
	group.Go(func() error {
		if r.fromOracle() {
			return r.convert(both, definitions)
		}
		return read(both, r.endpoint(r.task.Source.Endpoint), definitions)
	})
	if err := group.Wait(); err != nil {
		return err
	}
	for _, d := range definitions {
		r.result.Objects = append(r.result.Objects,
			&Object{Kind: d.kind, Source: d.source, Dest: d.dest, Omitted: d.table.Omitted, definition: d})
	}
	c := &creator{conn: conn, rate: r.options.Rate, reset: targetSession(r.result.Target),
		schemas: r.schemas, renamed: r.renamed(), done: r.progress(),
		rewrites: r.task.Settings.DDL == checks.DDLRewritten}
	triggers := slices.IndexFunc(r.result.Objects, func(o *Object) bool {
		return o.Kind == "TRIGGER" || o.Kind == "EVENT"
	})
	if triggers < 0 {
		triggers = len(r.result.Objects)
	}
	if err := c.all(ctx, r.result.Objects[:triggers]); err != nil {
		return err
	}
	if err := r.sample(ctx, c); err != nil {
		return err
	}
	if err := c.all(ctx, r.result.Objects[triggers:]); err != nil {
		return err
	}
	if err := r.compare(ctx); err != nil {
		return err
	}
	r.judge()
	return nil
}

// progress returns the function to call for each object that is done.
func (r *rehearsal) progress() func() {
	if r.options.Progress == nil {
		return func() {}
	}
	done, all := 0, len(r.result.Objects)
	if r.options.Sample > 0 {
		for _, o := range r.result.Objects {
			if o.Kind == "TABLE" {
				all++
			}
		}
	}
	r.options.Progress(done, all)
	return func() {
		done++
		r.options.Progress(done, all)
	}
}

// endpoint returns an endpoint with the limits of the task.
func (r *rehearsal) endpoint(e datasource.Endpoint) datasource.Endpoint {
	l := r.task.Limits
	e.Connections, e.ConnectTimeout, e.StatementTimeout = l.Connections, l.ConnectTimeout, l.CheckTimeout
	return e.WithDefaults()
}

// resolve reads what the task selects.
func (r *rehearsal) resolve(ctx context.Context) error {
	resolver := &checks.Resolver{Selection: r.task.Objects}
	open := func(e engine.Endpoint, scope datasource.Scope) (*datasource.Facts, error) {
		e.Endpoint = r.endpoint(e.Endpoint)
		reader, err := r.options.Engine.Reader(e, scope)
		if err != nil {
			return nil, err
		}
		r.closers = append(r.closers, reader.Close)
		return datasource.NewFacts(ctx, reader), nil
	}
	var err error
	if resolver.Source, err = open(r.task.Source, resolver.SourceScope); err != nil {
		return err
	}
	if resolver.Dest, err = open(r.task.Destination, resolver.DestScope); err != nil {
		return err
	}
	r.source = resolver.Source
	if r.result.Source, err = datasource.FactServer.Of(ctx, r.source); err != nil {
		return err
	}
	if r.destination, err = readDestination(ctx, resolver.Dest); err != nil {
		return err
	}
	r.result.Destination = r.destination.server
	if r.mapping, err = resolver.Resolve(ctx); err != nil {
		return err
	}
	for _, s := range r.mapping.Schemas {
		r.result.Schemas = append(r.result.Schemas, s.Source)
	}
	r.result.Schemas = slices.Compact(r.result.Schemas)
	return nil
}

// connect opens the session that creates everything.
func (r *rehearsal) connect(ctx context.Context) (*sql.Conn, error) {
	e := r.endpoint(r.target.endpoint)
	reader, err := drivers.Open(e, func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		return nil, err
	}
	r.result.Target, err = datasource.FactServer.Of(ctx, datasource.NewFacts(ctx, reader))
	if err := errors.Join(err, reader.Close()); err != nil {
		return nil, err
	}
	opened, err := openSession(ctx, e, targetSession(r.result.Target), "SET SESSION wait_timeout = 86400")
	if err != nil {
		return nil, err
	}
	conn := opened.Conn
	r.closers = append(r.closers, opened.db.Close)
	if r.options.On == Container {
		return conn, nil
	}
	if r.result.Removed, r.result.Left, err = removeDead(ctx, conn); err != nil {
		return nil, err
	}
	s, err := openScratch(ctx, e, conn, r.result.Target.Account)
	if s != nil {
		r.scratch = s
		r.closers = append(r.closers, s.close)
	}
	return conn, err
}

// createSchemas creates the schemas of the target, with the character set and the collation of those of the
// destination, or of the source if they do not exist there.
func (r *rehearsal) createSchemas(ctx context.Context, conn *sql.Conn) error {
	sources, err := datasource.FactSchemas.Of(ctx, r.source)
	if err != nil {
		return err
	}
	defaults := map[string]datasource.Schema{}
	for _, pair := range r.mapping.Schemas {
		for _, s := range sources {
			if s.Name == pair.Source {
				defaults[pair.Dest] = s
			}
		}
	}
	for _, s := range r.destination.schemas {
		if _, ours := defaults[s.Name]; ours {
			defaults[s.Name] = s
		}
	}
	r.schemas = map[string]string{}
	for i, pair := range r.mapping.Schemas {
		if _, known := r.schemas[pair.Dest]; known || !pair.Exists {
			continue
		}
		name := pair.Dest
		if r.scratch != nil {
			name = shorten(r.scratch.schema(fmt.Sprintf("%d_%s", i+1, pair.Dest)))
		}
		r.schemas[pair.Dest] = name
		if err := createSchema(ctx, conn, name, defaults[pair.Dest]); err != nil {
			return err
		}
	}
	return nil
}

// shorten returns the name of a schema that is not too long.
func shorten(name string) string {
	if runes := []rune(name); len(runes) > longestSchema {
		return string(runes[:longestSchema])
	}
	return name
}

// createSchema creates a schema with the defaults of another one, as far as the server has them.
func createSchema(ctx context.Context, conn *sql.Conn, name string, like datasource.Schema) error {
	var err error
	all := []string{" CHARACTER SET " + like.Charset + " COLLATE " + like.Collation,
		" CHARACTER SET " + like.Charset, ""}
	if like.Charset == "" { // of Oracle
		all = []string{""}
	}
	for _, options := range all {
		_, err = conn.ExecContext(ctx, "CREATE DATABASE "+quote(name)+options)
		if number, _, ok := mysql.ServerError(err); !ok || number != 1115 && number != 1273 && number != 1253 {
			return err
		}
	}
	return err
}

// renamed returns the schemas of the target by their names in the definitions. A migration that does not rewrite the
// definitions keeps the names of the source in them.
func (r *rehearsal) renamed() map[string]string {
	names := map[string]string{}
	for _, pair := range r.mapping.Schemas {
		to, known := r.schemas[pair.Dest]
		if !known {
			continue
		}
		if names[pair.Dest] = to; r.task.Settings.DDL == checks.DDLRewritten {
			names[pair.Source] = to
		}
	}
	return names
}

// precheck runs the checks of the definitions. On a disposable server, which the rehearsal has just started, they read
// its settings, not those of the destination.
func (r *rehearsal) precheck(ctx context.Context) error {
	t := r.task
	t.Phases, t.Skip, t.SkippableFlags, t.Checks = checks.Schema, nil, nil, nil
	t.Settings.Deep = false
	if r.options.On == Container {
		t.Destination = engine.At(r.target.endpoint)
	}
	var err error
	r.result.Precheck, err = r.options.Engine.Run(ctx, t)
	return err
}
