package engine

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Outcome is the outcome of an item. It is finer than the documented status.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Warned  Outcome = "warned"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // the user accepts what was found, or that it could not be checked, with a reason
	Blocked Outcome = "blocked" // an item that it requires failed or could not be checked
	Unknown Outcome = "unknown" // the item could not be checked
)

// The outcomes of items of an unfinished report. Outcomes does not list them.
const (
	Pending Outcome = "pending" // the item has not started
	Running Outcome = "running" // the item has not finished
)

// Text returns the outcome as people read it.
func (o Outcome) Text() message.Text {
	switch o {
	case Passed:
		return message.New("language.outcome.passed")
	case Warned:
		return message.New("language.outcome.warned")
	case Failed:
		return message.New("language.outcome.failed")
	case Skipped:
		return message.New("language.outcome.skipped")
	case Blocked:
		return message.New("language.outcome.blocked")
	case Unknown:
		return message.New("language.outcome.unknown")
	case Pending:
		return message.New("language.outcome.pending")
	case Running:
		return message.New("language.outcome.running")
	}
	return message.Verbatim(string(o))
}

// Outcomes lists every outcome.
func Outcomes() []Outcome { return []Outcome{Passed, Warned, Failed, Skipped, Blocked, Unknown} }

// Finding is a finding of a check, and whether the user skipped it.
type Finding struct {
	checks.Finding
	Skipped string // the user's reason; empty if the finding is not skipped
}

// Result is the result of one item.
type Result struct {
	Item          Item
	Lang          string `json:",omitempty"` // of the texts; English if it is empty
	Outcome       Outcome
	Findings      []Finding // the most severe first
	Notes         []string  // notes of the check
	VolatileNotes []string  // notes of a check that differ at each run
	// Reason is the reason why an item is blocked or unknown, the user's reason why it is skipped, or why a part of a
	// failed item could not be checked. Otherwise it is empty.
	Reason string
	// NotChecked is the reason why a skipped item could not be checked, if the user accepts that.
	NotChecked string
	// Advice describes how to make an item possible that could not be checked. It may be empty.
	Advice string
	// Err is the error of the server or the network, if any.
	Err error
	// Removable are the objects without which the item would pass; nil if there are none.
	Removable []RemovableObject
	// removable are those of each finding, where Removable is not nil.
	removable [][]RemovableObject
	// accepted is the user's reason to accept that the item could not be checked; empty if it is not accepted.
	accepted string
	Start    time.Duration // since the start of the run
	Duration time.Duration
}

// RemovableObject is a table or view of the source that can be removed from the task.
type RemovableObject struct {
	datasource.TableName
	View bool
}

// sortedObjects returns the objects in order of their names, each once.
func sortedObjects(objects []RemovableObject) []RemovableObject {
	slices.SortFunc(objects, func(a, b RemovableObject) int { return a.Compare(b.TableName) })
	return slices.Compact(objects)
}

// Blocking returns the objects without which the item would not fail, in order; nil if it does not fail or would fail
// without any object.
func (res Result) Blocking() []RemovableObject {
	if res.Outcome != Failed {
		return nil
	}
	var objects []RemovableObject
	for i, of := range res.removable {
		if f := res.Findings[i]; f.Level == checks.Fail && f.Skipped == "" {
			objects = append(objects, of...)
		}
	}
	return sortedObjects(objects)
}

// conclude sets the outcome from the findings, the skips, and the error of the check's Run. Only a
// failure takes precedence over an error.
func (res *Result) conclude(err error) {
	heaviest := checks.Info
	var reasons []string
	for _, f := range res.Findings {
		switch {
		case f.Level == checks.Info:
		case f.Skipped == "":
			heaviest = max(heaviest, f.Level)
		case !slices.Contains(reasons, f.Skipped):
			reasons = append(reasons, f.Skipped)
		}
	}
	if err != nil {
		res.explain(err)
	}
	accepted := err != nil && res.accepted != ""
	if accepted && !slices.Contains(reasons, res.accepted) {
		reasons = append(reasons, res.accepted)
	}
	switch {
	case heaviest == checks.Fail:
		res.Outcome = Failed
	case err != nil && !accepted:
		res.Outcome = Unknown
	case heaviest == checks.Warn:
		res.Outcome = Warned
	case len(reasons) > 0:
		res.Outcome = Skipped
		if accepted {
			res.NotChecked = res.Reason
		}
		res.Reason = strings.Join(reasons, "; ")
	default:
		res.Outcome = Passed
	}
}

// explain sets the reason why the item, or a part of it, could not be checked.
func (res *Result) explain(err error) {
	reason := message.Of(err)
	res.Err = err
	var known *datasource.Error
	var notChecked *checks.NotCheckedError
	switch {
	case errors.As(err, &notChecked):
		res.Advice = notChecked.Remedy
		if errors.As(err, &known) && res.Advice == "" {
			res.Advice = known.Remedy.In(res.Lang)
		}
	case errors.As(err, &known):
		reason, res.Advice = known.Cause, known.Remedy.In(res.Lang)
		if known.Code != "" {
			reason = message.New("engine.result.error_code", "cause", known.Cause, "code", known.Code)
		}
	case errors.Is(err, datasource.ErrTimeLimit):
		res.Advice = message.New("engine.result.increase_check_timeout").In(res.Lang)
	}
	var of sideError
	if errors.As(err, &of) && of.side != res.Item.Side {
		reason = message.New("engine.result.on_endpoint", "endpoint", endpointText(of.side), "reason", reason)
	}
	res.Reason = reason.In(res.Lang)
}
