package engine_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// refusing returns a Run that cannot read what it needs.
func refusing(class datasource.ErrorClass) func(context.Context, *checks.Pass) error {
	return func(context.Context, *checks.Pass) error {
		return &datasource.Error{Class: class, Cause: message.Verbatim("the server does not show it"),
			Remedy: message.Verbatim("Grant PROCESS."), Err: errors.New("Error 1227 (42000): Access denied")}
	}
}

// A skip accepts that an item could not be checked, unless only some of its objects are accepted, the connection failed
// or the run ended.
func TestSkipOfWhatCouldNotBeChecked(t *testing.T) {
	t.Parallel()
	const unknown = "Not checked: the server does not show it. Grant PROCESS."
	findings := func(ctx context.Context, p *checks.Pass) error {
		_ = wrongTables("a")(ctx, p)
		return refusing(datasource.ErrPrivilege)(ctx, p)
	}
	all, some := []engine.Skip{{Type: "TEST_ONE", Reason: "known"}},
		[]engine.Skip{{Type: "TEST_ONE", Objects: []string{"shop.*"}, Reason: "known"}}
	for name, tc := range map[string]struct {
		run     func(context.Context, *checks.Pass) error
		skip    []engine.Skip
		outcome engine.Outcome
		message string
		detail  string
	}{
		"a missing privilege": {refusing(datasource.ErrPrivilege), all, engine.Skipped,
			unknown + "\n    Accepted by the task: known", ""},
		"what the server does not show": {refusing(datasource.ErrUnsupported), all, engine.Skipped,
			unknown + "\n    Accepted by the task: known", ""},
		"findings, too": {findings, all, engine.Skipped, unknown + "\n    Accepted by the task: known\n" +
			"shop.a is wrong. Remedy: Mend it.\n    Accepted by the task: known", ""},
		"of some objects": {findings, some, engine.Unknown, unknown + "\nshop.a is wrong. Remedy: Mend it.\n" +
			"    Accepted by the task: known", "NOT_CHECKED: Error 1227 (42000): Access denied"},
		"without a skip": {refusing(datasource.ErrPrivilege), nil, engine.Unknown, unknown,
			"NOT_CHECKED: Error 1227 (42000): Access denied"},
		"a lost connection": {refusing(datasource.ErrLost), all, engine.Unknown, unknown,
			"NOT_CHECKED: Error 1227 (42000): Access denied"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			task := task()
			task.Skip = tc.skip
			report := run(t, task, []*checks.Check{check("TEST_ONE", tc.run)})
			res := last(report)
			record := res.Record(message.English, 20)
			detail := ""
			if record.ErrorDetail != nil {
				detail = *record.ErrorDetail
			}
			if diff := cmp.Diff([]string{string(tc.outcome), tc.message, tc.detail},
				[]string{string(res.Outcome), *record.Message, detail}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			verdict, status := engine.VerdictUnknown, engine.StatusFailed
			if tc.outcome == engine.Skipped {
				verdict, status = engine.VerdictPassed, engine.StatusSkipped
			}
			if report.Verdict(true) != verdict || report.Status(true) != status || len(report.Warnings) > 0 {
				t.Errorf("%s, %s, warnings %q", report.Verdict(true), report.Status(true), report.Warnings)
			}
		})
	}
}

// An item that requires one whose result is accepted runs.
func TestAcceptedUnknownDoesNotBlock(t *testing.T) {
	t.Parallel()
	first := check("TEST_FIRST", refusing(datasource.ErrPrivilege))
	second := check("TEST_SECOND", wrongTables())
	second.Requires = []string{"TEST_FIRST"}
	for _, skip := range [][]engine.Skip{nil, {{Type: "TEST_FIRST", Reason: "known"}}} {
		task := task()
		task.Skip = skip
		want := engine.Blocked
		if skip != nil {
			want = engine.Passed
		}
		if res := last(run(t, task, []*checks.Check{first, second})); res.Outcome != want {
			t.Errorf("skip %v: %s, want %s", skip, res.Outcome, want)
		}
	}
}

// A skip by an item of OMS that covers only some findings of a check does not accept the rest of the check.
func TestSkipOfAPartDoesNotAcceptUnknown(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		items []checks.OMSItem
		want  engine.Outcome
	}{
		{[]checks.OMSItem{{Name: "DB_UK_INDEX"}}, engine.Skipped},
		{[]checks.OMSItem{{Name: "DB_UK_INDEX", Rules: []string{"one"}}}, engine.Unknown},
	} {
		c := omsCheck("TEST_ONE", tc.items)
		c.Run = refusing(datasource.ErrPrivilege)
		task := task()
		task.Skip = []engine.Skip{{Type: "DB_UK_INDEX", Reason: "known"}}
		if res := last(run(t, task, []*checks.Check{c})); res.Outcome != tc.want {
			t.Errorf("%+v: %s, want %s", tc.items, res.Outcome, tc.want)
		}
	}
}

// A report warns of what has no effect in the task.
func TestWarnings(t *testing.T) {
	t.Parallel()
	later := check("TEST_LATER", wrongTables())
	later.Phases = checks.Incremental
	objects := func(ctx context.Context, p *checks.Pass) error {
		_, err := p.Mapping(ctx)
		if err == nil {
			err = wrongTables("a", "b")(ctx, p)
		}
		return err
	}
	added := []*checks.Check{check("TEST_WRONG", objects), check("TEST_RIGHT", wrongTables()),
		check("TEST_UNKNOWN", refusing(datasource.ErrPrivilege))}
	skip := func(checkType string, objects ...string) engine.Skip {
		return engine.Skip{Type: checkType, Objects: objects, Reason: "known"}
	}
	for name, tc := range map[string]struct {
		objects checks.Selection
		skip    []engine.Skip
		want    []string
	}{
		"everything has an effect": {
			objects: checks.Selection{Include: []string{"shop.?"}, Exclude: []string{"shop.v"}},
			skip:    []engine.Skip{skip("TEST_WRONG", "shop.a"), skip("TEST_WRONG", "shop.*"), skip("TEST_UNKNOWN")}},
		"patterns": {
			objects: checks.Selection{Include: []string{"shop.*", "shop.x*"},
				Exclude: []string{"crm.*", "shop.v", "shop.x*"}},
			want: []string{"objects.include[1]: the pattern matches nothing",
				"objects.exclude[0]: the pattern matches nothing", "objects.exclude[2]: the pattern matches nothing"}},
		"skips": {
			skip: []engine.Skip{skip("TEST_RIGHT"), skip("TEST_WRONG", "shop.a", "shop.v"), skip("TEST_LATER"),
				skip("TEST_WRONG", "crm.*")},
			want: []string{"skip[0]: the skip has no effect: TEST_RIGHT found nothing that it covers",
				"skip[1].objects[1]: the pattern has no effect: " +
					"no finding of TEST_WRONG is about an object that it matches",
				"skip[2].type: TEST_LATER does not apply to the task: " +
					"belongs to the phases INCREMENTAL; the task has FULL",
				"skip[3]: the skip has no effect: TEST_WRONG found nothing that it covers"}},
		"a skip of what could not be checked":    {skip: []engine.Skip{skip("TEST_UNKNOWN", "shop.a")}},
		"a skip of a check that is not selected": {skip: []engine.Skip{skip("RDB_PRIMARY_KEY")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			task := task()
			task.Skip = tc.skip
			if tc.objects.Include != nil {
				task.Objects = tc.objects
			}
			report := run(t, task, added, engine.WithChecks(later))
			if diff := cmp.Diff(append([]string{}, tc.want...), report.Warnings); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A selected check that does not belong to the task is an error, before anything is read.
func TestSelectedCheckOutsideTheTask(t *testing.T) {
	t.Parallel()
	open := func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
		t.Error("a database is opened")
		return shop(), nil
	}
	e, err := engine.New(engine.WithOnly("RDB_PRIMARY_KEY", "MYSQL_BINLOG_FORMAT", "ORACLE_RAC"),
		engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Run(t.Context(), task())
	var invalid engine.TaskErrors
	if !errors.As(err, &invalid) || len(invalid) != 2 {
		t.Fatalf("got %v", err)
	}
	for i, want := range []string{
		"MYSQL_BINLOG_FORMAT does not apply to the task: belongs to the phases INCREMENTAL, REVERSE; the task has FULL",
		"ORACLE_RAC does not apply to the task: belongs to the phases INCREMENTAL, REVERSE; the task has FULL"} {
		if got := invalid[i].Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	named, err := engine.New(engine.WithOnly("DB_INCR_LOG"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := named.Run(t.Context(), task()); err == nil ||
		!strings.HasPrefix(err.Error(), "DB_INCR_LOG does not apply to the task: belongs to the phases INCREMENTAL, ") {
		t.Errorf("an item of OMS: %v", err)
	}
}
