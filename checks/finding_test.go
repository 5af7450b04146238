package checks_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// worded returns a Pass of a check whose page has one rule with this message.
func worded(message, remedy string) *checks.Pass {
	return checks.NewPass(checks.PassConfig{Check: &checks.Check{Type: "X",
		Page: checks.Page{Wording: map[string]checks.Wording{"rule": {Message: message, Remedy: remedy}}}}})
}

func TestFindingText(t *testing.T) {
	t.Parallel()
	p := worded("{object} has {actual}, not {expected}: {n} of {unknown} {", "{{n}}")
	p.Report(checks.Finding{Rule: "rule",
		Object: checks.ColumnObject(datasource.TableName{Schema: "s", Name: "t"}, "c"),
		Actual: "{expected}", Expected: "2",
		Args: checks.Args{"n": "3", "object": "no"}})
	f := p.Findings()[0]
	if got, want := f.Message, "s.t.c has {expected}, not 2: 3 of {unknown} {"; got != want {
		t.Errorf("the message is %q, want %q", got, want)
	}
	if got, want := f.Remedy, "{3}"; got != want {
		t.Errorf("the remedy is %q, want %q", got, want)
	}
}

func TestFindingsAreInOrder(t *testing.T) {
	t.Parallel()
	p := worded("", "")
	for _, f := range []checks.Finding{{Level: checks.Info, Actual: "4"},
		{Level: checks.Warn, Object: checks.SchemaObject("b"), Actual: "3"},
		{Level: checks.Fail, Actual: "1"}, {Level: checks.Warn, Object: checks.SchemaObject("a"), Actual: "2"}} {
		f.Rule = "rule"
		p.Report(f)
	}
	var got []string
	for _, f := range p.Findings() {
		got = append(got, f.Actual)
	}
	if want := []string{"1", "2", "3", "4"}; !slices.Equal(got, want) {
		t.Errorf("the order is %v, want %v", got, want)
	}
}

// However many findings there are, each is there once, in order.
func TestManyFindings(t *testing.T) {
	t.Parallel()
	p := worded("", "")
	const many = 40_000
	for i := range many {
		p.Report(checks.Finding{Rule: "rule", Actual: fmt.Sprint(many - i),
			Object: checks.SchemaObject(fmt.Sprintf("s%05d", many-i))})
	}
	found := p.Findings()
	for i, f := range found {
		if f.Actual != fmt.Sprint(i+1) {
			t.Fatalf("finding %d is that of %s", i+1, f.Actual)
		}
	}
	if len(found) != many {
		t.Errorf("%d findings of %d", len(found), many)
	}
}

// Findings of one rule and one object have one order, whatever differs and in whatever order they are reported.
func TestFindingsAreInOneOrder(t *testing.T) {
	t.Parallel()
	args := func(x string) checks.Args { return checks.Args{"x": x} }
	same := checks.Finding{Rule: "rule", Level: checks.Warn, Actual: "a", Expected: "b", Args: args("")}
	all := []checks.Finding{same}
	for _, change := range []func(*checks.Finding){
		func(f *checks.Finding) { f.Object.Kind = "TABLE" },
		func(f *checks.Finding) { f.Args = args("x") },
		func(f *checks.Finding) { f.Actual = "c" },
		func(f *checks.Finding) { f.Expected = "c" },
		func(f *checks.Finding) { f.SQL = []string{"SELECT 1"} },
		func(f *checks.Finding) { f.SQL = []string{"SELECT 1", "SELECT 2"} },
		func(f *checks.Finding) { f.Err = errors.New("refused") },
	} {
		f := same
		change(&f)
		all = append(all, f)
	}
	report := func(list []checks.Finding) []string {
		p := worded("{x}", "")
		for _, f := range list {
			p.Report(f)
		}
		var got []string
		for _, f := range p.Findings() {
			got = append(got, fmt.Sprint(f.Object.Kind, f.Message, f.Actual, f.Expected, f.SQL, f.Err))
		}
		return got
	}
	want := report(all)
	for range all {
		all = append(all[1:], all[0])
		if got := report(all); !slices.Equal(got, want) {
			t.Fatalf("the order is\n%q, want\n%q", got, want)
		}
	}
}

func BenchmarkFindings(b *testing.B) {
	const tables = 20_000
	b.ReportAllocs()
	for b.Loop() {
		p := worded("The table {object} has no primary key but {actual}.", "Add one to {object}.")
		for i := range tables {
			name := datasource.TableName{Schema: "shop", Name: fmt.Sprintf("customer_order_%06d", tables-i)}
			p.Report(checks.Finding{Rule: "rule", Object: checks.TableObject(name), Actual: "no unique index"})
		}
		if len(p.Findings()) != tables {
			b.Fatal("findings are missing")
		}
	}
}
