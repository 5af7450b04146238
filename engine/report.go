package engine

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Report is the result of a run.
type Report struct {
	Task        Task
	Plan        Plan
	Results     []Result // in the order of Plan.Items
	Warnings    []string // on the task: what of it has no effect
	Usage       []DatabaseUsage
	Databases   []CheckedDatabase // those that answered: source before destination, primary before standby
	Scope       *Scope            // nil if the objects of the task could not be resolved
	Sizes       []SizedTable      // of the source, if a check read them
	Started     time.Time
	Duration    time.Duration
	Interrupted bool // the caller's context was cancelled before the run finished
	// Unfinished is the status of a run that has not finished. Its items may be Pending or Running. Reports that Run
	// returns do not have it.
	Unfinished ProjectStatus
}

// DatabaseUsage is the number of connections and statements that a run used on one database.
type DatabaseUsage struct {
	Side checks.Side
	Role checks.Role
	datasource.Usage
}

// CheckedDatabase is a database that a run reached, as it described itself.
type CheckedDatabase struct {
	Side     checks.Side
	Role     checks.Role
	Server   datasource.Server
	Snapshot *SnapshotUse `json:",omitempty"` // from which its facts were read; nil: from the database
}

// SnapshotUse is a snapshot from which a run read facts: a file, or one that an agent has captured.
type SnapshotUse struct {
	File        string
	Captured    time.Time
	Agent, Zone string `json:",omitempty"` // empty for a file
}

// Scope is what a task selects on the source.
type Scope struct {
	Schemas       []string // that exist, in order, each once
	Tables, Views int
}

// SizedTable is a table and its size.
type SizedTable struct {
	Table datasource.TableName
	Size  datasource.TableSize
}

// Verdict is the outcome of a whole run.
type Verdict string

// The verdicts.
const (
	VerdictPassed  Verdict = "passed"  // everything was checked and nothing failed; there may be warnings
	VerdictFailed  Verdict = "failed"  // something failed
	VerdictUnknown Verdict = "unknown" // nothing failed, but something could not be checked
)

// Count returns the number of items with an outcome.
func (r *Report) Count(o Outcome) int {
	n := 0
	for _, res := range r.Results {
		if res.Outcome == o {
			n++
		}
	}
	return n
}

// Verdict returns the outcome of the whole run. strict treats warnings as failures. The verdict of an interrupted run
// is never VerdictPassed.
func (r *Report) Verdict(strict bool) Verdict {
	switch {
	case r.Count(Failed) > 0, strict && r.Count(Warned) > 0:
		return VerdictFailed
	case r.Count(Unknown)+r.Count(Blocked) > 0, len(r.Results) == 0, r.Interrupted, r.Unfinished != "":
		return VerdictUnknown
	}
	return VerdictPassed
}

// ProjectStatus is the status of a precheck as the documented record names it.
type ProjectStatus string

// The documented statuses of a precheck.
const (
	StatusInit     ProjectStatus = "INIT"
	StatusPending  ProjectStatus = "PENDING"
	StatusRunning  ProjectStatus = "RUNNING"
	StatusFailed   ProjectStatus = "FAILED"
	StatusFinished ProjectStatus = "FINISHED"
	StatusSkipped  ProjectStatus = "SKIPPED"
)

// Status returns the run's status in documented form: FINISHED or SKIPPED exactly if the verdict is VerdictPassed.
// It is SKIPPED if the user accepts a failure, or that an item could not be checked.
func (r *Report) Status(strict bool) ProjectStatus {
	switch {
	case r.Unfinished != "":
		return r.Unfinished
	case r.Verdict(strict) != VerdictPassed:
		return StatusFailed
	case slices.ContainsFunc(r.Results, func(res Result) bool { return res.acceptsFailure() }):
		return StatusSkipped
	}
	return StatusFinished
}

// acceptsFailure reports whether the user accepts a failure of the item, or that it could not be checked.
func (res *Result) acceptsFailure() bool {
	return res.NotChecked != "" || slices.ContainsFunc(res.Findings, func(f Finding) bool {
		return f.Level == checks.Fail && f.Skipped != ""
	})
}

// ItemStatus is the status of an item as the documented record names it.
type ItemStatus string

// The statuses of an item.
const (
	ItemPending ItemStatus = "PENDING"
	ItemRunning ItemStatus = "RUNNING"
	ItemPassed  ItemStatus = "PASSED"
	ItemWarning ItemStatus = "WARNING"
	ItemFailed  ItemStatus = "FAILED"
	ItemSkipped ItemStatus = "SKIPPED"
)

// Status returns the item's status in documented form.
func (res *Result) Status() ItemStatus {
	switch res.Outcome {
	case Passed:
		return ItemPassed
	case Warned:
		return ItemWarning
	case Skipped:
		return ItemSkipped
	case Pending:
		return ItemPending
	case Running:
		return ItemRunning
	}
	return ItemFailed
}

// NotCheckedDetail begins the errorDetail of an item that could not be checked: alone, or followed by ": " and the
// error of the server or the network. It distinguishes such an item from one that failed, because the documented
// status of both is FAILED. Its message begins with "Not checked: " in English. No item that failed has such a message
// or errorDetail. If the user accepts that the item could not be checked, its status is SKIPPED, its message begins in
// the same way, and its errorDetail is null.
const NotCheckedDetail = "NOT_CHECKED"

// notChecked reports whether the item could not be checked and that is not accepted.
func (res *Result) notChecked() bool { return res.Outcome == Unknown || res.Outcome == Blocked }

// Record is one item in the form that OceanBase Migration Service documents for
// preCheckResults of GetPreCheckResult (Enterprise Edition V4.3.0).
type Record struct {
	Name             string        `json:"name"`
	EndpointType     checks.Side   `json:"endpointType"`
	CheckType        string        `json:"checkType"`
	Status           ItemStatus    `json:"status"`
	Message          *string       `json:"message"`
	Skippable        bool          `json:"skippable"`
	Role             checks.Role   `json:"role"`
	SkipConsequence  *string       `json:"skipConsequence"`
	ErrorDetail      *string       `json:"errorDetail"`
	Removable        bool          `json:"removable"`
	BlackObjectsInfo *BlackObjects `json:"blackObjectsInfo"`
}

// BlackObjects are the objects without which an item would pass, in the form of
// transferMapping.databasesBlack of SubmitPreCheck.
type BlackObjects struct {
	Databases []BlackDatabase `json:"databases"`
}

// BlackDatabase is a schema and the objects of it to remove from the task.
type BlackDatabase struct {
	Name   string        `json:"name"`
	Tables []BlackObject `json:"tables"`
	Views  []BlackObject `json:"views"`
}

// BlackObject is a table or view.
type BlackObject struct {
	Name string `json:"name"`
}

// Data is the documented object data of GetPreCheckResult.
type Data struct {
	ProjectID       string        `json:"projectId"`
	ProjectStatus   ProjectStatus `json:"projectStatus"`
	PreCheckResults []Record      `json:"preCheckResults"`
	Progress        Progress      `json:"progress"`
}

// DataCE is data as the Community Edition (V4.2.12-CE and later) names its fields.
type DataCE struct {
	PreCheckID      string        `json:"preCheckId"`
	PreCheckStatus  ProjectStatus `json:"preCheckStatus"`
	Progress        Progress      `json:"progress"`
	PreCheckResults []Record      `json:"preCheckResults"`
}

// CE returns the data as the Community Edition names it. That edition does not have the status SKIPPED.
func (d Data) CE() DataCE {
	status := d.ProjectStatus
	if status == StatusSkipped {
		status = StatusFinished
	}
	return DataCE{d.ProjectID, status, d.Progress, d.PreCheckResults}
}

// Progress is a percentage, written with one decimal.
type Progress float64

// MarshalJSON writes the percentage with one decimal, as in 100.0.
func (p Progress) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, math.Floor(float64(p)*10)/10, 'f', 1, 64), nil
}

// Envelope is the response of every call of the documented API.
type Envelope struct {
	Success     bool    `json:"success"`
	ErrorDetail any     `json:"errorDetail"`
	Code        *string `json:"code"`
	Message     *string `json:"message"`
	Advice      *string `json:"advice"`
	RequestID   string  `json:"requestId"`
	PageNumber  *int    `json:"pageNumber"`
	PageSize    *int    `json:"pageSize"`
	TotalCount  *int    `json:"totalCount"`
	Cost        string  `json:"cost"`
	Data        any     `json:"data"`
}

var _ json.Marshaler = Progress(0)

// Data returns the run in documented form. strict treats warnings as failures.
func (r *Report) Data(strict bool) Data { return r.data(r.Task.Lang, strict) }

func (r *Report) data(lang string, strict bool) Data {
	d := Data{ProjectID: r.Task.ID, ProjectStatus: r.Status(strict), Progress: r.Progress(),
		PreCheckResults: make([]Record, len(r.Results))}
	for i := range r.Results {
		d.PreCheckResults[i] = r.record(lang, &r.Results[i])
	}
	return d
}

// Progress returns the share of the items that have finished.
func (r *Report) Progress() Progress {
	if r.Unfinished == "" {
		return 100
	}
	open := r.Count(Pending) + r.Count(Running)
	return 100 * Progress(len(r.Results)-open) / Progress(max(len(r.Results), 1))
}

// Record returns the item in documented form, its name and skipConsequence in a language, its message in the language
// of the run. The message lists at most that many objects.
func (res *Result) Record(lang string, objects int) Record {
	c := res.Item.Check
	rec := Record{Name: res.Item.NameIn(lang), EndpointType: res.Item.Side, CheckType: c.Type, Status: res.Status(),
		Message: optional(res.Message(objects)), Skippable: c.Skippable(), Role: res.Item.Role,
		SkipConsequence: optional(c.PageIn(lang).SkipConsequence)}
	if rec.Status == ItemFailed {
		rec.ErrorDetail = res.errorDetail()
	}
	if len(res.Removable) > 0 {
		rec.Removable, rec.BlackObjectsInfo = true, blackObjects(res.Removable)
	}
	return rec
}

// record returns the item in documented form, skippable as the task's flags say.
func (r *Report) record(lang string, res *Result) Record {
	rec := res.Record(lang, r.Task.Limits.withDefaults().Objects)
	rec.Skippable = r.Task.skippable(res.Item.Check, res.Item.Check.Type)
	return rec
}

// errorDetail returns NotCheckedDetail or the error code that OMS documents for the failure, and the server's own
// error; nil where there is neither.
func (res *Result) errorDetail() *string {
	var parts []string
	if res.notChecked() {
		parts = append(parts, NotCheckedDetail)
	} else if code := res.omsCode(); code != "" {
		parts = append(parts, string(code))
	}
	if text := res.ServerErrorText(); text != "" {
		parts = append(parts, text)
	}
	return optional(strings.Join(parts, ": "))
}

// ServerError returns the first error that a server returned to the item, as the server words it,
// or nil if there was none.
func (res *Result) ServerError() error {
	err := res.Err
	for _, f := range res.Findings {
		if f.Err != nil {
			err = f.Err
			break
		}
	}
	var known *datasource.Error
	if errors.As(err, &known) && known.Err != nil {
		return known.Err
	}
	return err
}

// ServerErrorText returns the text of ServerError: as the server words it, or in the language of the result if it is a
// text of this program. It is empty if there was no error.
func (res *Result) ServerErrorText() string {
	err := res.ServerError()
	if keyed, ok := err.(message.Texter); ok {
		return keyed.Message().In(res.Lang)
	}
	if err == nil {
		return ""
	}
	return err.Error()
}

// Message returns the findings of the item, with their objects, actual and expected values and remedies, followed by
// its notes. It lists at most that many objects, and a statement of several findings once. For an item that was not
// checked it returns the reason. It is empty for an item that passed without notes.
func (res *Result) Message(objects int) string {
	var lines []string
	if res.Outcome == Blocked {
		return message.New("engine.result.not_checked", "reason", res.Reason).In(res.Lang)
	}
	shown := res.Findings
	if len(shown) > objects {
		shown = shown[:objects]
	}
	stated := map[string]bool{}
	for _, f := range shown {
		f.SQL = slices.DeleteFunc(slices.Clone(f.SQL), func(s string) bool { return stated[f.On.String()+" "+s] })
		for _, s := range f.SQL {
			stated[f.On.String()+" "+s] = true
		}
		lines = append(lines, f.TextIn(res.Lang))
	}
	if more := len(res.Findings) - len(shown); more > 0 {
		lines = append(lines, message.New("engine.result.more", "more", more, "total", len(res.Findings)).In(res.Lang))
	}
	lines = append(lines, res.Notes...)
	if res.Err != nil {
		reason := res.Reason
		if res.NotChecked != "" {
			reason = res.NotChecked
		}
		why := message.Sentences(message.Sentence(res.Lang, message.New("engine.result.not_checked",
			"reason", strings.TrimSuffix(reason, ".")).In(res.Lang)), res.Advice)
		if res.NotChecked != "" {
			why += "\n    " + message.New("engine.finding.skipped", "reason", res.Reason).In(res.Lang)
		}
		if res.Outcome == Failed {
			lines = append(lines, why)
		} else {
			lines = append([]string{why}, lines...)
		}
	}
	return strings.Join(lines, "\n")
}

// TextIn returns the finding as one text: its message, actual and expected value, remedy and SQL, with the database
// that the SQL is for. lang is the language of the labels; the finding has the one of its run.
func (f Finding) TextIn(lang string) string {
	var values, remedy message.Text
	switch {
	case f.Actual != "" && f.Expected != "":
		values = message.New("engine.finding.actual_and_expected", "actual", f.Actual, "expected", f.Expected)
	case f.Actual != "":
		values = message.New("engine.finding.actual", "actual", f.Actual)
	case f.Expected != "":
		values = message.New("engine.finding.expected", "expected", f.Expected)
	}
	if f.Remedy != "" {
		remedy = message.New("engine.finding.remedy", "remedy", f.Remedy)
	}
	var b strings.Builder
	b.WriteString(message.Sentences(f.Message, values.In(lang), remedy.In(lang)))
	if len(f.SQL) > 0 && f.On.Side != "" { // results of older versions do not have it
		b.WriteString("\n    " + message.New("engine.finding.on", "place", f.On.Text()).In(lang))
	}
	for _, s := range f.SQL {
		b.WriteString("\n    " + s + ";")
	}
	if f.Skipped != "" {
		b.WriteString("\n    " + message.New("engine.finding.skipped", "reason", f.Skipped).In(lang))
	}
	return b.String()
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// blackObjects groups objects, which are sorted by name, by schema.
func blackObjects(objects []RemovableObject) *BlackObjects {
	black := &BlackObjects{}
	for _, o := range objects {
		if n := len(black.Databases); n == 0 || black.Databases[n-1].Name != o.Schema {
			empty := BlackDatabase{Name: o.Schema, Tables: []BlackObject{}, Views: []BlackObject{}}
			black.Databases = append(black.Databases, empty)
		}
		d := &black.Databases[len(black.Databases)-1]
		if o.View {
			d.Views = append(d.Views, BlackObject{o.Name})
		} else {
			d.Tables = append(d.Tables, BlackObject{o.Name})
		}
	}
	return black
}
