package engine

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
)

// itemJSON is an item as JSON. Title and SkipConsequence are for an engine that does not have the check.
type itemJSON struct {
	Type, Title     string
	SkipConsequence string `json:",omitempty"`
	Side            checks.Side
	Role            checks.Role
	Phases          checks.Phases
}

// findingJSON is a finding as JSON: with its level by name, and its error with all that it holds.
type findingJSON struct {
	checks.Finding
	Level   string
	Err     *errorJSON `json:",omitempty"`
	Skipped string     `json:",omitempty"`
}

// resultJSON is a result as JSON.
type resultJSON struct {
	Result
	Item        itemJSON
	Findings    []findingJSON       `json:",omitempty"`
	Err         *errorJSON          `json:",omitempty"`
	OfFindings  [][]RemovableObject `json:",omitempty"` // Result.removable
	AcceptedFor string              `json:",omitempty"` // Result.accepted
}

// EncodeResult returns a result as JSON, from which Engine.DecodeResult restores it.
func EncodeResult(res Result) ([]byte, error) {
	encoded := resultJSON{Result: res, Item: encodeItem(res.Item), Err: encodeError(res.Err),
		OfFindings: res.removable, AcceptedFor: res.accepted}
	for _, f := range res.Findings {
		encoded.Findings = append(encoded.Findings,
			findingJSON{f.Finding, f.Level.String(), encodeError(f.Err), f.Skipped})
	}
	return json.Marshal(encoded)
}

// DecodeResult restores a result. It renders as before, in any language in which its texts exist; a check that the
// engine does not have keeps its title.
func (e *Engine) DecodeResult(data []byte) (Result, error) {
	var decoded resultJSON
	if err := json.Unmarshal(data, &decoded); err != nil {
		return Result{}, message.Wrap(err, "engine.stored.unreadable")
	}
	res := decoded.Result
	res.Item, res.Err = e.decodeItem(decoded.Item), decoded.Err.decode()
	res.removable, res.accepted = decoded.OfFindings, decoded.AcceptedFor
	for _, f := range decoded.Findings {
		level, ok := checks.LevelNamed(f.Level)
		if !ok {
			return Result{}, message.Err("engine.stored.level", "level", f.Level)
		}
		finding := Finding{Finding: f.Finding, Skipped: f.Skipped}
		finding.Level, finding.Err = level, f.Err.decode()
		res.Findings = append(res.Findings, finding)
	}
	return res, nil
}

func encodeItem(i Item) itemJSON {
	return itemJSON{i.Check.Type, i.Check.Page.Title, i.Check.Page.SkipConsequence, i.Side, i.Role,
		i.Check.Phases | i.Check.ExtraPhasesFromOracle}
}

func (e *Engine) decodeItem(i itemJSON) Item {
	c := e.CheckNamed(i.Type)
	if !slices.Contains(e.order, c) {
		c.Page.Title, c.Page.SkipConsequence, c.Phases = i.Title, i.SkipConsequence, i.Phases
	}
	return Item{c, i.Side, i.Role}
}

// CheckNamed returns the check of a type. For one that the engine does not have, it returns a new check that only has
// the type.
func (e *Engine) CheckNamed(checkType string) *checks.Check {
	for _, c := range e.order {
		if c.Type == checkType {
			return c
		}
	}
	return &checks.Check{Type: checkType, Page: checks.Page{Type: checkType}}
}

// planJSON is a plan as JSON.
type planJSON struct {
	Items    []itemJSON
	Excluded []excludedJSON
}

type excludedJSON struct{ Type, Title, Reason string }

func encodePlan(p Plan) planJSON {
	var encoded planJSON
	for _, i := range p.Items {
		encoded.Items = append(encoded.Items, encodeItem(i))
	}
	for _, x := range p.Excluded {
		encoded.Excluded = append(encoded.Excluded, excludedJSON{x.Check.Type, x.Check.Page.Title, x.Reason})
	}
	return encoded
}

func (e *Engine) decodePlan(encoded planJSON) Plan {
	var p Plan
	for _, i := range encoded.Items {
		p.Items = append(p.Items, e.decodeItem(i))
	}
	for _, x := range encoded.Excluded {
		p.Excluded = append(p.Excluded, Excluded{e.decodeItem(itemJSON{Type: x.Type, Title: x.Title}).Check, x.Reason})
	}
	return p
}

// EncodePlan returns a plan as JSON, from which Engine.DecodePlan restores it.
func EncodePlan(p Plan) ([]byte, error) { return json.Marshal(encodePlan(p)) }

// DecodePlan restores a plan.
func (e *Engine) DecodePlan(data []byte) (Plan, error) {
	var encoded planJSON
	if err := json.Unmarshal(data, &encoded); err != nil {
		return Plan{}, message.Wrap(err, "engine.stored.unreadable")
	}
	return e.decodePlan(encoded), nil
}

// PlannedItem is the check and the side of an item of a plan.
type PlannedItem struct {
	Type string // of the check
	Side checks.Side
}

// PlannedItems returns the items of a plan that EncodePlan has written, in its order.
func PlannedItems(data []byte) ([]PlannedItem, error) {
	var encoded planJSON
	if err := json.Unmarshal(data, &encoded); err != nil {
		return nil, message.Wrap(err, "engine.stored.unreadable")
	}
	items := make([]PlannedItem, len(encoded.Items))
	for i, item := range encoded.Items {
		items[i] = PlannedItem{item.Type, item.Side}
	}
	return items, nil
}

// reportJSON is a report as JSON.
type reportJSON struct {
	Report
	Task    taskJSON
	Plan    planJSON
	Results []json.RawMessage `json:",omitempty"`
}

// EncodeReport returns a report as JSON, without passwords, from which Engine.DecodeReport restores it.
func EncodeReport(r *Report) ([]byte, error) {
	encoded := reportJSON{Report: *r, Task: encodeTask(r.Task), Plan: encodePlan(r.Plan)}
	for _, res := range r.Results {
		data, err := EncodeResult(res)
		if err != nil {
			return nil, err
		}
		encoded.Results = append(encoded.Results, data)
	}
	return json.Marshal(encoded)
}

// DecodeReport restores a report.
func (e *Engine) DecodeReport(data []byte) (*Report, error) {
	var encoded reportJSON
	if err := json.Unmarshal(data, &encoded); err != nil {
		return nil, message.Wrap(err, "engine.stored.unreadable")
	}
	r := encoded.Report
	r.Plan = e.decodePlan(encoded.Plan)
	var errTask error
	r.Task, errTask = encoded.Task.decode()
	errs := []error{errTask}
	for _, result := range encoded.Results {
		res, err := e.DecodeResult(result)
		errs = append(errs, err)
		r.Results = append(r.Results, res)
	}
	return &r, errors.Join(errs...)
}
