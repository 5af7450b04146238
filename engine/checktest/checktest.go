package checktest

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// Facts is a task whose source and destination are facts.
type Facts struct {
	Source, Dest datasource.Snapshot
	Side         checks.Side // default: the first side of the check
	Role         checks.Role // default: MASTER
	Route        checks.Route
	Settings     checks.Settings
	Selection    checks.Selection // default: every schema, whole
}

// Run runs the check. It returns the findings, the most severe first, the notes, and the error if the check
// could not be completed.
func (f Facts) Run(t testing.TB, c *checks.Check) (findings []checks.Finding, notes []string, err error) {
	t.Helper()
	if f.Side == "" {
		f.Side = c.Sides[0]
	}
	if f.Role == "" {
		f.Role = checks.Master
	}
	if f.Route.Source == "" {
		f.Route.Source = datasource.MySQL
	}
	if f.Route.Dest == "" {
		f.Route.Dest = datasource.MySQL
	}
	if f.Route.Phases == 0 {
		f.Route.Phases = c.Phases
	}
	if f.Selection.Databases == nil && f.Selection.Include == nil {
		f.Selection.Include = []string{"*.*"}
	}
	source, dest := datasource.NewFacts(t.Context(), f.Source), datasource.NewFacts(t.Context(), f.Dest)
	here := source
	if f.Side == checks.Dest {
		here = dest
	}
	resolver := &checks.Resolver{Selection: f.Selection, Source: source, Dest: dest}
	p := checks.NewPass(checks.PassConfig{Check: c, Side: f.Side, Role: f.Role, Route: f.Route, Settings: f.Settings,
		Source: source, Dest: dest, Facts: here, Mapping: resolver.Resolve})
	err = c.Run(t.Context(), p)
	if undeclared := p.Undeclared(); undeclared != nil {
		t.Errorf("%s: %v", c.Type, undeclared)
	}
	texts := slices.Concat(p.Notes(), p.VolatileNotes())
	for _, f := range p.Findings() {
		texts = append(texts, f.Message, f.Actual, f.Expected, f.Remedy)
	}
	if err != nil {
		texts = append(texts, err.Error())
	}
	wantFilled(t, c, texts)
	return p.Findings(), p.Notes(), err
}

// Endpoint is the source or the destination of a task on a real server. The administrator connects unless
// User is set.
type Endpoint struct {
	Server         *dbtest.Server
	Type           datasource.Type // default: that of the server's product
	User, Password string
	Schema         string
}

var typeOf = map[dbtest.Product]datasource.Type{
	dbtest.MariaDB: datasource.MariaDB, dbtest.MySQL: datasource.MySQL, dbtest.OceanBase: datasource.OceanBaseMySQL,
	dbtest.OracleFree: datasource.Oracle, dbtest.OracleXE: datasource.Oracle,
}

func (e Endpoint) endpoint() engine.Endpoint {
	user, password := e.User, e.Password
	if user == "" {
		user, password = e.Server.User, e.Server.Password
	}
	if e.Type == "" {
		e.Type = typeOf[e.Server.Product]
	}
	return engine.At(datasource.Endpoint{Type: e.Type, Host: e.Server.Host, Port: e.Server.Port,
		User: user, Password: datasource.NewSecret(password), Service: e.Server.Service})
}

// Real is a task between real servers: by default all of Source.Schema into Dest.Schema, or everything if no
// schema is named.
type Real struct {
	Source, Dest Endpoint
	Phases       checks.Phases // default: those of the check
	Settings     checks.Settings
	Exclude      []string
	Selection    *checks.Selection // instead of the whole schema
	Skip         []engine.Skip
}

// Task returns the task for checks of these phases.
func (r Real) Task(phases checks.Phases) engine.Task {
	if r.Phases != 0 {
		phases = r.Phases
	}
	selection := checks.Selection{Mode: checks.Specific, Exclude: r.Exclude,
		Databases: []checks.SelectedDatabase{{Name: r.Source.Schema, MappedName: r.Dest.Schema}}}
	switch {
	case r.Selection != nil:
		selection = *r.Selection
	case r.Source.Schema == "":
		selection = checks.Selection{Mode: checks.Wildcard, Include: []string{"*"}, Exclude: r.Exclude}
	}
	return engine.Task{Name: "test", Type: engine.Migration, Phases: phases,
		Source: r.Source.endpoint(), Destination: r.Dest.endpoint(),
		Objects: selection, Settings: r.Settings, Skip: r.Skip}
}

// Run runs the check and those that it requires. It returns the result of the check on its first side, or on
// the given side.
func (r Real) Run(t testing.TB, c *checks.Check, side ...checks.Side) engine.Result {
	t.Helper()
	e, err := engine.New(engine.WithOnly(c.Type))
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(context.WithoutCancel(t.Context()), r.Task(c.Phases))
	if err != nil {
		t.Fatal(err)
	}
	WantStored(t, e, report)
	want := append(side, c.Sides[0])[0]
	at := slices.IndexFunc(report.Results, func(res engine.Result) bool {
		return res.Item.Check.Type == c.Type && res.Item.Side == want
	})
	if at < 0 {
		t.Fatalf("%s has no item on %s in this task: %v", c.Type, want, report.Plan.Excluded)
	}
	res := report.Results[at]
	texts := append(slices.Concat(res.Notes, res.VolatileNotes), res.Reason, res.Advice)
	for _, f := range res.Findings {
		texts = append(texts, f.Message, f.Actual, f.Expected, f.Remedy)
	}
	wantFilled(t, c, texts)
	return res
}

// Fix executes the statements of the findings as the administrator of the servers that they are for, each once.
func Fix(t testing.TB, task Real, findings []engine.Finding) {
	t.Helper()
	type statement struct {
		on  checks.Place
		sql string
	}
	done := map[statement]bool{}
	for _, f := range findings {
		var statements []string // in one session
		for _, sql := range f.SQL {
			if !done[statement{f.On, sql}] || strings.HasPrefix(sql, "SET SESSION ") {
				statements = append(statements, sql)
			}
			done[statement{f.On, sql}] = true
		}
		if len(statements) == 0 {
			continue
		}
		switch f.On {
		case checks.Place{Side: checks.Source, Role: checks.Master}:
			task.Source.Server.Exec(t, statements...)
		case checks.Place{Side: checks.Dest, Role: checks.Master}:
			task.Dest.Server.Exec(t, statements...)
		default:
			t.Fatalf("no server of the task is %s: %s", f.On, statements[0])
		}
	}
}

// gap is a name in braces that a text did not have a value for.
var gap = regexp.MustCompile(`\{[a-z][A-Za-z]*\}`)

// wantFilled reports texts of a check in which a name in braces was not replaced by its value.
func wantFilled(t testing.TB, c *checks.Check, texts []string) {
	t.Helper()
	for _, text := range texts {
		if found := gap.FindString(text); found != "" {
			t.Errorf("%s: %s has no value in %q", c.Type, found, text)
		}
	}
}
