package rehearsal

import (
	"embed"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

//go:embed *.md
var pages embed.FS

// CheckType is the type of the items of a rehearsal.
const CheckType = "REHEARSAL"

// Check returns the check whose page describes a rehearsal. It belongs to no catalogue: Run makes its items.
func Check() *checks.Check {
	return &checks.Check{Type: CheckType, Page: checks.ReadPage(pages, "rehearsal.md"), Level: checks.Fail,
		Sides: []checks.Side{checks.Dest}, Phases: checks.Schema}
}

// checkOf returns the check of the item of a schema.
func checkOf(schema string) *checks.Check {
	c := Check()
	title := message.New("engine.rehearsal.title", "schema", schema)
	c.Page.Title = title.In(message.English)
	for lang, page := range c.Page.In {
		page.Title = title.In(lang)
		c.Page.In[lang] = page
	}
	return c
}

// Report returns the rehearsal in the form of a run, with one item for each schema of the source.
func (r *Rehearsal) Report() *engine.Report {
	report := *r.Precheck
	report.Task = r.Task
	report.Task.ID, report.Task.Lang = r.Precheck.Task.ID, r.Precheck.Task.Lang
	report.Started, report.Duration = r.Started, r.Duration
	report.Plan, report.Results, report.Usage, report.Sizes = engine.Plan{}, nil, nil, nil
	report.Databases = []engine.CheckedDatabase{{Side: checks.Source, Role: checks.Master, Server: r.Source},
		{Side: checks.Dest, Role: checks.Master, Server: r.Target}}
	report.Task.Destination = r.Precheck.Task.Destination
	report.Warnings = r.warnings(report.Task.Lang)
	for i, schema := range r.Schemas {
		res := r.item(schema, report.Task.Lang, i == 0)
		report.Plan.Items = append(report.Plan.Items, res.Item)
		report.Results = append(report.Results, res)
	}
	return &report
}

// item returns the result of a schema. The first one lists the settings of the destination.
func (r *Rehearsal) item(schema, lang string, first bool) engine.Result {
	item := engine.Item{Check: checkOf(schema), Side: checks.Dest, Role: checks.Master}
	pass := checks.NewPass(checks.PassConfig{Check: item.Check, Side: item.Side, Role: item.Role, Lang: lang})
	counts, rows := map[Outcome]int{}, 0
	var hidden, unconverted []string
	for _, o := range r.Objects {
		if o.Source.Schema != schema {
			continue
		}
		counts[o.Outcome]++
		rows += o.Rows - len(o.RefusedRows)
		switch o.Outcome {
		case NotShown:
			hidden = append(hidden, o.String())
		case NotConverted:
			unconverted = append(unconverted, o.String())
		}
		o.report(pass)
	}
	pass.Note("rehearsed", "server", r.Target.String(), "created", counts[Created]+counts[Altered],
		"altered", counts[Altered], "refused", counts[Refused])
	if rows > 0 {
		pass.Note("copied", "count", rows)
	}
	if parts := r.omitted(schema); parts != nil {
		pass.Note("omitted", "count", len(parts), "parts", parts)
	}
	if first && len(r.Settings) > 0 {
		pass.Note("settings", "settings", settingsText(r.Settings))
	}
	res := engine.Result{Item: item, Lang: lang, Outcome: engine.Passed, Notes: pass.Notes(), Duration: r.Duration}
	heaviest := checks.Info
	for _, f := range pass.Findings() {
		res.Findings = append(res.Findings, engine.Finding{Finding: f})
		heaviest = max(heaviest, f.Level)
	}
	res.Removable = r.removable(schema)
	notChecked := func(key string, objects []string) {
		if objects == nil {
			return
		}
		reason := pass.NotChecked(key, "count", len(objects), "objects", objects).(*checks.NotCheckedError)
		res.Err, res.Outcome = errors.Join(res.Err, reason), engine.Unknown
		res.Reason = strings.TrimSpace(res.Reason + " " + reason.Reason)
		res.Advice = strings.TrimSpace(res.Advice + " " + reason.Remedy)
	}
	notChecked("hidden", hidden)
	notChecked("unconverted", unconverted)
	switch {
	case heaviest == checks.Fail:
		res.Outcome = engine.Failed
	case heaviest == checks.Warn && res.Err == nil:
		res.Outcome = engine.Warned
	}
	return res
}

// removable returns the tables and views of a schema without which nothing would fail; nil if there are none, or if
// something else fails.
func (r *Rehearsal) removable(schema string) []engine.RemovableObject {
	var all []engine.RemovableObject
	for _, o := range r.Objects {
		if o.Source.Schema != schema || o.Outcome != Refused && o.RefusedRows == nil {
			continue
		}
		if o.Kind != "TABLE" && o.Kind != "VIEW" {
			return nil
		}
		all = append(all, engine.RemovableObject{TableName: o.Source, View: o.Kind == "VIEW"})
	}
	slices.SortFunc(all, func(a, b engine.RemovableObject) int { return a.Compare(b.TableName) })
	return slices.Compact(all)
}

// report reports an object.
func (o *Object) report(pass *checks.Pass) {
	f := checks.Finding{Level: checks.Warn, Object: o.object(),
		Args: checks.Args{"kind": o.Kind, "checks": failures(o.Reported)}}
	if o.Outcome == Refused {
		refused := f
		refused.Level, refused.Actual = checks.Fail, o.Err.Error()
		refused.Rule = map[Verdict]string{Agreed: "refused", Missed: "missed", Warned: "warned",
			Consequence: "consequence", Undecided: "undecided", NotCompared: "refused_existing"}[o.Verdict]
		pass.Report(refused)
		return
	}
	if len(o.Differences) > 0 {
		altered := f
		altered.Rule, altered.Actual = "altered", differencesText(o.Differences)
		pass.Report(altered)
	}
	errs, keys := o.rowErrors()
	for _, text := range errs {
		rows := f
		rows.Level, rows.Rule, rows.Actual = checks.Fail, "rows_refused", text
		rows.Args = checks.Args{"count": len(keys[text]), "rows": o.Rows, "keys": firstOf(keys[text])}
		pass.Report(rows)
	}
	if o.Verdict == FalseAlarm {
		f.Rule = "false_alarm"
		pass.Report(f)
	}
}

// firstOf returns the first of many keys.
func firstOf(keys []string) string {
	const most = 5
	text := strings.Join(keys[:min(len(keys), most)], "; ")
	if len(keys) > most {
		text += "; …"
	}
	return text
}

func (o *Object) object() checks.Object {
	if familyOf(o.Kind) == "TABLE" {
		return checks.Object{Kind: o.Kind, Schema: o.Source.Schema, Table: o.Source.Name}
	}
	return checks.Object{Kind: o.Kind, Schema: o.Source.Schema, Name: o.Source.Name}
}

// String returns the kind and the name on the source.
func (o *Object) String() string { return o.Kind + " " + o.object().String() }

func differencesText(all []Difference) string {
	texts := make([]string, len(all))
	for i, d := range all {
		texts[i] = d.String()
	}
	return strings.Join(texts, "; ")
}

func settingsText(all []Setting) string {
	var texts []string
	for _, s := range all {
		if !s.Differs {
			texts = append(texts, s.Name+" = "+s.Value)
		}
	}
	return strings.Join(texts, ", ")
}

// warnings returns how the target differs from the destination, and what else concerns the whole rehearsal.
func (r *Rehearsal) warnings(lang string) []string {
	var all []message.Text
	for _, s := range r.Settings {
		if s.Differs {
			all = append(all, message.New("engine.rehearsal.setting", "name", s.Name, "value", s.Value, "target",
				s.Target))
		}
	}
	if r.Destination.String() != r.Target.String() {
		all = append(all, message.New("engine.rehearsal.version", "target", r.Target.String(), "destination",
			r.Destination.String()))
	}
	if r.Task.Settings.DDL == checks.DDLRewritten {
		all = append(all, message.New("engine.rehearsal.rewritten"))
	}
	if len(r.Removed) > 0 {
		all = append(all, message.New("engine.rehearsal.removed", "count", len(r.Removed), "schemas", r.Removed))
	}
	for _, text := range r.Left {
		all = append(all, message.New("engine.rehearsal.left", "error", message.Verbatim(text)))
	}
	texts := make([]string, len(all))
	for i, text := range all {
		texts[i] = text.In(lang)
	}
	return texts
}

// Disagreements returns the objects of which the precheck and the server disagree.
func (r *Rehearsal) Disagreements() []*Object {
	return slices.DeleteFunc(slices.Clone(r.Objects), func(o *Object) bool {
		return o.Verdict != Missed && o.Verdict != FalseAlarm
	})
}
