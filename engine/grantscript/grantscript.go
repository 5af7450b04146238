// Package grantscript writes the statements that create the accounts of a task with the least privileges, as scripts,
// one for each database. It never runs them.
//
// The privileges are those that the privilege checks report for an account without any, and those that the checks of
// the task read facts with. So the scripts and the checks cannot disagree.
package grantscript

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// Options are for which accounts and servers scripts are.
type Options struct {
	// Side is the side that the scripts are for; empty is both.
	Side checks.Side
	// Account and Host are the name of the account and the hosts from which it logs on, on both sides. The defaults
	// are the user of the endpoint and %. Oracle has no Host.
	Account, Host string
	// Versions are the versions of servers that are not connected to. The task's objects are not read there:
	// whatever they can contain is assumed.
	Versions map[checks.Side]datasource.Version
}

// Script is the script for one database.
type Script struct {
	On checks.Place
	// Name is a name for its file, such as grants-source.sql.
	Name string
	// Statements is the number of statements to run, Apart of those that are commented out.
	Statements, Apart int
	SQL               string
}

// Scripts are the scripts of a task, the source before the destination.
type Scripts struct {
	Scripts []Script
	// Gaps are what the scripts do not contain, or could not find out.
	Gaps []message.Text
}

// New returns the scripts of a task. It connects to the databases whose version the options do not state, to read
// product, version and the objects of the task. An error is that of a database that cannot be reached.
func New(ctx context.Context, e *engine.Engine, t engine.Task, o Options) (Scripts, error) {
	if t.Lang != "" {
		t.Lang, _ = message.Language(t.Lang)
	}
	g := &generator{engine: e, task: t, options: o, plan: e.Plan(t)}
	defer g.close()
	if err := g.open(ctx); err != nil {
		return Scripts{}, err
	}
	var all Scripts
	for _, side := range checks.BothSides {
		if o.Side != "" && side != o.Side {
			continue
		}
		end := g.ends[side]
		s, err := g.collect(ctx, end)
		if err != nil {
			return Scripts{}, err
		}
		all.Scripts = append(all.Scripts, s.write()...)
		for _, gap := range s.gaps {
			all.Gaps = append(all.Gaps, message.New("grantscript.gap", "place", end.place().Text(), "gap", gap))
		}
	}
	return all, nil
}

// generator is the state of New.
type generator struct {
	engine   *engine.Engine
	task     engine.Task
	options  Options
	plan     engine.Plan
	resolver *checks.Resolver
	ends     map[checks.Side]*end
	mapping  *checks.Mapping
	nothing  error // ErrNothingMapped
}

func (g *generator) close() {
	for _, e := range g.ends {
		if e.live != nil {
			_ = e.live.Close()
		}
	}
}

// open identifies both servers and resolves which objects the task selects.
func (g *generator) open(ctx context.Context) error {
	g.resolver = &checks.Resolver{Selection: g.task.Objects}
	g.ends = map[checks.Side]*end{}
	scopes := map[checks.Side]datasource.Scope{checks.Source: g.resolver.SourceScope, checks.Dest: g.resolver.DestScope}
	for _, side := range checks.BothSides {
		configured := g.task.Source
		if side == checks.Dest {
			configured = g.task.Destination
		}
		e := &end{side: side, endpoint: configured}
		g.ends[side] = e
		if version, stated := g.options.Versions[side]; stated {
			e.assume(g.task, version)
			continue
		}
		endpoint := configured.Endpoint
		endpoint.Connections, endpoint.ConnectTimeout = g.task.Limits.Connections, g.task.Limits.ConnectTimeout
		endpoint.StatementTimeout = g.task.Limits.CheckTimeout
		reader, err := g.engine.Open(endpoint, scopes[side])
		if err == nil {
			e.live = reader
			err = e.identify(ctx)
		}
		if err == nil {
			continue
		}
		if g.options.Side == "" || g.options.Side == side || ctx.Err() != nil {
			return message.Wrap(err, "grantscript.unreachable", "place", e.place().Text())
		}
		e.unreachable = err
		e.assume(g.task, datasource.Version{})
	}
	for _, e := range g.ends {
		if err := e.named(g.options, g.mines(e)); err != nil {
			return err
		}
	}
	if g.ends[checks.Source].assumed { // no table is read
		g.resolver.Selection.Category = ""
	}
	source := g.ends[checks.Source].facts(ctx, nil)
	g.resolver.Source, g.resolver.Dest = source, g.ends[checks.Dest].facts(ctx, nil)
	var err error
	g.mapping, err = g.resolver.Resolve(ctx)
	if errors.Is(err, checks.ErrNothingMapped) {
		g.nothing, err = err, nil
	}
	return message.Wrap(err, "grantscript.unreachable", "place", g.ends[checks.Source].place().Text())
}

// mines reports whether changes are read from the log of an endpoint.
func (g *generator) mines(e *end) bool {
	phase := checks.Incremental
	if e.side == checks.Dest {
		phase = checks.Reverse
	}
	return g.task.Phases&phase != 0
}

// collect returns what the script of an endpoint grants.
func (g *generator) collect(ctx context.Context, e *end) (*script, error) {
	s := &script{end: e, task: g.task, set: newSet(e)}
	s.units = g.units(e)
	if g.nothing != nil {
		s.gaps = append(s.gaps, message.Of(g.nothing))
	}
	if e.unreachable != nil {
		s.gaps = append(s.gaps, message.Of(e.unreachable))
	}
	if other := g.ends[opposite(e.side)]; other.unreachable != nil {
		s.gaps = append(s.gaps, message.New("grantscript.assumed", "place", other.place().Text(), "reason",
			other.unreachable))
	}
	if g.ends[checks.Source].assumed && len(g.mapping.WildcardPatterns) > 0 {
		s.gaps = append(s.gaps, message.New("grantscript.patterns", "patterns", g.mapping.WildcardPatterns))
	}
	if err := g.findAbsent(ctx, s); err != nil {
		return nil, err
	}
	if err := g.migration(ctx, s); err != nil {
		return nil, err
	}
	g.reading(s)
	s.document()
	s.set.reduce()
	return s, nil
}

// findAbsent finds the named tables that the account that is logged on would see if they existed: a server refuses a
// grant on a table that does not exist.
func (g *generator) findAbsent(ctx context.Context, s *script) error {
	s.absent = map[datasource.TableName]bool{}
	if s.end.live == nil || s.end.kind.Dialect() != datasource.MySQLDialect || len(s.units.tables) == 0 {
		return nil
	}
	tables, err := datasource.FactTables.Of(ctx, s.end.facts(ctx, nil))
	if err != nil {
		return message.Wrap(err, "grantscript.unreachable", "place", s.end.place().Text())
	}
	fold := s.end.server.NameCase
	exist := map[datasource.TableName]bool{}
	for _, t := range tables {
		exist[fold.FoldTable(t.TableName)] = true
	}
	for _, t := range s.units.tables {
		if !exist[fold.FoldTable(t)] && s.end.sees.OnSchema(t.Schema, "SELECT") == datasource.Yes {
			s.absent[t] = true
		}
	}
	created := s.end.side == checks.Dest && g.task.Phases&checks.Schema != 0
	if len(s.absent) > 0 && !created {
		s.gaps = append(s.gaps, message.New("grantscript.absent_tables", "count", len(s.absent), "table",
			slices.MinFunc(slices.Collect(maps.Keys(s.absent)), datasource.TableName.Compare).String()))
	}
	return nil
}

// document adds what OceanBase Migration Service documents beyond the checks ("Create a database user"), and says what
// the script leaves open.
func (s *script) document() {
	route := s.task.Route()
	if s.end.kind == datasource.Oracle && s.end.side == checks.Source && slices.Contains(checks.OceanBase, route.Dest) {
		r := reason{kind: documented, phases: route.Phases}
		s.set.add(scope{}, "ALTER SESSION", r)
		for _, view := range []string{"DBA_EXTENTS", "DBA_TAB_COLUMNS", "DBA_TAB_SUBPARTITIONS", "V_$INSTANCE"} {
			s.set.add(scope{text: "SYS." + view}, "SELECT", r)
		}
	}
	if s.end.kind == datasource.OceanBaseOracle && s.end.side == checks.Source {
		s.gaps = append(s.gaps, message.New("grantscript.role_dba"))
	}
	if s.anyTable {
		s.gaps = append(s.gaps, message.New("grantscript.any_table"))
	}
	if s.end.pdbUnknown {
		s.gaps = append(s.gaps, message.New("grantscript.pdb", "account", commonPrefix+s.end.account.User))
	}
}

func opposite(s checks.Side) checks.Side {
	if s == checks.Source {
		return checks.Dest
	}
	return checks.Source
}

// units are the objects of a task on one side for which privileges are granted.
type units struct {
	schemas []string               // as a whole
	tables  []datasource.TableName // named ones of other schemas
	views   []datasource.TableName // those of tables that are views
	all     []string               // every schema of the task
}

// units returns the objects of a task on the side of an endpoint.
func (g *generator) units(e *end) units {
	var u units
	whole := map[string]bool{}
	for _, s := range g.mapping.Schemas {
		name := s.Source
		if e.side == checks.Dest {
			name = s.Dest
		}
		whole[name] = whole[name] || s.Whole || s.Matched
		u.all = append(u.all, name)
	}
	slices.Sort(u.all)
	u.all = slices.Compact(u.all)
	for _, name := range u.all {
		if whole[name] {
			u.schemas = append(u.schemas, name)
		}
	}
	for _, t := range slices.Concat(g.mapping.Tables, g.mapping.Missing) {
		name := t.Source
		if e.side == checks.Dest {
			name = t.Dest
		}
		if whole[name.Schema] {
			continue
		}
		u.tables = append(u.tables, name)
		if t.IsView() {
			u.views = append(u.views, name)
		}
	}
	for _, list := range []*[]datasource.TableName{&u.tables, &u.views} {
		slices.SortFunc(*list, datasource.TableName.Compare)
		*list = slices.Compact(*list)
	}
	return u
}

// isPrivilegeCheck reports whether a check reports missing privileges of the account.
func isPrivilegeCheck(c *checks.Check) bool { return strings.HasSuffix(c.Type, "_PRIVILEGE") }

// reportsPrivileges reports whether findings of a check name privileges that the account of a side needs. The source's
// account needs those that RDB_READ_PRIVILEGE names to read the objects whose definers MYSQL_DEFINER compares.
func reportsPrivileges(i engine.Item) bool {
	return i.Role != checks.Slave &&
		(isPrivilegeCheck(i.Check) || i.Check.Type == "MYSQL_DEFINER" && i.Side == checks.Dest)
}

// migration adds the privileges that the privilege checks report for an account without any.
func (g *generator) migration(ctx context.Context, s *script) error {
	found, err := g.findings(ctx, s, g.task.Phases, nil)
	if err != nil {
		return err
	}
	quiet := &script{end: s.end, task: s.task, set: newSet(s.end)}
	replaceable := func(f finding) bool { return slices.Contains(f.Privileges, "REFERENCES") }
	needed := map[string]bool{}
	if slices.ContainsFunc(found, replaceable) { // the others may include it
		again, err := g.findings(ctx, quiet, g.task.Phases, s.end.held(found))
		if err != nil {
			return err
		}
		for _, f := range again {
			needed[f.Object.String()] = needed[f.Object.String()] || replaceable(f)
		}
	}
	type key struct{ checkType, object, privilege string }
	phases := map[key]checks.Phases{} // that need it on their own
	for _, name := range g.task.Phases.Names() {
		phase, _ := checks.ParsePhase(name)
		alone, err := g.findings(ctx, quiet, phase, nil)
		if err != nil {
			return err
		}
		for _, f := range alone {
			for _, p := range s.end.privilegesOf(f) {
				phases[key{f.check.Type, f.Object.String(), p.name}] |= phase
			}
		}
	}
	for _, f := range found {
		for _, p := range s.end.privilegesOf(f) {
			if p.name == "REFERENCES" && !needed[f.Object.String()] {
				continue
			}
			r := reasonOf(f, g.task.Phases)
			if alone := phases[key{f.check.Type, f.Object.String(), p.name}]; alone != 0 {
				r.phases = alone
			}
			g.grant(s, f, p, r)
		}
	}
	return nil
}

// grant adds a privilege that a finding names. The named tables of a schema need no privilege on the schema.
func (g *generator) grant(s *script, f finding, p privilege, r reason) {
	o, privilege := f.Object, p.name
	if s.end.kind.Dialect() == datasource.OracleDialect {
		if isAssumed(o.Table) { // the schema's own tables are not known
			privilege += " ANY TABLE"
			if p.on = ""; s.end.kind == datasource.Oracle && s.end.server.Version.AtLeast(23) {
				p.on = "SCHEMA " + checks.Quote(datasource.Oracle, o.Schema)
			}
			s.anyTable = true
		}
		s.set.add(scope{text: p.on}, privilege, r)
		return
	}
	name := datasource.TableName{Schema: o.Schema, Name: o.Table}
	switch {
	case o.Schema != "" && o.Table != "" && slices.Contains(s.units.schemas, o.Schema): // a view of a whole schema
		s.set.add(s.set.schema(o.Schema), privilege, r)
	case o.Schema != "" && o.Table != "":
		s.set.add(s.set.table(name), privilege, r)
	case o.Schema != "" && slices.Contains(s.units.all, o.Schema) && !slices.Contains(s.units.schemas, o.Schema):
		for _, t := range s.units.tables {
			if t.Schema == o.Schema {
				s.set.add(s.set.table(t), privilege, r)
			}
		}
	case o.Schema != "":
		s.set.add(s.set.schema(o.Schema), privilege, r)
	default:
		s.set.add(scope{text: p.on}, privilege, r)
	}
}

// finding is a finding of a check.
type finding struct {
	checks.Finding
	check *checks.Check
}

// findings returns the findings about privileges of an account with these grants, in a task of these phases.
func (g *generator) findings(
	ctx context.Context, s *script, phases checks.Phases, grants []datasource.Grant,
) ([]finding, error) {
	route := g.task.Route()
	route.Phases = phases
	own := map[checks.Side]*datasource.Facts{}
	for side, e := range g.ends {
		own[side] = e.facts(ctx, grants)
	}
	var all []finding
	for _, item := range g.plan.Items {
		if applies, _ := item.Check.Applies(route); !applies || item.Side != s.end.side || !reportsPrivileges(item) {
			continue
		}
		pass := checks.NewPass(checks.PassConfig{Check: item.Check, Side: item.Side, Role: item.Role,
			Route: route, Settings: g.task.Settings, Source: own[checks.Source], Dest: own[checks.Dest],
			Facts: own[item.Side], Lang: g.task.Lang,
			Mapping: func(context.Context) (*checks.Mapping, error) { return g.mapping, g.nothing }})
		err := item.Check.Run(datasource.WithCaller(ctx, item.Check.Type), pass)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil && !errors.Is(err, checks.ErrNothingMapped) {
			s.gaps = append(s.gaps, gapOf(item.Check, err))
		}
		for _, f := range pass.Findings() {
			// Information is about what others than the migration and the checks can use.
			if f.Level > checks.Info || item.Check.Type == "RDB_READ_PRIVILEGE" {
				all = append(all, finding{f, item.Check})
			}
		}
	}
	return all, nil
}

// gapOf returns why a check cannot say which privileges are needed.
func gapOf(c *checks.Check, err error) message.Text {
	var remedy message.Text
	var unchecked *checks.NotCheckedError
	var known *datasource.Error
	switch {
	case errors.As(err, &unchecked):
		remedy = message.Verbatim(unchecked.Remedy)
	case errors.As(err, &known):
		remedy = known.Remedy
	}
	if remedy.IsZero() {
		return message.New("grantscript.undecided", "type", c.Type, "reason", err)
	}
	return message.New("grantscript.undecided_remedy", "type", c.Type, "reason", err, "remedy", remedy)
}

// reading adds the privileges that facts are read with. Privilege checks read only what every account may read.
func (g *generator) reading(s *script) {
	type use struct {
		fact datasource.AnyFact
		reason
	}
	var uses []use
	at := map[datasource.AnyFact]int{}
	for _, item := range g.plan.Items {
		if isPrivilegeCheck(item.Check) {
			continue
		}
		for _, fact := range readBy(item, s.end.side) {
			i, known := at[fact]
			if !known {
				i = len(uses)
				at[fact], uses = i, append(uses, use{fact: fact})
			}
			uses[i].reason = uses[i].with(reason{phases: item.Check.Phases & g.task.Phases,
				types: []string{item.Check.Type}, kind: reads})
		}
	}
	slices.SortStableFunc(uses, func(a, b use) int { return cmp.Compare(indexOf(a.fact), indexOf(b.fact)) })
	var last []func() // what depends on the other privileges
	for _, u := range uses {
		if u.fact == datasource.AnyFact(datasource.FactQueryResult) {
			s.gaps = append(s.gaps, message.New("grantscript.own_checks", "types", u.types))
			continue
		}
		for _, text := range needsOf(u.fact, s.end) {
			if later := s.need(u.fact, text, u.reason); later != nil {
				last = append(last, later)
			}
		}
	}
	for _, add := range last {
		add()
	}
}

// readBy returns the facts that an item reads of a side: those of its own database, and those of the primary databases.
func readBy(item engine.Item, side checks.Side) checks.Facts {
	r := item.Check.Reads
	others := slices.Concat(r.Dest, r.DestOptional)
	if side == checks.Source {
		others = r.Source
		if r.Mapping {
			others = slices.Concat(others, checks.Facts{datasource.FactTables})
		}
	}
	return slices.DeleteFunc(item.Check.Of(side), func(fact datasource.AnyFact) bool {
		return item.Side != side && slices.Contains(r.Own, fact) && !slices.Contains(others, fact)
	})
}

func indexOf(fact datasource.AnyFact) int { return slices.Index(datasource.AllFacts(), fact) }
