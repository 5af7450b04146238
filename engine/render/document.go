package render

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// Document is a report as people read it. Every format for people shows the same parts of it in the same order.
type Document struct {
	Name, ID  string
	Lang      string // of the texts
	Databases []Database
	Verdict   engine.Verdict
	// Headline is the verdict with the next step in one sentence or two. Summary is the counts followed by it.
	Headline, Summary message.Text
	Counts            []Count
	Sections          []Section // those that are not empty, failures first
	Excluded          []Excluded
	Warnings          []string // on the task
	Started           time.Time
	Duration          time.Duration
}

// HeaderLine is one thing that the report is about, such as the source.
type HeaderLine struct {
	Label message.Text
	Text  message.Text
}

// Count is the number of items with an outcome; those that were not checked count together.
type Count struct {
	Outcome engine.Outcome
	Number  int
	Text    message.Text // such as "2 failed"
}

// Section is the items with one outcome. Unknown stands for blocked items, too.
type Section struct {
	Outcome engine.Outcome
	Label   message.Text
	Items   []Item
}

// Item is one item, or several that were not checked for the same reason.
type Item struct {
	Results []engine.Result
	Index   int     // of the first result in the report
	Groups  []Group // failures and warnings
	// Notes are what the check notes, and findings that are only information.
	Notes []Note
	// Reason is why it was not checked or was skipped, Advice how to make it possible, Server the error of the server.
	Reason, Advice, Server message.Text
	Accepted               message.Text // by the user's skip
}

// Result returns the first result, which stands for all.
func (i *Item) Result() *engine.Result { return &i.Results[0] }

// Note is information that needs no action. Remedy is optional advice.
type Note struct{ Text, Remedy string }

// Excluded is the checks that do not apply to the task for one reason.
type Excluded struct {
	Reason string
	Types  []string
}

// sections are the parts of a report in their order: what stops the task comes first.
var sections = []struct {
	outcome engine.Outcome
	label   message.Text
}{
	{engine.Failed, message.New("render.outcome.failed")},
	{engine.Warned, message.New("render.outcome.warned")},
	{engine.Unknown, message.New("render.outcome.not_checked")},
	{engine.Running, message.New("render.outcome.running")},
	{engine.Pending, message.New("render.outcome.pending")},
	{engine.Skipped, message.New("render.outcome.skipped")},
	{engine.Passed, message.New("render.outcome.passed")},
}

// sectionOf returns the outcome of the section to which an item with this outcome belongs.
func sectionOf(o engine.Outcome) engine.Outcome {
	if o == engine.Blocked {
		return engine.Unknown
	}
	return o
}

// NewDocument returns a report as people read it. Unless o.All is set, items that were not checked for the same reason
// are joined. o.Strict treats warnings as failures.
func NewDocument(r *engine.Report, o Options) Document {
	d := Document{Name: r.Task.Name, ID: r.Task.ID, Lang: r.Task.Lang, Databases: databases(r),
		Verdict: r.Verdict(o.Strict), Headline: headline(r, o.Strict),
		Warnings: r.Warnings, Started: r.Started, Duration: r.Duration}
	for _, s := range sections {
		section := Section{Outcome: s.outcome, Label: s.label, Items: items(r, s.outcome, !o.All)}
		if len(section.Items) > 0 {
			d.Sections = append(d.Sections, section)
		}
	}
	d.Counts = counts(r)
	d.Summary = summary(r, d.Counts, d.Headline)
	for _, e := range r.Plan.Excluded {
		i := slices.IndexFunc(d.Excluded, func(known Excluded) bool { return known.Reason == e.Reason })
		if i < 0 {
			i = len(d.Excluded)
			d.Excluded = append(d.Excluded, Excluded{Reason: e.Reason})
		}
		d.Excluded[i].Types = append(d.Excluded[i].Types, e.Check.Type)
	}
	return d
}

// Summary returns the counts, the verdict and the next step of a report in one line.
func Summary(r *engine.Report, strict bool) message.Text {
	return summary(r, counts(r), headline(r, strict))
}

func counts(r *engine.Report) []Count {
	failed, warned := r.Count(engine.Failed), r.Count(engine.Warned)
	skipped, passed := r.Count(engine.Skipped), r.Count(engine.Passed)
	notChecked := r.Count(engine.Unknown) + r.Count(engine.Blocked)
	all := []Count{
		{engine.Failed, failed, message.New("render.summary.failed", "count", failed)},
		{engine.Warned, warned, message.New("render.summary.warned", "count", warned)},
		{engine.Unknown, notChecked, message.New("render.summary.not_checked", "count", notChecked)},
		{engine.Skipped, skipped, message.New("render.summary.skipped", "count", skipped)},
		{engine.Passed, passed, message.New("render.summary.passed", "count", passed)},
	}
	if open := r.Count(engine.Running) + r.Count(engine.Pending); open > 0 {
		all = append(all, Count{engine.Pending, open, message.New("render.summary.open", "count", open)})
	}
	return all
}

func summary(r *engine.Report, all []Count, headline message.Text) message.Text {
	texts := make([]message.Text, len(all))
	for i, c := range all {
		texts[i] = c.Text
	}
	return message.New("render.summary.line", "checks", message.New("render.summary.checks", "count", len(r.Results)),
		"counts", texts, "verdict", headline)
}

// headline returns the outcome of the run, and what to do next. It mentions warnings.
func headline(r *engine.Report, strict bool) message.Text {
	verdict := r.Verdict(strict)
	switch {
	case r.Unfinished != "":
		return message.New("render.verdict.unfinished")
	case r.Interrupted:
		return message.New("render.verdict.interrupted")
	case verdict == engine.VerdictFailed && r.Count(engine.Failed) == 0:
		return message.New("render.verdict.warnings_are_failures")
	case verdict == engine.VerdictFailed:
		return message.New("render.verdict.failed")
	case verdict == engine.VerdictUnknown:
		return message.New("render.verdict.unknown")
	case r.Count(engine.Warned) > 0:
		return message.New("render.verdict.passed_with_warnings")
	}
	return message.New("render.verdict.passed")
}

// items returns the items of a section, in order.
func items(r *engine.Report, outcome engine.Outcome, join bool) []Item {
	var all []Item
	at := map[string]int{}
	for n, res := range r.Results {
		if sectionOf(res.Outcome) != outcome {
			continue
		}
		item := newItem(&r.Task, res)
		item.Index = n
		if join && outcome == engine.Unknown && len(res.Findings) == 0 && len(item.Notes) == 0 {
			reason := item.Reason.In(r.Task.Lang) + "\n" + item.Advice.In(r.Task.Lang)
			if i, known := at[reason]; known {
				all[i].Results = append(all[i].Results, res)
				continue
			}
			at[reason] = len(all)
		}
		all = append(all, item)
	}
	return all
}

func newItem(t *engine.Task, res engine.Result) Item {
	item := Item{Results: []engine.Result{res}, Groups: grouped(t, &res)}
	for _, f := range res.Findings {
		if f.Level == checks.Info {
			item.Notes = append(item.Notes, Note{f.Message, f.Remedy})
		}
	}
	for _, note := range slices.Concat(res.Notes, res.VolatileNotes) {
		item.Notes = append(item.Notes, Note{Text: note})
	}
	switch res.Outcome {
	case engine.Blocked, engine.Unknown:
		item.Reason = message.Verbatim(res.Reason)
	case engine.Skipped:
		item.Reason, item.Accepted = message.Verbatim(res.NotChecked), message.Verbatim(res.Reason)
	case engine.Failed: // a part of it could not be checked
		item.Reason = message.Verbatim(res.Reason)
	}
	item.Advice = message.Verbatim(res.Advice)
	if err := res.ServerError(); err != nil &&
		!strings.HasSuffix(cmp.Or(res.NotChecked, res.Reason), message.Of(err).In(res.Lang)) {
		item.Server = message.Of(err)
	}
	return item
}

// Database is a database of the task: as it described itself, or as the task names it.
type Database struct {
	Label   message.Text
	Reached bool
	Open    bool // it is not known yet whether it can be reached
	// Product is the type of the endpoint if the database was not reached. TLS is empty then.
	Product, Address, Account string
	TLS                       message.Text
	Snapshot                  *engine.SnapshotUse // from which its facts were read; nil: from the database
	age                       time.Duration       // of the snapshot when the run started
	endpoint                  datasource.Endpoint
	side                      checks.Side
	role                      checks.Role
}

// databases returns the databases of the task, source before destination, primary before standby.
func databases(r *engine.Report) []Database {
	t := &r.Task
	var all []Database
	for _, side := range checks.BothSides {
		end, label := t.Source, message.New("engine.item.source")
		standby := message.New("render.header.source_standby")
		if side == checks.Dest {
			end, label = t.Destination, message.New("engine.item.destination")
			standby = message.New("render.header.destination_standby")
		}
		all = append(all, newDatabase(r, label, side, checks.Master, end.Endpoint))
		if end.Standby != nil {
			all = append(all, newDatabase(r, standby, side, checks.Slave, *end.Standby))
		}
	}
	return all
}

func newDatabase(r *engine.Report, label message.Text, side checks.Side, role checks.Role,
	end datasource.Endpoint) Database {
	d := Database{Label: label, Product: string(end.Type), Address: end.WithDefaults().Address(), Account: end.User,
		endpoint: end, side: side, role: role, Open: r.Unfinished != ""}
	i := slices.IndexFunc(r.Databases, func(d engine.CheckedDatabase) bool { return d.Side == side && d.Role == role })
	if i < 0 {
		return d
	}
	server := r.Databases[i].Server
	d.Reached, d.Product, d.Account = true, server.String(), cmp.Or(server.Account, end.User)
	if d.Snapshot = r.Databases[i].Snapshot; d.Snapshot != nil {
		d.age = max(r.Started.Sub(d.Snapshot.Captured).Truncate(time.Second), 0)
	}
	switch transport := server.Transport; {
	case transport.Verified():
		d.TLS = message.New("render.header.tls_verified", "cipher", transport.Cipher)
	case transport.Cipher != "":
		d.TLS = message.New("render.header.tls", "cipher", transport.Cipher)
	default:
		d.TLS = message.New("render.header.no_tls")
	}
	return d
}

// text returns the database in one line.
func (d Database) text() message.Text {
	switch {
	case d.Open && !d.Reached:
		return message.New("render.header.open", "type", d.Product, "address", d.Address, "account", d.Account)
	case !d.Reached:
		return message.New("render.header.not_reached", "type", d.Product, "address", d.Address, "account", d.Account)
	}
	text := message.New("render.header.database", "product", d.Product, "address", d.Address, "account", d.Account,
		"tls", d.TLS)
	if d.Snapshot == nil {
		return text
	}
	at := d.Snapshot.Captured.UTC().Format(time.DateTime)
	if d.Snapshot.Agent != "" {
		return message.New("render.header.apart", "database", text, "agent", d.Snapshot.Agent, "zone", d.Snapshot.Zone,
			"time", at)
	}
	return message.New("render.header.snapshot", "database", text, "file", d.Snapshot.File, "time", at, "age", d.age)
}

// captured returns from where and when the snapshot is.
func (d Database) captured() message.Text {
	at := d.Snapshot.Captured.UTC().Format(time.DateTime)
	if d.Snapshot.Agent != "" {
		return message.New("render.card.apart", "agent", d.Snapshot.Agent, "zone", d.Snapshot.Zone, "time", at)
	}
	return message.New("render.card.captured", "file", d.Snapshot.File, "time", at, "age", d.age)
}

// lines returns the database line by line, with how much was read from it.
func (d Database) lines(r *engine.Report) []HeaderLine {
	all := []HeaderLine{{message.New("render.card.product"), message.Verbatim(d.Product)},
		{message.New("render.card.address"), message.Verbatim(d.Address)},
		{message.New("render.card.account"), message.Verbatim(d.Account)}}
	switch {
	case d.Reached:
		all = append(all, HeaderLine{message.New("render.card.connection"), d.TLS})
	case !d.Open:
		all = append(all, HeaderLine{message.New("render.card.connection"), message.New("render.card.not_reached")})
	}
	if d.Snapshot != nil {
		all = append(all, HeaderLine{message.New("render.card.snapshot"), d.captured()})
	}
	for _, u := range r.Usage {
		if u.Side != d.side || u.Role != d.role {
			continue
		}
		statements := 0
		for _, n := range u.Statements {
			statements += n
		}
		all = append(all, HeaderLine{message.New("render.card.read"), message.New("render.card.usage",
			"statements", message.New("render.card.statements", "count", statements),
			"connections", message.New("render.card.connections", "count", u.Connections))})
	}
	return all
}

// header returns what was checked, line by line.
func (d *Document) header(r *engine.Report) []HeaderLine {
	about := d.about(r)
	lines := slices.Clone(about[:2])
	for _, database := range d.Databases {
		lines = append(lines, HeaderLine{database.Label, database.text()})
	}
	return append(lines, about[2:]...)
}

// about returns the task, its phases and scope, and the time of the run.
func (d *Document) about(r *engine.Report) []HeaderLine {
	lines := []HeaderLine{
		{message.New("render.header.task"), message.New("render.header.named", "name", d.Name, "id", d.ID)},
		{message.New("render.header.phases"), message.Verbatim(strings.Join(r.Task.Phases.Names(), ", "))},
	}
	if r.Scope != nil {
		lines = append(lines, HeaderLine{message.New("render.header.scope"), scope(d.Lang, *r.Scope)})
	}
	started := r.Started.UTC().Format(time.DateTime)
	switch {
	case r.Started.IsZero():
		return lines
	case r.Unfinished != "":
		return append(lines, HeaderLine{message.New("render.header.time"), message.New("render.header.since",
			"time", started)})
	}
	return append(lines, HeaderLine{message.New("render.header.time"), message.New("render.header.at",
		"time", started, "duration", r.Duration)})
}

// maxSchemas is the number of schemas that a header names.
const maxSchemas = 5

func scope(lang string, s engine.Scope) message.Text {
	names := s.Schemas
	if len(names) > maxSchemas {
		names = append(slices.Clone(names[:maxSchemas]), message.New("render.more").In(lang))
	}
	schemas := message.New("render.kind.schema", "count", len(s.Schemas))
	if len(names) > 0 {
		schemas = message.New("render.header.schemas", "schemas", schemas, "names", names)
	}
	return message.New("render.header.counts", "schemas", schemas,
		"tables", message.New("render.kind.table", "count", s.Tables),
		"views", message.New("render.kind.view", "count", s.Views))
}
