package checktest

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// Rules returns the rule of each finding.
func Rules[F checks.Finding | engine.Finding](findings []F) []string {
	return each(findings, func(rule string, _ checks.Object) string { return rule })
}

// RulesAndObjects returns each finding as "rule object".
func RulesAndObjects[F checks.Finding | engine.Finding](findings []F) []string {
	return each(findings, func(rule string, object checks.Object) string { return rule + " " + object.String() })
}

// each writes every finding as one line.
func each[F checks.Finding | engine.Finding](
	findings []F, write func(rule string, object checks.Object) string,
) []string {
	var lines []string
	for _, f := range findings {
		switch f := any(f).(type) {
		case checks.Finding:
			lines = append(lines, write(f.Rule, f.Object))
		case engine.Finding:
			lines = append(lines, write(f.Rule, f.Object))
		}
	}
	return lines
}

// FoundIn returns each finding of a result as "rule object", without the name of the schema.
func FoundIn(res engine.Result, schema string) []string {
	return each(res.Findings, func(rule string, object checks.Object) string {
		return rule + " " + strings.TrimPrefix(object.String(), schema+".")
	})
}

// StatementsOf returns the statements of the findings, each once, sorted.
func StatementsOf(findings []engine.Finding) []string {
	var all []string
	for _, f := range findings {
		all = append(all, f.SQL...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Sorted sorts a list in place and returns it.
func Sorted(list []string) []string {
	slices.Sort(list)
	return list
}

// Verdict is the result of a check in short form.
type Verdict struct {
	Outcome engine.Outcome
	Found   []string
}

// VerdictOf returns the verdict of a result.
func VerdictOf(res engine.Result) Verdict {
	return Verdict{Outcome: res.Outcome, Found: RulesAndObjects(res.Findings)}
}

// Expectation is the expected result of a check over facts.
type Expectation struct {
	Want    []string // level, rule and object
	SQL     string   // all statements, joined by ;
	Note    string   // part of a note
	Unknown bool
}

// Verify runs a check over facts and compares its result with the expectation.
func (e Expectation) Verify(t testing.TB, c *checks.Check, facts Facts) {
	t.Helper()
	findings, notes, err := facts.Run(t, c)
	if (err != nil) != e.Unknown {
		t.Fatalf("error %v, want one: %v", err, e.Unknown)
	}
	var got, sql []string
	for _, f := range findings {
		got, sql = append(got, f.Level.String()+" "+f.Rule+" "+f.Object.String()), append(sql, f.SQL...)
		if strings.Contains(f.Message+f.Remedy, "{") {
			t.Errorf("a placeholder was not filled in: %s %s", f.Message, f.Remedy)
		}
	}
	if diff := cmp.Diff(e.Want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if joined := strings.Join(sql, ";"); joined != e.SQL {
		t.Errorf("statements\n%s\nwant\n%s", joined, e.SQL)
	}
	if !strings.Contains(strings.Join(notes, ";"), e.Note) {
		t.Errorf("notes %q, want one with %q", notes, e.Note)
	}
}

// WantRules runs a check over facts and compares the rules of its findings.
func WantRules(t testing.TB, f Facts, c *checks.Check, want ...string) []checks.Finding {
	t.Helper()
	findings, _, err := f.Run(t, c)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	return findings
}

// WantOutcome runs a check over facts and compares the rules of its findings, and whether the result is
// unknown.
func WantOutcome(t testing.TB, f Facts, c *checks.Check, unknown bool, want ...string) {
	t.Helper()
	findings, _, err := f.Run(t, c)
	if (err != nil) != unknown {
		t.Errorf("error %v, want one: %v", err, unknown)
	}
	if diff := cmp.Diff(want, Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

// WantFindings compares the rule and object of each finding of a result.
func WantFindings(t testing.TB, got engine.Result, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, RulesAndObjects(got.Findings)); diff != "" {
		t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
	}
}

// WantFound runs a check between real servers and compares the rule and object of each finding.
func WantFound(t testing.TB, task Real, c *checks.Check, want ...string) engine.Result {
	t.Helper()
	got := task.Run(t, c)
	schema := task.Source.Schema
	if got.Item.Side == checks.Dest {
		schema = task.Dest.Schema
	}
	if got.Outcome == engine.Unknown || got.Outcome == engine.Blocked {
		t.Fatalf("%s: %s", got.Outcome, got.Message(20))
	}
	if diff := cmp.Diff(want, FoundIn(got, schema)); diff != "" {
		t.Fatalf("found (-want +got):\n%s%s", diff, got.Message(20))
	}
	return got
}

// Unreadable reports an error unless a check of a task could not be checked.
func Unreadable(t testing.TB, task Real, c *checks.Check) {
	t.Helper()
	if got := task.Run(t, c); got.Outcome != engine.Unknown {
		t.Errorf("with a view that may not be read %s is %s: %s", c.Type, got.Outcome, got.Message(5))
	}
}

// WantOnlyOceanBase reports an error if a check applies to a task without OceanBase, or does not say why not.
func WantOnlyOceanBase(t testing.TB, c *checks.Check) {
	t.Helper()
	route := checks.Route{Source: datasource.MySQL, Dest: datasource.MariaDB, Phases: checks.AllPhases}
	if applies, reason := c.Applies(route); applies || reason.IsZero() {
		t.Errorf("%s applies to a task without OceanBase: %v (reason %q)", c.Type, applies, reason)
	}
}

// WantEqual compares two values.
func WantEqual(t testing.TB, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
