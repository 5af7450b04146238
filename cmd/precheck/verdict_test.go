package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// anyResult returns a result of each kind.
func anyResult() []engine.Result {
	found := func(level checks.Level, skipped string) []engine.Finding {
		return []engine.Finding{{Finding: checks.Finding{Level: level, Message: "It is wrong."}, Skipped: skipped}}
	}
	refused := errors.New("Error 1227")
	return []engine.Result{
		{Outcome: engine.Passed},
		{Outcome: engine.Warned, Findings: found(checks.Warn, "")},
		{Outcome: engine.Failed, Findings: found(checks.Fail, "")},
		{Outcome: engine.Failed, Findings: found(checks.Fail, ""), Reason: "refused", Err: refused},
		{Outcome: engine.Unknown, Reason: "refused", Err: refused},
		{Outcome: engine.Blocked, Reason: "X failed"},
		{Outcome: engine.Skipped, Reason: "known", Findings: found(checks.Warn, "known")},
		{Outcome: engine.Skipped, Reason: "known", Findings: found(checks.Fail, "known")},
		{Outcome: engine.Skipped, Reason: "known", NotChecked: "refused", Err: refused},
	}
}

// The verdict, the documented status, the records, the table and the exit status of one run say the same, whatever the
// results are, strictly or not, interrupted or not.
func TestNothingContradicts(t *testing.T) {
	t.Parallel()
	kinds := anyResult()
	end := engine.At(datasource.Endpoint{Type: datasource.MySQL})
	for set := range 1 << len(kinds) {
		for _, how := range []struct{ strict, interrupted bool }{{false, false}, {true, false}, {false, true},
			{true, true}} {
			report := &engine.Report{Task: engine.Task{ID: "t", Source: end, Destination: end},
				Interrupted: how.interrupted}
			for i, res := range kinds {
				if set&(1<<i) != 0 {
					res.Item = engine.Item{Check: &checks.Check{Type: "X"}, Side: checks.Source, Role: checks.Master}
					report.Results = append(report.Results, res)
				}
			}
			if wrong := contradiction(t, report, how.strict); wrong != "" {
				t.Fatalf("results %0*b, %+v: %s", len(kinds), set, how, wrong)
			}
		}
	}
}

// contradiction returns what of a report contradicts what else it says, empty if nothing does.
func contradiction(t *testing.T, r *engine.Report, strict bool) string {
	t.Helper()
	var ended status
	errors.As(exit(r, strict), &ended)
	var failed, warned, unknown bool
	for _, res := range r.Results {
		failed = failed || res.Outcome == engine.Failed
		warned = warned || res.Outcome == engine.Warned
		unknown = unknown || res.Outcome == engine.Unknown || res.Outcome == engine.Blocked
	}
	want, verdict, last := status(exitPassed), engine.VerdictPassed, "Nothing failed."
	switch {
	case failed:
		want, verdict, last = exitFailed, engine.VerdictFailed, "The migration would fail."
	case strict && warned:
		want, verdict, last = exitFailed, engine.VerdictFailed, "Nothing failed, but warnings are treated as failures."
	case unknown || len(r.Results) == 0:
		want, verdict, last = exitUnknown, engine.VerdictUnknown, "Nothing failed, but not everything could be checked."
	}
	if r.Interrupted {
		want, last = exitInterrupted, "Interrupted."
		if verdict == engine.VerdictPassed {
			verdict = engine.VerdictUnknown
		}
	}
	if ended != want || r.Verdict(strict) != verdict {
		return fmt.Sprintf("exit %d, want %d; verdict %s, want %s", ended, want, r.Verdict(strict), verdict)
	}
	table := rendered(t, render.Table, r, strict)
	lines := strings.Split(strings.TrimSpace(table), "\n")
	if !strings.Contains(lines[len(lines)-1], " passed. "+last) {
		return fmt.Sprintf("exit %d, and the table ends with %q", ended, lines[len(lines)-1])
	}
	var full render.FullReport
	decode(t, rendered(t, render.Full, r, strict), &full)
	var documented struct{ Data engine.Data }
	decode(t, rendered(t, render.JSON, r, strict), &documented)
	var community struct{ Data engine.DataCE }
	decode(t, rendered(t, render.JSONCE, r, strict), &community)
	project := documented.Data.ProjectStatus
	green := project == engine.StatusFinished || project == engine.StatusSkipped
	if full.Verdict != verdict || full.Status != project || green != (ended == exitPassed) ||
		(community.Data.PreCheckStatus == engine.StatusFinished) != green ||
		community.Data.PreCheckStatus == engine.StatusSkipped {
		return fmt.Sprintf("exit %d, full %s %s, documented %s, community %s", ended, full.Verdict, full.Status,
			project, community.Data.PreCheckStatus)
	}
	for i, rec := range documented.Data.PreCheckResults {
		outcome := r.Results[i].Outcome
		notChecked := outcome == engine.Unknown || outcome == engine.Blocked
		begins := rec.Message != nil && strings.HasPrefix(*rec.Message, "Not checked: ")
		detailed := rec.ErrorDetail != nil && strings.HasPrefix(*rec.ErrorDetail, engine.NotCheckedDetail)
		if rec.Status == engine.ItemFailed && green || notChecked != detailed ||
			begins != (notChecked || r.Results[i].NotChecked != "") ||
			(rec.Status == engine.ItemFailed) != slices.Contains([]engine.Outcome{engine.Failed, engine.Unknown,
				engine.Blocked}, outcome) {
			return fmt.Sprintf("exit %d, outcome %s, record %+v", ended, outcome, rec)
		}
	}
	return ""
}

func rendered(t *testing.T, format render.Format, r *engine.Report, strict bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.Write(&b, format, r, render.Options{Strict: strict}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
}
