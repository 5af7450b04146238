package checktest

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// stableRuns is the number of runs that WantStable compares. A map of two keys keeps one order in 20 runs in one of
// 500,000 cases.
const stableRuns = 20

// WantStable runs a task several times with all checks that apply to it, half of them at once, and compares what every
// format shows, except IDs, times, statements and measured values. It leaves out the check that measures latency,
// because its finding may differ.
func WantStable(t *testing.T, task engine.Task, opts ...engine.Option) {
	t.Helper()
	task.ID = "t_stable"
	all, err := engine.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	var types []string
	for _, item := range all.Plan(task).Items {
		if name := item.Check.Type; name != "RDB_CLOCK_LATENCY" && !slices.Contains(types, name) {
			types = append(types, name)
		}
	}
	e, err := engine.New(append(opts, engine.WithOnly(types...))...)
	if err != nil {
		t.Fatal(err)
	}
	first := wantRun(t, e, task)
	if first == nil {
		return
	}
	WantStored(t, e, first)
	reports := []*engine.Report{first}
	for range stableRuns / 2 {
		reports = append(reports, wantRun(t, e, task))
	}
	var mu sync.Mutex
	var atOnce sync.WaitGroup
	for range stableRuns / 2 {
		atOnce.Go(func() {
			report := wantRun(t, e, task)
			mu.Lock()
			defer mu.Unlock()
			reports = append(reports, report)
		})
	}
	atOnce.Wait()
	if t.Failed() {
		return
	}
	want := shown(t, first)
	for i, report := range reports {
		if diff := cmp.Diff(want, shown(t, report)); diff != "" {
			t.Fatalf("run %d differs from the first (-first +run):\n%s", i+1, diff)
		}
	}
}

func wantRun(t *testing.T, e *engine.Engine, task engine.Task) *engine.Report {
	t.Helper()
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Error(err)
	}
	return report
}

// shown returns what each format shows of a report, without what may differ between runs.
func shown(t *testing.T, r *engine.Report) map[string]string {
	t.Helper()
	timeless := *r
	timeless.Started, timeless.Duration, timeless.Results = time.Time{}, 0, slices.Clone(r.Results)
	for i := range timeless.Results {
		timeless.Results[i].Start, timeless.Results[i].Duration = 0, 0
	}
	timeless.Usage = slices.Clone(r.Usage)
	for i := range timeless.Usage {
		timeless.Usage[i].Connections, timeless.Usage[i].Statements = 0, nil
	}
	texts := map[string]string{}
	for _, format := range render.Formats() {
		for _, names := range engine.ItemTypesNames() {
			var b strings.Builder
			if err := render.Write(&b, format, &timeless, render.Options{All: true, ItemTypes: names}); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			switch format {
			case render.Full:
				text = withoutVolatile(t, text)
			case render.JSON, render.JSONCE:
			default: // notes with measured values
				text = embedded.ReplaceAllString(text, "")
				text = duration.ReplaceAllString(text, "…")
			}
			texts[string(format)+" "+string(names)] = text
		}
	}
	return texts
}

// embedded is the format full in that of html.
var embedded = regexp.MustCompile(`(?s)<script type="text/plain" id="full">.*?</script>`)

var duration = regexp.MustCompile(`\d+(\.\d+)? (ms|s|min|h)\b`)

// withoutVolatile returns the JSON of format full without the values of its keys "volatile".
func withoutVolatile(t *testing.T, text string) string {
	t.Helper()
	var report map[string]json.RawMessage
	decode(t, []byte(text), &report)
	delete(report, "volatile")
	var items []map[string]json.RawMessage
	decode(t, report["items"], &items)
	for _, item := range items {
		delete(item, "volatile")
	}
	delete(report, "items")
	out, err := json.MarshalIndent([]any{report, items}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func decode(t *testing.T, data []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
}
