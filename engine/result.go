package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Outcome is how an item ended. It is finer than the documented status.
type Outcome string

// The outcomes.
const (
	Passed  Outcome = "passed"
	Warned  Outcome = "warned"
	Failed  Outcome = "failed"
	Skipped Outcome = "skipped" // by the user, with a reason
	Blocked Outcome = "blocked" // an item that it requires failed or could not be checked
	Unknown Outcome = "unknown" // it could not be checked
)

// Outcomes lists every outcome.
func Outcomes() []Outcome { return []Outcome{Passed, Warned, Failed, Skipped, Blocked, Unknown} }

// Finding is what a check reported, and whether the user skipped it.
type Finding struct {
	checks.Finding
	Skipped string // the reason given; empty where it is not skipped
}

// Result is how one item ended.
type Result struct {
	Item     Item
	Outcome  Outcome
	Findings []Finding // the heaviest first
	Notes    []string  // remarks of the check
	Measured []string  // remarks of a check that passed which are others at each run
	// Reason says of a blocked item what came of the one that it needs, of a skipped one why it was
	// skipped, of an unknown one why it could not be checked, and of a failed one why not all of
	// it could be, empty where all was.
	Reason string
	// Advice says what would make an unknown item possible; it may be empty.
	Advice string
	// Err is the error of a server or of the way to it, where there is one.
	Err error
	// Removable are the objects without which the item would pass; nil where that does not help.
	Removable []RemovableObject
	// removable are those of each finding, where Removable is not nil.
	removable [][]RemovableObject
	Duration  time.Duration
}

// RemovableObject is a table or view of the source that may leave the task.
type RemovableObject struct {
	datasource.TableName
	View bool
}

// sortedObjects returns the objects in order of their names, each once.
func sortedObjects(objects []RemovableObject) []RemovableObject {
	slices.SortFunc(objects, func(a, b RemovableObject) int { return a.Compare(b.TableName) })
	return slices.Compact(objects)
}

// settle sets the outcome from what was found, what of it is skipped, and the error that Run gave.
// A failure that was found outweighs that the rest could not be checked; nothing else does.
func (res *Result) settle(err error) {
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
	switch {
	case heaviest == checks.Fail:
		res.Outcome = Failed
	case err != nil:
		res.Outcome = Unknown
	case heaviest == checks.Warn:
		res.Outcome = Warned
	case len(reasons) > 0:
		res.Outcome, res.Reason = Skipped, strings.Join(reasons, "; ")
	default:
		res.Outcome = Passed
	}
}

// explain says why the item could not be checked, or not all of it.
func (res *Result) explain(err error) {
	res.Err, res.Reason = err, err.Error()
	var known *datasource.Error
	var notChecked *checks.NotCheckedError
	switch {
	case errors.As(err, &notChecked):
		res.Advice = notChecked.Remedy
		if errors.As(err, &known) && res.Advice == "" {
			res.Advice = known.Remedy
		}
	case errors.As(err, &known):
		res.Reason, res.Advice = known.Cause, known.Remedy
		if known.Code != "" {
			res.Reason = fmt.Sprintf("%s (error %s)", known.Cause, known.Code)
		}
	case errors.Is(err, datasource.ErrTimeLimit):
		res.Advice = "Raise limits.checkTimeout."
	}
	var of endError
	if errors.As(err, &of) && of.side != res.Item.Side {
		res.Reason = fmt.Sprintf("on the %s: %s", strings.ToLower(sideWord(of.side)), res.Reason)
	}
}
