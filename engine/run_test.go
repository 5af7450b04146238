package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// page returns a valid page of a check. That of a skippable check has a skip consequence.
func page(checkType, consequence string) checks.Page {
	text := "# " + checkType + ": " + checkType +
		" in words\n\nWhat.\n\n## Why it matters\n\nx\n\n## How it is decided\n\nx\n\n## Privileges\n\nx\n\n## " +
		"Remedy\n\nx\n"
	if consequence != "" {
		text += "\n## If skipped\n\n" + consequence + "\n"
	}
	return checks.ParsePage(text + "\n## Findings\n\n### wrong\n\n{object} is wrong.\n\nRemedy: Mend it.\n")
}

func check(checkType string, run func(context.Context, *checks.Pass) error) *checks.Check {
	return &checks.Check{Type: checkType, Page: page(checkType, "Rows are lost."), Level: checks.Fail,
		Reads:  checks.Reads{Own: datasource.AllFacts(), Mapping: true},
		Sides:  []checks.Side{checks.Source},
		Phases: checks.AllPhases, Requires: []string{"RDB_CONNECT"}, Run: run}
}

// shop is a source with two tables and a view, over literal facts.
func shop() datasource.Snapshot {
	name := func(n string) datasource.TableName { return datasource.TableName{Schema: "shop", Name: n} }
	return datasource.Snapshot{
		datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL,
			Version: datasource.Version{Major: 8, Minor: 4}, Account: "u@%"},
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
		datasource.FactTables: datasource.Tables{{TableName: name("a"), Kind: datasource.BaseTable},
			{TableName: name("b"), Kind: datasource.BaseTable}, {TableName: name("v"), Kind: datasource.View}},
	}
}

// run runs a task over literal facts with these checks only.
func run(t *testing.T, task engine.Task, added []*checks.Check, opts ...engine.Option) *engine.Report {
	t.Helper()
	var types []string
	for _, c := range added {
		types = append(types, c.Type)
	}
	open := func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) { return shop(), nil }
	e, err := engine.New(append([]engine.Option{engine.WithChecks(added...), engine.WithOnly(types...),
		engine.WithOpener(open)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func task() engine.Task {
	end := func(host string) engine.Endpoint {
		return engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: host, User: "u"})
	}
	return engine.Task{ID: "t_1", Name: "test", Phases: checks.Full, Source: end("a"), Destination: end("b"),
		Objects: checks.Selection{Mode: checks.Specific, Databases: []checks.SelectedDatabase{{Name: "shop"}}}}
}

func wrongTables(names ...string) func(context.Context, *checks.Pass) error {
	return func(_ context.Context, p *checks.Pass) error {
		for _, n := range names {
			p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail,
				Object: checks.TableObject(datasource.TableName{Schema: "shop", Name: n})})
		}
		return nil
	}
}

func last(r *engine.Report) engine.Result { return r.Results[len(r.Results)-1] }

func TestOutcomes(t *testing.T) {
	t.Parallel()
	refused := errors.New("no right to read this")
	report := func(level checks.Level) func(context.Context, *checks.Pass) error {
		return func(_ context.Context, p *checks.Pass) error {
			p.Report(checks.Finding{Rule: "wrong", Level: level})
			return nil
		}
	}
	for name, tc := range map[string]struct {
		run     func(context.Context, *checks.Pass) error
		outcome engine.Outcome
		status  engine.ItemStatus
		verdict engine.Verdict
		message string
	}{
		"nothing found": {func(context.Context, *checks.Pass) error { return nil }, engine.Passed, engine.ItemPassed,
			engine.VerdictPassed, ""},
		"a note": {func(_ context.Context,
			p *checks.Pass) error {
			p.NoteText(message.Verbatim("all well"))
			return nil
		}, engine.Passed, engine.ItemPassed, engine.VerdictPassed, "all well"},
		"an information": {report(checks.Info), engine.Passed, engine.ItemPassed, engine.VerdictPassed, "is wrong"},
		"a warning": {report(checks.Warn), engine.Warned, engine.ItemWarning, engine.VerdictPassed,
			"Remedy: Mend it."},
		"a failure": {report(checks.Fail), engine.Failed, engine.ItemFailed, engine.VerdictFailed, "is wrong"},
		"an error": {func(context.Context, *checks.Pass) error { return refused }, engine.Unknown,
			engine.ItemFailed, engine.VerdictUnknown, "Not checked: no right to read this."},
		"a panic": {func(context.Context, *checks.Pass) error { panic("boom") }, engine.Unknown,
			engine.ItemFailed, engine.VerdictUnknown, "Not checked: the check panicked"},
		"a rule without text": {func(_ context.Context,
			p *checks.Pass) error {
			p.Report(checks.Finding{Rule: "typo"})
			return nil
		}, engine.Unknown, engine.ItemFailed, engine.VerdictUnknown, "panicked"},
		"a warning and an error": {func(_ context.Context, p *checks.Pass) error {
			p.Report(checks.Finding{Rule: "wrong", Level: checks.Warn})
			return refused
		}, engine.Unknown, engine.ItemFailed, engine.VerdictUnknown, "Not checked: no right to read this."},
		"a failure and an error": {func(_ context.Context, p *checks.Pass) error {
			p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail})
			return refused
		}, engine.Failed, engine.ItemFailed, engine.VerdictFailed, "Not checked: no right to read this."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := run(t, task(), []*checks.Check{check("TEST_ONE", tc.run)})
			res := last(r)
			if res.Outcome != tc.outcome || res.Status() != tc.status || r.Verdict(false) != tc.verdict {
				t.Errorf("got %s, %s, %s; want %s, %s, %s", res.Outcome, res.Status(), r.Verdict(false), tc.outcome,
					tc.status,
					tc.verdict)
			}
			if got := res.Message(20); !strings.Contains(got, tc.message) || tc.message == "" && got != "" {
				t.Errorf("message %q, want %q in it", got, tc.message)
			}
		})
	}
}

func TestStrictTreatsWarningsAsFailures(t *testing.T) {
	t.Parallel()
	r := run(t, task(), []*checks.Check{check("TEST_ONE", func(_ context.Context, p *checks.Pass) error {
		p.Report(checks.Finding{Rule: "wrong", Level: checks.Warn})
		return nil
	})})
	if got := r.Verdict(true); got != engine.VerdictFailed {
		t.Errorf("the verdict is %s", got)
	}
}

// An item whose requirement failed or could not be checked is blocked, and so are those that require it.
func TestBlocked(t *testing.T) {
	t.Parallel()
	first := check("TEST_FIRST", func(context.Context, *checks.Pass) error { return errors.New("no") })
	second := check("TEST_SECOND", func(context.Context, *checks.Pass) error { panic("it must not run") })
	third := check("TEST_THIRD", func(context.Context, *checks.Pass) error { panic("it must not run") })
	second.Requires, third.Requires = []string{"TEST_FIRST"}, []string{"TEST_SECOND"}
	r := run(t, task(), []*checks.Check{third, second, first}) // in the wrong order on purpose
	var got []string
	for _, res := range r.Results {
		got = append(got, res.Item.Check.Type+" "+string(res.Outcome))
	}
	want := []string{"RDB_CONNECT passed", "RDB_CONNECT passed", "TEST_FIRST unknown", "TEST_SECOND blocked",
		"TEST_THIRD blocked"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	if message := r.Results[3].Message(
		20); message != "Not checked: Source-Primary database-TEST_FIRST in words could not be checked" {
		t.Errorf("message %q", message)
	}
}

// A check that compares source and destination requires both; other checks require only their own side.
func TestRequirementsOfBothSides(t *testing.T) {
	t.Parallel()
	alone, both := check("TEST_ALONE", wrongTables()), check("TEST_BOTH", wrongTables())
	both.Reads.Dest = checks.Facts{datasource.FactServer}
	open := func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		if e.Host == "b" {
			return datasource.Snapshot{datasource.FactServer: &datasource.Error{Class: datasource.ErrRefused,
				Cause: message.Verbatim("nothing there")}}, nil
		}
		return shop(), nil
	}
	e, err := engine.New(engine.WithChecks(alone, both), engine.WithOnly("TEST_ALONE", "TEST_BOTH"),
		engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	r, err := e.Run(t.Context(), task())
	if err != nil {
		t.Fatal(err)
	}
	var got []engine.Outcome
	for _, res := range r.Results {
		got = append(got, res.Outcome)
	}
	if diff := cmp.Diff([]engine.Outcome{engine.Passed, engine.Failed, engine.Passed, engine.Blocked},
		got); diff != "" {
		t.Errorf("outcomes (-want +got):\n%s", diff)
	}
}

// A check that does not return is abandoned at its time limit; one that respects its context returns its own error.
func TestCheckTimeLimit(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	task := task()
	task.Limits.CheckTimeout = 20 * time.Millisecond
	r := run(t, task, []*checks.Check{
		check("TEST_DEAF", func(context.Context, *checks.Pass) error { <-release; return nil }),
		check("TEST_POLITE", func(ctx context.Context,
			_ *checks.Pass) error {
			<-ctx.Done()
			return context.Cause(ctx)
		}),
	})
	for _, res := range r.Results[2:] {
		if res.Outcome != engine.Unknown || !errors.Is(res.Err, datasource.ErrTimeLimit) {
			t.Errorf("%s: %s, %v", res.Item.Check.Type, res.Outcome, res.Err)
		}
	}
}

func TestRunTimeLimitAndInterruption(t *testing.T) {
	t.Parallel()
	hang := check("TEST_HANG",
		func(ctx context.Context, _ *checks.Pass) error { <-ctx.Done(); return context.Cause(ctx) })
	limited := task()
	limited.Limits.Timeout = 20 * time.Millisecond
	r := run(t, limited, []*checks.Check{hang})
	if res := last(r); res.Outcome != engine.Unknown || !strings.Contains(res.Reason, "limits.timeout") ||
		r.Interrupted {
		t.Errorf("limited: %s, %q, interrupted %v", res.Outcome, res.Reason, r.Interrupted)
	}

	ctx, cancel := context.WithCancel(t.Context())
	started := check("TEST_STARTED",
		func(ctx context.Context, _ *checks.Pass) error { cancel(); <-ctx.Done(); return context.Cause(ctx) })
	open := func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) { return shop(), nil }
	e, err := engine.New(engine.WithChecks(started), engine.WithOnly("TEST_STARTED"), engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	r, err = e.Run(ctx, task())
	if err != nil {
		t.Fatal(err)
	}
	if res := last(r); res.Outcome != engine.Unknown || !r.Interrupted || r.Verdict(false) != engine.VerdictUnknown ||
		r.Status(false) != engine.StatusFailed {
		t.Errorf("interrupted: %s, %v, %s, %s", res.Outcome, r.Interrupted, r.Verdict(false), r.Status(false))
	}
	if r.Results[0].Outcome != engine.Passed {
		t.Errorf("the result before the interruption is lost: %s", r.Results[0].Outcome)
	}
}

func TestSkip(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		objects []string
		outcome engine.Outcome
		status  engine.ProjectStatus
	}{
		"all":        {nil, engine.Skipped, engine.StatusSkipped},
		"each":       {[]string{"shop.a", "shop.b"}, engine.Skipped, engine.StatusSkipped},
		"by pattern": {[]string{"shop.?"}, engine.Skipped, engine.StatusSkipped},
		"one of two": {[]string{"shop.a"}, engine.Failed, engine.StatusFailed},
		"none":       {[]string{"crm.*"}, engine.Failed, engine.StatusFailed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			task := task()
			task.Skip = []engine.Skip{{Type: "TEST_ONE", Objects: tc.objects, Reason: "append-only"}}
			r := run(t, task, []*checks.Check{check("TEST_ONE", wrongTables("a", "b"))})
			res := last(r)
			if res.Outcome != tc.outcome || r.Status(false) != tc.status {
				t.Errorf("got %s, %s; want %s, %s", res.Outcome, r.Status(false), tc.outcome, tc.status)
			}
			if message := res.Message(20); !strings.Contains(message, "shop.a is wrong") ||
				tc.outcome == engine.Skipped &&
					!strings.Contains(message, "append-only") {
				t.Errorf("the message does not contain the finding or the reason: %q", message)
			}
		})
	}
}

// An item has no findings once its removable objects are excluded from the task.
func TestRemovable(t *testing.T) {
	t.Parallel()
	wrong := check("TEST_ONE", func(ctx context.Context, p *checks.Pass) error {
		m, err := p.Mapping(ctx)
		if err != nil {
			return err
		}
		for _, pair := range m.Tables {
			if pair.Source.Name != "a" {
				p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail,
					Object: checks.ColumnObject(pair.Source, "c")})
			}
		}
		return nil
	})
	r := run(t, task(), []*checks.Check{wrong})
	res := last(r)
	record := res.Record(message.English, 20)
	want := &engine.BlackObjects{Databases: []engine.BlackDatabase{{Name: "shop",
		Tables: []engine.BlackObject{{Name: "b"}}, Views: []engine.BlackObject{{Name: "v"}}}}}
	if diff := cmp.Diff(want, record.BlackObjectsInfo); diff != "" || !record.Removable {
		t.Fatalf("removable %v (-want +got):\n%s", record.Removable, diff)
	}
	without := task()
	for _, o := range res.Removable {
		without.Objects.Exclude = append(without.Objects.Exclude, checks.EscapePattern(o.TableName))
	}
	if res := last(run(t, without, []*checks.Check{wrong})); res.Outcome != engine.Passed {
		t.Errorf("without them it is %s: %s", res.Outcome, res.Message(20))
	}

	server := check("TEST_SERVER", func(ctx context.Context, p *checks.Pass) error {
		p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail, Object: checks.VariableObject("x")})
		return wrongTables("a")(ctx, p)
	})
	if rec := last(run(t, task(), []*checks.Check{server})); rec.Removable != nil {
		t.Error("an item with a finding of the server is removable")
	}
}

// Observers receive the plan, starts and finishes, one call at a time, with consecutive counts.
type listener struct {
	mu     sync.Mutex
	events []string
	done   []int
	runs   map[string]bool
}

func (l *listener) Planned(_ context.Context, t engine.Task, p engine.Plan) {
	l.events = append(l.events, "planned")
	l.runs = map[string]bool{t.ID: true}
}

func (l *listener) Started(_ context.Context, taskID string, i engine.Item) {
	l.events = append(l.events, "started "+i.Check.Type)
	l.runs[taskID] = true
}

func (l *listener) Finished(_ context.Context, taskID string, res engine.Result, done, all int) {
	if !l.mu.TryLock() {
		panic("two calls at a time")
	}
	defer l.mu.Unlock()
	l.done = append(l.done, done)
	l.runs[taskID] = true
}

func TestObserver(t *testing.T) {
	t.Parallel()
	var l listener
	var many []*checks.Check
	for _, name := range []string{"TEST_A", "TEST_B", "TEST_C", "TEST_D"} {
		many = append(many, check(name, wrongTables()))
	}
	report := run(t, task(), many, engine.WithObserver(&l))
	if len(l.runs) != 1 || !l.runs[report.Task.ID] {
		t.Errorf("calls for the runs %v, want only %s", l.runs, report.Task.ID)
	}
	if l.events[0] != "planned" || len(l.events) != 7 {
		t.Errorf("events %q", l.events)
	}
	if !slices.Equal(l.done, []int{1, 2, 3, 4, 5, 6}) {
		t.Errorf("done %v", l.done)
	}
}

func TestPlan(t *testing.T) {
	t.Parallel()
	oracle := check("TEST_ORACLE", wrongTables())
	oracle.Sources = checks.OracleOnly
	deep := check("TEST_DEEP", wrongTables())
	deep.Deep = true
	later := check("TEST_LATER", wrongTables())
	later.Phases = checks.Incremental
	standby := check("TEST_STANDBY", wrongTables())
	standby.Standby = true
	unwanted := check("TEST_UNWANTED", wrongTables())
	e, err := engine.New(engine.WithChecks(oracle, deep, later, standby, unwanted),
		engine.WithOnly("TEST_ORACLE", "TEST_DEEP", "TEST_LATER", "TEST_STANDBY"))
	if err != nil {
		t.Fatal(err)
	}
	task := task()
	second := task.Source.Endpoint
	task.Source.Standby = &second
	plan := e.Plan(task)
	var items []string
	for _, i := range plan.Items {
		items = append(items, i.Name())
	}
	want := []string{
		"Source-Primary database-Database connectivity check", "Source-Standby database-Database connectivity check",
		"Destination-Primary database-Database connectivity check",
		"Source-Primary database-TEST_STANDBY in words", "Source-Standby database-TEST_STANDBY in words",
	}
	if diff := cmp.Diff(want, items); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	reasons := map[string]string{}
	for _, l := range plan.Excluded {
		reasons[l.Check.Type] = l.Reason
	}
	for checkType, reason := range map[string]string{
		"TEST_ORACLE":   "applies to sources of type ORACLE; the source is MYSQL",
		"TEST_DEEP":     "reads sizes or data, which the task does not ask for (--deep)",
		"TEST_LATER":    "belongs to the phases INCREMENTAL; the task has FULL",
		"TEST_UNWANTED": "not one of the selected checks",
	} {
		if reasons[checkType] != reason {
			t.Errorf("%s does not apply because %q, want %q", checkType, reasons[checkType], reason)
		}
	}
}

func TestNewRejectsInvalidOptions(t *testing.T) {
	t.Parallel()
	lame := check("TEST_LAME", wrongTables())
	lame.Requires = []string{"TEST_MISSING"}
	for name, opt := range map[string]engine.Option{
		"a check twice":         engine.WithChecks(check("RDB_CONNECT", wrongTables())),
		"a missing requirement": engine.WithChecks(lame),
		"an unknown choice":     engine.WithOnly("RDB_CONECT"),
	} {
		if _, err := engine.New(opt); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestRunRejectsInvalidTask(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	var invalid engine.TaskErrors
	if _, err := e.Run(t.Context(), engine.Task{}); !errors.As(err, &invalid) {
		t.Errorf("an empty task: %v", err)
	}
	wrong := task()
	wrong.Skip = []engine.Skip{{Type: "RDB_CONNECT", Reason: "x"}}
	if _, err := e.Run(t.Context(), wrong); !errors.As(err, &invalid) {
		t.Errorf("a skip of a check that is not skippable: %v", err)
	}
}

// An error of the other side than the item's names that side.
func TestErrorsNameTheOtherSide(t *testing.T) {
	t.Parallel()
	refused := &datasource.Error{Class: datasource.ErrPrivilege, Code: "1227",
		Cause: message.Verbatim("the account lacks a right"), Remedy: message.Verbatim("Grant it.")}
	open := func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		facts := shop()
		if e.Host == "a" {
			facts[datasource.FactVariables] = refused
		}
		return facts, nil
	}
	reads := func(ctx context.Context, p *checks.Pass) error {
		_, err := datasource.FactVariables.Of(ctx, p.Source())
		return err
	}
	compare := check("X_COMPARE", reads)
	compare.Sides, compare.Reads.Source = checks.BothSides, checks.Facts{datasource.FactVariables}
	task := task()
	task.Source.Host, task.Destination.Host = "a", "b"
	report := run(t, task, []*checks.Check{compare}, engine.WithOpener(open))
	var reasons []string
	for _, res := range report.Results {
		if res.Item.Check == compare {
			reasons = append(reasons, res.Reason)
		}
	}
	if diff := cmp.Diff([]string{"the account lacks a right (error 1227)",
		"on the source: the account lacks a right (error 1227)"}, reasons); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A report says which servers answered and what the task selects.
func TestReportSaysWhatWasChecked(t *testing.T) {
	t.Parallel()
	r := run(t, task(), []*checks.Check{check("RDB_A", wrongTables("a"))})
	if len(r.Databases) != 2 || r.Databases[0].Side != checks.Source || r.Databases[1].Side != checks.Dest ||
		r.Databases[0].Server.String() != "MySQL 8.4.0" || r.Databases[1].Role != checks.Master {
		t.Errorf("the databases are %+v", r.Databases)
	}
	if want := (&engine.Scope{Schemas: []string{"shop"}, Tables: 2, Views: 1}); !cmp.Equal(want, r.Scope) {
		t.Errorf("the scope is %+v", r.Scope)
	}
	last := r.Results[len(r.Results)-1]
	if last.Start <= 0 || last.Start+last.Duration > r.Duration {
		t.Errorf("the item ran from %v for %v of %v", last.Start, last.Duration, r.Duration)
	}
}

// A failure that blocks stops the other items of its database, apart from those that its check requires, whether they
// require it or not; another failure of the check does not.
func TestFailureThatBlocks(t *testing.T) {
	t.Parallel()
	for _, blocks := range []bool{true, false} {
		old := check("TEST_OLD", func(_ context.Context, p *checks.Pass) error {
			p.Report(checks.Finding{Rule: "wrong", Level: checks.Fail, Blocks: blocks})
			return nil
		})
		old.Blocks = true
		r := run(t, task(), []*checks.Check{check("TEST_OTHER", wrongTables()), old})
		var got []string
		for _, res := range r.Results {
			got = append(got, res.Item.Check.Type+" "+string(res.Outcome))
		}
		other := "TEST_OTHER passed"
		if blocks {
			other = "TEST_OTHER blocked"
		}
		want := []string{"RDB_CONNECT passed", "RDB_CONNECT passed", other, "TEST_OLD failed"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("items (-want +got):\n%s", diff)
		}
	}
}
