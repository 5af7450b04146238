package engine_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// omsCheck returns a check that answers items of OMS and reports these findings.
func omsCheck(checkType string, items []checks.OMSItem, findings ...checks.Finding) *checks.Check {
	c := &checks.Check{Type: checkType, Sides: []checks.Side{checks.Source}, Phases: checks.AllPhases, OMS: items,
		OMSCodes: map[string]oms.Code{"two": oms.CodeLOBColumn},
		Run: func(_ context.Context, p *checks.Pass) error {
			for _, f := range findings {
				p.Report(f)
			}
			return nil
		},
	}
	c.Page = checks.ParsePage("# " + checkType + ": Title of " + checkType + "\n\nText.\n\n## Why it matters\n\nx\n\n" +
		"## How it is decided\n\nx\n\n## Privileges\n\nx\n\n## Remedy\n\nx\n\n## If skipped\n\nRows are lost.\n\n" +
		"## Findings\n\n### one\nOne.\n\n### two\nTwo.\n")
	return c
}

func finding(rule string, level checks.Level) checks.Finding {
	return checks.Finding{Rule: rule, Level: level, Object: checks.SchemaObject("shop")}
}

// line writes a record on one line.
func line(r engine.Record) string {
	text := r.CheckType + " " + string(r.Status)
	if r.Message != nil {
		text += " " + strings.Join(strings.Fields(*r.Message), " ")
	}
	if r.ErrorDetail != nil {
		text += " [" + *r.ErrorDetail + "]"
	}
	if !r.Skippable {
		text += " not skippable"
	}
	return text
}

func omsRun(t *testing.T, task engine.Task, only []string, added ...*checks.Check) (own, named []string, err error) {
	t.Helper()
	e, err := engine.New(engine.WithChecks(added...), engine.WithOnly(only...),
		engine.WithOpener(func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
			return datasource.Snapshot{}, nil
		}))
	if err != nil {
		return nil, nil, err
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range report.DataAs(engine.OwnItems, false).PreCheckResults {
		own = append(own, line(r))
	}
	for _, r := range report.DataAs(engine.OMSItems, false).PreCheckResults {
		named = append(named, line(r))
	}
	return own, named, nil
}

func omsTask() engine.Task {
	endpoint := func(host string) engine.Endpoint {
		return engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: host, Port: 3306, User: "u"})
	}
	return engine.Task{Name: "t", Type: engine.Migration, Phases: checks.Schema, Source: endpoint("a"),
		Destination: endpoint("b"),
		Objects:     checks.Selection{Mode: checks.Wildcard, Include: []string{"*.*"}}}
}

// Several checks answer one item, one check answers several, and what no item covers keeps its own name.
func TestRecordsUnderOMSNames(t *testing.T) {
	t.Parallel()
	whole := omsCheck("RDB_TEST_WHOLE", []checks.OMSItem{{Name: "DB_UK_INDEX"}}, finding("one", checks.Warn))
	part := omsCheck("RDB_TEST_PART", []checks.OMSItem{{Name: "DB_UK_INDEX", Rules: []string{"two"}},
		{Name: "DB_TIMEZONE", Phases: checks.Incremental}}, finding("one", checks.Warn), finding("two", checks.Fail))
	alone := omsCheck("RDB_TEST_ALONE", nil, finding("one", checks.Info))
	own, named, err := omsRun(t, omsTask(), []string{"RDB_TEST_WHOLE", "RDB_TEST_PART", "RDB_TEST_ALONE"}, whole, part,
		alone)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"RDB_TEST_WHOLE WARNING One.",
		"RDB_TEST_PART FAILED Two. One. [GHANA-PCHKNP003010]",
		"RDB_TEST_ALONE PASSED One.",
	}, own); diff != "" {
		t.Errorf("own names (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{
		"DB_UK_INDEX FAILED Two. One. [GHANA-PCHKNP003010]",
		"RDB_TEST_PART WARNING One.",
		"RDB_TEST_ALONE PASSED One.",
	}, named); diff != "" {
		t.Errorf("names of OMS (-want +got):\n%s", diff)
	}
}

// A name of OMS selects and skips what answers the item; flags say what can be skipped.
func TestOMSNamesSelectAndSkip(t *testing.T) {
	t.Parallel()
	part := omsCheck("RDB_TEST_PART", []checks.OMSItem{{Name: "DB_SQL_MODE", Rules: []string{"two"}}},
		finding("one", checks.Fail), finding("two", checks.Fail))
	task := omsTask()
	task.Skip = []engine.Skip{{Type: "DB_SQL_MODE", Reason: "known"}}
	own, _, err := omsRun(t, task, []string{"RDB_TEST_PART"}, part)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"RDB_TEST_PART FAILED One. Two. Accepted by the task: known"}; !cmp.Equal(own, want) {
		t.Errorf("got %q, want %q", own, want)
	}
	e, err := engine.New(engine.WithOnly("DB_VERSION"))
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, item := range e.Plan(omsTask()).Items {
		types = append(types, item.Check.Type)
	}
	if !slices.Contains(types, "RDB_VERSION") || slices.Contains(types, "RDB_PRIMARY_KEY") {
		t.Errorf("DB_VERSION selects %v", types)
	}
	for _, name := range []string{"MQ_CONNECT", "DB_NONE"} {
		if _, err := engine.New(engine.WithOnly(name)); err == nil {
			t.Errorf("%s is selected", name)
		}
	}
	task.SkippableFlags = map[string]bool{"DB_SQL_MODE": false, "DB_SERVICE_STATUS": true}
	var invalid engine.TaskErrors
	if _, _, err := omsRun(t, task, []string{"RDB_TEST_PART"}, part); !errors.As(err, &invalid) {
		t.Errorf("an item that its flag protects is skipped: %v", err)
	} else if got := invalid.Error(); !strings.Contains(got, "skippableFlags") {
		t.Errorf("the error does not name the flags: %s", got)
	}
	if got := e.UnknownFlags(task); !cmp.Equal(got, []string{"DB_SERVICE_STATUS"}) {
		t.Errorf("unknown flags %v", got)
	}
	task.Skip = nil
	task.SkippableFlags = map[string]bool{"RDB_TEST_PART": false}
	own, _, err = omsRun(t, task, []string{"RDB_TEST_PART"}, part)
	if err != nil || !strings.HasSuffix(own[0], "not skippable") {
		t.Errorf("got %q, %v", own, err)
	}
}

// The items of OMS have the titles of its manual in each language.
func TestItemsOfOMSInChinese(t *testing.T) {
	t.Parallel()
	c := omsCheck("OWN_A", []checks.OMSItem{{Name: "DB_UK_INDEX"}})
	r := &engine.Report{Task: engine.Task{Lang: "zh"}, Results: []engine.Result{
		{Item: engine.Item{Check: c, Side: checks.Source, Role: checks.Master}, Outcome: engine.Passed}}}
	item, _ := oms.Find("DB_UK_INDEX")
	for lang, title := range map[string]string{"en": item.Title, "zh": item.TitleZH, "": item.Title} {
		d := r.DataIn(lang, engine.OMSItems, false)
		if name := d.PreCheckResults[0].Name; !strings.HasSuffix(name, "-"+title) {
			t.Errorf("%q: %q does not end with %q", lang, name, title)
		}
	}
	got, want := r.DataAs(engine.OMSItems, false), r.DataIn("zh", engine.OMSItems, false)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want the language of the task: %v", got, want)
	}
}
