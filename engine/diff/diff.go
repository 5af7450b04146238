// Package diff compares two results of a precheck: what is better, worse, new or gone; and two snapshots of a side:
// what is new, changed or gone.
package diff

import (
	"cmp"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/render"
)

// Change says how an item or an object differs.
type Change string

// The changes.
const (
	Worse  Change = "worse"
	New    Change = "new"
	Better Change = "better"
	Gone   Change = "gone"
	Same   Change = "same"
)

// Changes lists the changes in the order of a result.
func Changes() []Change { return []Change{Worse, New, Better, Gone, Same} }

// Result is the difference between two results.
type Result struct {
	// Items are those that differ: the worse first, then the new, the better and those that are gone, each in the
	// order of the later result.
	Items []Item `json:"items"`
	// Counts are the numbers of items by how they differ.
	Counts map[Change]int `json:"counts"`
	// Worse reports that an item or an object is worse, or new and not passed.
	Worse bool `json:"worse"`
}

// Item is an item that differs.
type Item struct {
	Change    Change         `json:"change"`
	CheckType string         `json:"checkType"`
	Name      string         `json:"name"`
	Side      checks.Side    `json:"side"`
	Role      checks.Role    `json:"role"`
	Before    engine.Outcome `json:"before,omitempty"`
	After     engine.Outcome `json:"after,omitempty"`
	Objects   []Object       `json:"objects"`
}

// Object is an object of an item that differs. Before and After are the levels of its finding: warning, failure or
// skipped.
type Object struct {
	Change  Change            `json:"change"`
	Rule    string            `json:"rule"`
	Object  render.FullObject `json:"object"`
	Before  string            `json:"before,omitempty"`
	After   string            `json:"after,omitempty"`
	Message string            `json:"message"`
}

// ErrFormat means that a file is not a result of the format full.
var ErrFormat = message.Err("engine.diff.format")

// Read reads a result of the format full. Its errors are ErrFormat and those of r.
func Read(r io.Reader) (render.FullReport, error) {
	var report render.FullReport
	decoder := json.NewDecoder(r)
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch err := decoder.Decode(&report); {
	case errors.As(err, &syntax), errors.As(err, &kind), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return report, ErrFormat
	case err != nil:
		return report, err
	case report.Verdict == "" || report.Items == nil:
		return report, ErrFormat
	}
	return report, nil
}

// Compare compares two results. Items are the same if they have the same check, side and role; objects, if the same
// rule found them.
func Compare(before, after render.FullReport) Result {
	r := Result{Items: []Item{}, Counts: map[Change]int{}}
	type identity struct {
		checkType string
		side      checks.Side
		role      checks.Role
	}
	of := func(i render.FullItem) identity { return identity{i.CheckType, i.Side, i.Role} }
	old := map[identity]render.FullItem{}
	for _, i := range before.Items {
		old[of(i)] = i
	}
	add := func(item Item) {
		r.Counts[item.Change]++
		if item.Change != Same {
			r.Items = append(r.Items, item)
		}
		r.Worse = r.Worse || item.Change == Worse || item.Change == New && rank(item.After) > 0
	}
	for _, i := range after.Items {
		was, known := old[of(i)]
		delete(old, of(i))
		add(compare(was, i, known))
	}
	for _, i := range before.Items {
		if _, gone := old[of(i)]; gone {
			add(Item{Change: Gone, CheckType: i.CheckType, Name: i.Name, Side: i.Side, Role: i.Role,
				Before: i.Outcome, Objects: []Object{}})
		}
	}
	slices.SortStableFunc(r.Items, func(a, b Item) int { return cmp.Compare(order(a.Change), order(b.Change)) })
	return r
}

func order(c Change) int { return slices.Index(Changes(), c) }

func compare(before, after render.FullItem, known bool) Item {
	item := Item{Change: New, CheckType: after.CheckType, Name: after.Name, Side: after.Side, Role: after.Role,
		Before: before.Outcome, After: after.Outcome, Objects: objects(before, after)}
	if known {
		item.Change = changed(before.Outcome, after.Outcome)
	}
	for _, o := range item.Objects {
		switch {
		case item.Change != Same && item.Change != Better:
		case o.Change == Worse, o.Change == New && o.After != skipped:
			item.Change = Worse
		case o.Change == Better, o.Change == Gone:
			item.Change = Better
		}
	}
	return item
}

// rank orders the outcomes. One that could not be checked is no better than one that failed.
func rank(o engine.Outcome) int {
	switch o {
	case engine.Passed, engine.Skipped:
		return 0
	case engine.Warned:
		return 1
	}
	return 2
}

// changed compares outcomes. What failed and cannot be checked now, or the reverse, is worse: it is not known to be
// the same.
func changed(before, after engine.Outcome) Change {
	switch a, b := rank(before), rank(after); {
	case b > a, a == b && (before == engine.Failed) != (after == engine.Failed):
		return Worse
	case b < a:
		return Better
	}
	return Same
}

type found struct {
	rule   string
	object render.FullObject
}

// objects compares the findings of an item by their levels.
func objects(before, after render.FullItem) []Object {
	old, levels := highest(before), highest(after)
	changes := []Object{}
	seen := map[found]bool{}
	add := func(f render.FullFinding, change Change) {
		key := found{f.Rule, f.Object}
		if change != Same && !seen[key] {
			changes = append(changes, Object{change, f.Rule, f.Object, old[key], levels[key], f.Message})
		}
		seen[key] = true
	}
	for _, f := range after.Findings {
		key := found{f.Rule, f.Object}
		was, is := severity(old[key]), severity(levels[key])
		switch {
		case levels[key] == "":
		case old[key] == "":
			add(f, New)
		case is > was:
			add(f, Worse)
		case is < was:
			add(f, Better)
		default:
			add(f, Same)
		}
	}
	if after.Outcome == engine.Unknown || after.Outcome == engine.Blocked || after.NotChecked != "" {
		return sorted(changes) // what was not checked is not gone
	}
	for _, f := range before.Findings {
		if key := (found{f.Rule, f.Object}); old[key] != "" && levels[key] == "" {
			add(f, Gone)
		}
	}
	return sorted(changes)
}

func sorted(objects []Object) []Object {
	slices.SortStableFunc(objects, func(a, b Object) int {
		return cmp.Or(cmp.Compare(order(a.Change), order(b.Change)), strings.Compare(a.Rule, b.Rule),
			strings.Compare(checks.Object(a.Object).String(), checks.Object(b.Object).String()))
	})
	return objects
}

// skipped is the level of a finding that the user accepted.
const skipped = "skipped"

func severity(level string) int {
	return slices.Index([]string{skipped, checks.Warn.String(), checks.Fail.String()}, level)
}

// highest returns the highest level of the findings of each object. Information has none.
func highest(item render.FullItem) map[found]string {
	levels := map[found]string{}
	for _, f := range item.Findings {
		level := f.Level
		if f.Skipped != "" && level != checks.Info.String() {
			level = skipped
		}
		key := found{f.Rule, f.Object}
		if severity(level) > severity(levels[key]) {
			levels[key] = level
		}
	}
	return levels
}
