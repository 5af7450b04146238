package runstore_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func TestSummarize(t *testing.T) { everywhere(t, testSummarize) }

// testSummarize has the plans of two kinds of task, of which OWN_A runs on both databases and OWN_B on the destination.
func testSummarize(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	item := func(name string, side checks.Side) engine.Item {
		return engine.Item{Check: &checks.Check{Type: name, Page: checks.Page{Title: name}}, Side: side,
			Role: checks.Master}
	}
	long := engine.Plan{Items: []engine.Item{item("OWN_A", checks.Source), item("OWN_A", checks.Dest),
		item("OWN_B", checks.Dest)}}
	short := engine.Plan{Items: []engine.Item{item("OWN_B", checks.Dest)}}
	ids := map[string]string{}
	add := func(key, name, source, sink string, plan engine.Plan, outcomes ...engine.Outcome) {
		t.Helper()
		sub := submission(name)
		sub.SourceID, sub.SinkID, sub.Plan, sub.Labels = source, sink, plan, []string{"l_" + sink}
		ids[key] = submit(t, s, sub).ID
		defer time.Sleep(2 * time.Millisecond) // the latest is that of the latest millisecond
		if len(outcomes) == 0 {
			return
		}
		c := claim(t, s)
		status := engine.StatusFinished
		for i, o := range outcomes {
			must(t, s.Put(t.Context(), c, finished(i, o)))
			if o == engine.Failed || o == engine.Unknown || o == engine.Blocked {
				status = engine.StatusFailed
			}
		}
		_, err := s.Finish(t.Context(), c, runstore.Ending{Status: status, Head: []byte("{}")})
		must(t, err)
	}
	add("old", "shop", "e_1", "e_2", long, engine.Failed, engine.Failed, engine.Failed)
	add("shop", "shop", "e_1", "e_2", long, engine.Failed, engine.Failed, engine.Warned)
	add("crm", "crm", "e_1", "e_3", short, engine.Failed)
	add("erp", "erp", "e_4", "e_3", long, engine.Unknown, engine.Blocked, engine.Passed)
	add("web", "web", "", "", long, engine.Passed, engine.Passed, engine.Warned)
	add("hr", "hr", "e_4", "e_4", short, engine.Passed)
	add("next", "next", "e_4", "e_3", short)

	for name, tc := range map[string]struct {
		filter runstore.Filter
		want   runstore.Summary
	}{
		"latest": {runstore.Filter{Latest: true}, runstore.Summary{Runs: 6,
			Verdicts: map[runstore.Verdict]int{runstore.VerdictFailed: 2, runstore.VerdictUnknown: 1,
				runstore.VerdictWarned: 1, runstore.VerdictPassed: 1, runstore.VerdictWaiting: 1},
			Checks: []runstore.CheckSummary{{Type: "OWN_A", Failed: 1, Unknown: 1},
				{Type: "OWN_B", Failed: 1, Warned: 2}},
			Sources: []runstore.SourceSummary{
				{ID: "e_1", Runs: 2, Verdicts: map[runstore.Verdict]int{runstore.VerdictFailed: 2},
					Failing: []runstore.TypeCount{{Type: "OWN_A", Runs: 1}}},
				{ID: "e_3", Runs: 3, Verdicts: map[runstore.Verdict]int{runstore.VerdictFailed: 1,
					runstore.VerdictUnknown: 1, runstore.VerdictWaiting: 1},
					Failing: []runstore.TypeCount{{Type: "OWN_B", Runs: 1}}},
				{ID: "e_2", Runs: 1, Verdicts: map[runstore.Verdict]int{runstore.VerdictFailed: 1},
					Failing: []runstore.TypeCount{{Type: "OWN_A", Runs: 1}}},
				{ID: "e_4", Runs: 3, Verdicts: map[runstore.Verdict]int{runstore.VerdictUnknown: 1,
					runstore.VerdictPassed: 1, runstore.VerdictWaiting: 1}},
			}}},
		"filtered": {runstore.Filter{Label: "l_e_2", Search: "SHOP", DataSource: "e_1"}, runstore.Summary{Runs: 2,
			Verdicts: map[runstore.Verdict]int{runstore.VerdictFailed: 2},
			Checks:   []runstore.CheckSummary{{Type: "OWN_A", Failed: 2}, {Type: "OWN_B", Failed: 1, Warned: 1}},
			Sources: []runstore.SourceSummary{
				{ID: "e_1", Runs: 2, Verdicts: map[runstore.Verdict]int{runstore.VerdictFailed: 2},
					Failing: []runstore.TypeCount{{Type: "OWN_A", Runs: 2}}},
				{ID: "e_2", Runs: 2, Verdicts: map[runstore.Verdict]int{runstore.VerdictFailed: 2},
					Failing: []runstore.TypeCount{{Type: "OWN_A", Runs: 2}, {Type: "OWN_B", Runs: 1}}},
			}}},
		"none": {runstore.Filter{Label: "l_none", Latest: true},
			runstore.Summary{Verdicts: map[runstore.Verdict]int{}}},
	} {
		got, err := s.Summarize(t.Context(), tc.filter)
		must(t, err)
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	must(t, s.Close())
	s = at.open(t, runstore.Options{}) // profiles are stored
	_, err := s.Retry(t.Context(), ids["shop"], runstore.Retry{})
	must(t, err)
	got, err := s.Summarize(t.Context(), runstore.Filter{Latest: true, Search: "shop"})
	must(t, err)
	if diff := cmp.Diff(map[runstore.Verdict]int{runstore.VerdictWaiting: 1}, got.Verdicts); diff != "" ||
		got.Checks != nil {
		t.Errorf("%+v, (-want +got):\n%s", got.Checks, diff)
	}
	again := claim(t, s)
	for again.Run.ID != ids["shop"] { // one that waits longer
		again = claim(t, s)
	}
	must(t, s.Put(t.Context(), again, finished(0, engine.Unknown)))
	_, err = s.Cancel(t.Context(), ids["shop"])
	must(t, err)
	must(t, s.Release(t.Context(), again)) // which stores no profile
	got, err = s.Summarize(t.Context(), runstore.Filter{Latest: true, Search: "shop"})
	must(t, err)
	if diff := cmp.Diff([]runstore.CheckSummary{{Type: "OWN_A", Unknown: 1}}, got.Checks); diff != "" ||
		got.Verdicts[runstore.VerdictUnknown] != 1 {
		t.Errorf("%+v, (-want +got):\n%s", got.Verdicts, diff)
	}
	for name, tc := range map[string]struct {
		filter runstore.Filter
		want   []string
	}{
		"failed": {runstore.Filter{Check: "OWN_A", Outcome: engine.Failed}, []string{"old"}},
		"both": {runstore.Filter{Check: "OWN_A", Outcome: engine.Failed, Search: "shop", Label: "l_e_2"},
			[]string{"old"}},
		"latest":     {runstore.Filter{Check: "OWN_B", Outcome: engine.Failed, Latest: true}, []string{"crm"}},
		"verdict":    {runstore.Filter{Verdicts: []runstore.Verdict{runstore.VerdictWarned}}, []string{"web"}},
		"all latest": {runstore.Filter{Latest: true, Search: "shop"}, []string{"shop"}},
	} {
		runs, total, err := s.List(t.Context(), tc.filter, runstore.Page{})
		must(t, err)
		var got, want []string
		for _, r := range runs {
			got = append(got, r.ID)
		}
		for _, key := range tc.want {
			want = append(want, ids[key])
		}
		if diff := cmp.Diff(want, got); diff != "" || total != len(want) {
			t.Errorf("%s: %d in total (-want +got):\n%s", name, total, diff)
		}
	}
}
