package render

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fixscript"
)

// FullReport is the JSON of format full, with all details of each item. Two runs of one task on unchanged databases
// differ only in ID and in the values under the keys "volatile". Durations are in milliseconds.
type FullReport struct {
	ID          string                 `json:"id"`
	Name        string                 `json:"name"`
	Lang        string                 `json:"lang,omitempty"` // of the texts, if it is not English
	Verdict     engine.Verdict         `json:"verdict"`
	Status      engine.ProjectStatus   `json:"status"`
	Interrupted bool                   `json:"interrupted"`
	Counts      map[engine.Outcome]int `json:"counts"`
	Warnings    []string               `json:"warnings"` // on the task
	Items       []FullItem             `json:"items"`
	Excluded    []FullExcluded         `json:"excluded"`
	Databases   []FullEndpoint         `json:"databases"`
	Volatile    FullVolatile           `json:"volatile"`
}

// FullEndpoint is a database of the task. Product and account are those of the server, if it was reached.
type FullEndpoint struct {
	Side    checks.Side     `json:"side"`
	Role    checks.Role     `json:"role"`
	Type    datasource.Type `json:"type"`
	Address string          `json:"address"`
	Product string          `json:"product,omitempty"`
	Account string          `json:"account"`
	// Snapshot is where its facts were read from, if that is not the database.
	Snapshot *FullSnapshot `json:"snapshot,omitempty"`
}

// FullSnapshot is the facts of a database: a file, or what an agent has captured.
type FullSnapshot struct {
	File     string    `json:"file,omitempty"`
	Agent    string    `json:"agent,omitempty"`
	Zone     string    `json:"zone,omitempty"` // of the agent
	Captured time.Time `json:"captured"`
}

// FullVolatile is what differs from run to run.
type FullVolatile struct {
	Started   time.Time      `json:"started"`
	Duration  int64          `json:"durationMs"`
	Databases []FullDatabase `json:"databases"`
}

// FullItem is one item.
type FullItem struct {
	Name      string         `json:"name"`
	CheckType string         `json:"checkType"`
	Side      checks.Side    `json:"side"`
	Role      checks.Role    `json:"role"`
	Outcome   engine.Outcome `json:"outcome"`
	Reason    string         `json:"reason,omitempty"` // why the item is blocked, skipped or unknown
	// NotChecked is why a skipped item could not be checked, which the user accepts.
	NotChecked string        `json:"notChecked,omitempty"`
	Advice     string        `json:"advice,omitempty"` // how to make an item possible that could not be checked
	Error      string        `json:"error,omitempty"`  // of the server
	Notes      []string      `json:"notes,omitempty"`
	Findings   []FullFinding `json:"findings"`
	Removable  []FullObject  `json:"removable,omitempty"`
	Skippable  bool          `json:"skippable"`
	// OMSItems are the items of OceanBase Migration Service that the item answers.
	OMSItems []string         `json:"omsItems,omitempty"`
	Volatile FullItemVolatile `json:"volatile"`
}

// FullItemVolatile is what of an item differs from run to run.
type FullItemVolatile struct {
	Duration int64    `json:"durationMs"`
	Notes    []string `json:"notes,omitempty"` // measured values
}

// FullFinding is one finding. SQL are the statements that fix it, in order.
type FullFinding struct {
	Rule     string     `json:"rule"`
	Level    string     `json:"level"` // info, warning or failure
	Object   FullObject `json:"object"`
	Message  string     `json:"message"`
	Actual   string     `json:"actual,omitempty"`
	Expected string     `json:"expected,omitempty"`
	Remedy   string     `json:"remedy,omitempty"`
	SQL      []string   `json:"sql"`
	On       string     `json:"on,omitempty"` // the database that the SQL is for: checks.Place
	// Effects are what the statements need or cost: privilege, restart, rebuild or data.
	Effects []fixscript.Effect `json:"effects,omitempty"`
	Skipped string             `json:"skipped,omitempty"` // the user's reason
}

// FullObject is the object of a finding.
type FullObject struct {
	Kind   string `json:"kind,omitempty"`
	Schema string `json:"schema,omitempty"`
	Table  string `json:"table,omitempty"`
	Name   string `json:"name,omitempty"`
}

// FullExcluded is a check that does not apply to the task, with the reason.
type FullExcluded struct {
	CheckType string `json:"checkType"`
	Reason    string `json:"reason"`
}

// FullDatabase is the usage of one database: statements by the first check that needed them. Which check is the first
// and how many connections are opened depends on the order in which the checks run.
type FullDatabase struct {
	Side        checks.Side    `json:"side"`
	Role        checks.Role    `json:"role"`
	Connections int            `json:"connections"` // maximum open at the same time
	Statements  int            `json:"statements"`
	ByCheck     map[string]int `json:"statementsByCheck"`
}

// itemsStart begins the list of items of a report; no other line of it can be the same.
const itemsStart = "\n    \"items\": ["

// writeFull writes one item at a time, because a large task can have many findings.
func writeFull(w io.Writer, r *engine.Report, o Options) error {
	var frame, item bytes.Buffer
	if err := encode(&frame, full(r, o)); err != nil {
		return err
	}
	start := bytes.Index(frame.Bytes(), []byte(itemsStart)) + len(itemsStart)
	if _, err := w.Write(frame.Next(start)); err != nil {
		return err
	}
	encoder := newEncoder(&item)
	encoder.SetIndent("        ", "    ")
	for i, res := range r.Results {
		item.Reset()
		if i > 0 {
			item.WriteByte(',')
		}
		item.WriteString("\n        ")
		if err := encoder.Encode(fullItem(r, res)); err != nil {
			return err
		}
		if _, err := w.Write(bytes.TrimSuffix(item.Bytes(), []byte("\n"))); err != nil {
			return err
		}
	}
	if len(r.Results) > 0 {
		if _, err := io.WriteString(w, "\n    "); err != nil {
			return err
		}
	}
	_, err := frame.WriteTo(w)
	return err
}

// full returns a report without its items.
func full(r *engine.Report, o Options) FullReport {
	f := FullReport{ID: r.Task.ID, Name: r.Task.Name, Verdict: r.Verdict(o.Strict), Status: r.Status(o.Strict),
		Interrupted: r.Interrupted, Counts: map[engine.Outcome]int{}, Warnings: append([]string{}, r.Warnings...),
		Items: []FullItem{}, Excluded: []FullExcluded{},
		Volatile: FullVolatile{Started: r.Started.UTC(), Duration: r.Duration.Milliseconds(),
			Databases: []FullDatabase{}}}
	if r.Task.Lang != message.English {
		f.Lang = r.Task.Lang
	}
	for _, d := range databases(r) {
		end := FullEndpoint{d.side, d.role, d.endpoint.Type, d.Address, "", d.Account, nil}
		if d.Reached {
			end.Product = d.Product
		}
		if d.Snapshot != nil {
			end.Snapshot = &FullSnapshot{d.Snapshot.File, d.Snapshot.Agent, d.Snapshot.Zone, d.Snapshot.Captured}
		}
		f.Databases = append(f.Databases, end)
	}
	for _, outcome := range engine.Outcomes() {
		f.Counts[outcome] = r.Count(outcome)
	}
	for _, l := range r.Plan.Excluded {
		f.Excluded = append(f.Excluded, FullExcluded{l.Check.Type, l.Reason})
	}
	for _, u := range r.Usage {
		d := FullDatabase{Side: u.Side, Role: u.Role, Connections: u.Connections, ByCheck: u.Statements}
		for _, check := range slices.Sorted(maps.Keys(u.Statements)) {
			d.Statements += u.Statements[check]
		}
		f.Volatile.Databases = append(f.Volatile.Databases, d)
	}
	return f
}

func fullItem(r *engine.Report, res engine.Result) FullItem {
	c := res.Item.Check
	item := FullItem{Name: res.Item.NameIn(r.Task.Lang), CheckType: c.Type, Side: res.Item.Side, Role: res.Item.Role,
		Outcome: res.Outcome, Reason: res.Reason, NotChecked: res.NotChecked, Advice: res.Advice, Notes: res.Notes,
		Findings: []FullFinding{}, Skippable: c.Skippable(),
		Volatile: FullItemVolatile{Duration: res.Duration.Milliseconds(), Notes: res.VolatileNotes}}
	for _, i := range c.OMS {
		if i.AppliesTo(res.Item.Side, r.Task.Route()) && !slices.Contains(item.OMSItems, i.Name) {
			item.OMSItems = append(item.OMSItems, i.Name)
		}
	}
	item.Error = res.ServerErrorText()
	item.Findings = slices.Grow(item.Findings, len(res.Findings))
	for _, f := range res.Findings {
		sql := f.SQL
		if sql == nil {
			sql = []string{}
		}
		item.Findings = append(item.Findings,
			FullFinding{Rule: f.Rule, Level: f.Level.String(), Object: FullObject(f.Object),
				Message: f.Message, Actual: f.Actual, Expected: f.Expected, Remedy: f.Remedy, SQL: sql,
				On: f.On.String(), Effects: fixscript.EffectsOf(typeOn(&r.Task, f.On), f.SQL...), Skipped: f.Skipped})
	}
	for _, o := range res.Removable {
		kind := "TABLE"
		if o.View {
			kind = "VIEW"
		}
		item.Removable = append(item.Removable, FullObject{Kind: kind, Schema: o.Schema, Table: o.TableName.Name})
	}
	return item
}
