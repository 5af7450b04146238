package diff_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/diff"
	"github.com/dbprecheck/precheck/engine/render"
)

// report returns a result with one item; each finding is "rule table level" or "rule table level skipped".
func report(outcome engine.Outcome, findings ...string) render.FullReport {
	item := render.FullItem{CheckType: "RDB_X", Name: "Source-X", Side: "SOURCE", Outcome: outcome}
	for _, text := range findings {
		parts := strings.Fields(text)
		f := render.FullFinding{Rule: parts[0], Level: parts[2], Message: "text",
			Object: render.FullObject{Kind: "TABLE", Schema: "shop", Table: parts[1]}}
		if len(parts) > 3 {
			f.Skipped = "known"
		}
		item.Findings = append(item.Findings, f)
	}
	return render.FullReport{Verdict: engine.VerdictPassed, Items: []render.FullItem{item}}
}

func none() render.FullReport {
	return render.FullReport{Verdict: engine.VerdictPassed, Items: []render.FullItem{}}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, after render.FullReport
		want          string // the item's change, and its objects
		worse         bool
	}{
		"nothing": {report(engine.Passed), report(engine.Passed), "", false},
		"the same failure": {report(engine.Failed, "r a failure"), report(engine.Failed, "r a failure"), "",
			false},
		"fails": {report(engine.Passed), report(engine.Failed, "r a failure"), "worse: new shop.a r", true},
		"is fixed": {report(engine.Failed, "r a failure"), report(engine.Passed), "better: gone shop.a r",
			false},
		"another object": {report(engine.Failed, "r a failure"), report(engine.Failed, "r b failure"),
			"worse: new shop.b r, gone shop.a r", true},
		"one object less": {report(engine.Failed, "r a failure", "r b failure"), report(engine.Failed, "r b failure"),
			"better: gone shop.a r", false},
		"another rule": {report(engine.Warned, "r a warning"), report(engine.Warned, "s a warning"),
			"worse: new shop.a s, gone shop.a r", true},
		"a higher level": {report(engine.Failed, "r a warning", "s b failure"),
			report(engine.Failed, "r a failure", "s b failure"), "worse: worse shop.a r", true},
		"a lower level": {report(engine.Failed, "r a failure", "s b failure"),
			report(engine.Failed, "r a warning", "s b failure"), "better: better shop.a r", false},
		"several findings of an object": {report(engine.Failed, "r a failure", "r a warning"),
			report(engine.Failed, "r a failure"), "", false},
		"information": {report(engine.Passed), report(engine.Passed, "r a info"), "", false},
		"is accepted": {report(engine.Failed, "r a failure"), report(engine.Skipped, "r a failure skipped"),
			"better: better shop.a r", false},
		"another accepted one": {report(engine.Skipped, "r a failure skipped"),
			report(engine.Skipped, "r a failure skipped", "r b failure skipped"), "", false},
		"is not checked": {report(engine.Failed, "r a failure"), report(engine.Unknown), "worse:", true},
		"is checked, and fails": {report(engine.Blocked), report(engine.Failed, "r a failure"),
			"worse: new shop.a r", true},
		"is checked":         {report(engine.Unknown), report(engine.Passed), "better:", false},
		"is still unchecked": {report(engine.Unknown), report(engine.Blocked), "", false},
		"a new failure":      {none(), report(engine.Failed, "r a failure"), "new: new shop.a r", true},
		"a new pass":         {none(), report(engine.Passed), "new:", false},
		"a missing item":     {report(engine.Failed, "r a failure"), none(), "gone:", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := diff.Compare(c.before, c.after)
			var items []string
			for _, i := range r.Items {
				var objects []string
				for _, o := range i.Objects {
					objects = append(objects, string(o.Change)+" shop."+o.Object.Table+" "+o.Rule)
				}
				items = append(items, strings.TrimSpace(string(i.Change)+": "+strings.Join(objects, ", ")))
			}
			if got := strings.Join(items, "; "); got != c.want || r.Worse != c.worse {
				t.Errorf("%q, worse %v", got, r.Worse)
			}
			counted := 0
			for _, n := range r.Counts {
				counted += n
			}
			if counted != 1 {
				t.Errorf("%d items are counted", counted)
			}
		})
	}
}

func TestWriteTable(t *testing.T) {
	t.Parallel()
	before := report(engine.Warned, "r a warning", "r b warning", "r c warning")
	after := report(engine.Failed, "r a failure", "r d\u009b failure")
	var b strings.Builder
	if err := diff.Compare(before, after).WriteTable(&b, message.English, 3); err != nil {
		t.Fatal(err)
	}
	want := `worse   RDB_X  Source-X
    warned → failed
    worse: shop.a r: text
    new: shop.d\u009b r: text
    gone: shop.b r: text
    … and 1 more. Use --all to list all.
1 worse, 0 new, 0 better, 0 gone, 0 the same
`
	if d := cmp.Diff(want, b.String()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "x", "[]", "{}", `{"success": true, "data": {}}`,
		`{"verdict": "passed", "items": 1}`, `{"verdict": "passed", "items": [`} {
		if _, err := diff.Read(strings.NewReader(text)); !errors.Is(err, diff.ErrFormat) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := diff.Read(iotest.ErrReader(io.ErrNoProgress)); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("an error of reading is %v", err)
	}
}
