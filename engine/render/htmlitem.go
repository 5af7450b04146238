package render

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/catalogue"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fixscript"
)

// shownPerRule is how many findings of a rule of an item HTML shows. The others are in a compressed block.
const shownPerRule = 200

// HTMLReport is a report as the templates of Parts show it. All texts are safe to show.
type HTMLReport struct {
	Title, Status, Headline string
	Counts                  []HTMLCount
	Cards                   []HTMLCard
	Warnings                []string
	Selects                 []HTMLSelect
	Sections                []HTMLSection
	Timeline                HTMLTimeline
	Excluded                []HTMLExcluded
	T                       labels

	lang string              // its tag
	rest map[string]htmlRest // what is not shown of the groups, by their IDs
}

// Rest returns what is not shown of the groups, as JSON for the script.
func (h *HTMLReport) Rest() ([]byte, error) { return json.Marshal(h.rest) }

// HTMLCount is the number of items with an outcome.
type HTMLCount struct {
	Outcome engine.Outcome
	Number  int
	Text    string
}

// HTMLCard is an endpoint, or what is checked.
type HTMLCard struct {
	Title string
	Lines []HTMLLine
}

// HTMLLine is a labelled text.
type HTMLLine struct{ Label, Text string }

// HTMLSelect is a list that filters items by an attribute.
type HTMLSelect struct {
	Name, Label string
	Options     []HTMLOption
}

// HTMLOption is an option of a list.
type HTMLOption struct{ Value, Text string }

// HTMLSection is the items with one outcome.
type HTMLSection struct {
	ID, Label string
	Count     int
	Parts     []HTMLPart
}

// HTMLPart is the items of one endpoint and topic, or those that are joined, without a heading.
type HTMLPart struct {
	Heading string
	Items   []HTMLItem

	side  checks.Side
	topic catalogue.Topic
}

// HTMLItem is one item, or several that were not checked for the same reason. Sides, Phases and Topics are separated
// by spaces.
type HTMLItem struct {
	ID, Status, Label, Title, Name, Found string
	Sides, Phases, Topics                 string
	Count                                 int
	Open                                  bool
	Reasons                               []string
	Names                                 string // of the items of which there are several
	Groups                                []HTMLGroup
	More                                  string // how many groups are not shown
	Notes                                 []Note
	Record                                engine.Record // of the first of the items, as it is documented
	T                                     labels
}

// HTMLGroup is a group of findings.
type HTMLGroup struct {
	ID, Message, Remedy, Objects string
	Open                         bool
	Rows                         []HTMLRow
	More                         string // how many rows are not shown
	SQL                          []string
	SQLTitle, CopyLabel          string
	MoreSQL                      bool
	T                            labels
}

// HTMLRow is a finding in the table of its group.
type HTMLRow struct{ Object, Actual, Expected string }

func newRow(f engine.Finding) HTMLRow {
	return HTMLRow{visible.Line(objectName(f.Object)), visible.Line(f.Actual), visible.Line(f.Expected)}
}

func (r HTMLRow) cells() [3]string { return [3]string{r.Object, r.Actual, r.Expected} }

// HTMLExcluded is the checks that do not apply for a reason.
type HTMLExcluded struct{ Reason, Types string }

// htmlRest is what is not shown of a group.
type htmlRest struct {
	Rows [][3]string `json:"rows"`
	SQL  []string    `json:"sql"`
}

// NewHTML returns a report as the templates of Parts show it.
func NewHTML(r *engine.Report, o Options) HTMLReport {
	o.All = false // joins items that were not checked for the same reason
	d := NewDocument(r, o)
	h := HTMLReport{Title: visible.Line(message.New("render.title", "name", d.Name).In(d.Lang)),
		lang: pageLanguage(d.Lang), Headline: d.Headline.In(d.Lang),
		Status: verdictStatus(r, o.Strict), Cards: cards(r, d), T: newLabels(d.Lang),
		rest: map[string]htmlRest{}, Timeline: newTimeline(r)}
	for _, c := range d.Counts {
		h.Counts = append(h.Counts, HTMLCount{c.Outcome, c.Number, c.Text.In(d.Lang)})
	}
	for _, w := range d.Warnings {
		h.Warnings = append(h.Warnings, visible.Line(message.New("render.warning", "text", w).In(d.Lang)))
	}
	records := r.Data(o.Strict).PreCheckResults
	for _, s := range d.Sections {
		section := HTMLSection{ID: "section-" + string(s.Outcome), Label: s.Label.In(d.Lang)}
		for _, item := range s.Items {
			shown := h.item(fmt.Sprintf("item-%d", item.Index+1), &s, item)
			shown.Record = records[item.Index]
			section.Count += shown.Count
			section.add(d.Lang, item, shown)
		}
		section.sort()
		h.Sections = append(h.Sections, section)
	}
	h.Selects = selects(r, d)
	for _, e := range d.Excluded {
		h.Excluded = append(h.Excluded, HTMLExcluded{visible.Line(e.Reason), visible.Line(strings.Join(e.Types, ", "))})
	}
	return h
}

// add adds an item to the part of its endpoint and topic.
func (s *HTMLSection) add(lang string, item Item, shown HTMLItem) {
	var part HTMLPart
	if of := item.Result().Item; len(item.Results) == 1 {
		part.side, part.topic = of.Side, catalogue.TopicOf(of.Check.Type)
		part.Heading = message.New("render.html.part", "endpoint", sideText(of.Side),
			"topic", TopicText(part.topic)).In(lang)
	}
	i := slices.IndexFunc(s.Parts, func(p HTMLPart) bool { return p.Heading == part.Heading })
	if i < 0 {
		i = len(s.Parts)
		s.Parts = append(s.Parts, part)
	}
	s.Parts[i].Items = append(s.Parts[i].Items, shown)
}

// sort orders the parts: joined items, then the source before the destination, each in the order of the topics.
func (s *HTMLSection) sort() {
	slices.SortStableFunc(s.Parts, func(a, b HTMLPart) int {
		return cmp.Or(slices.Index(checks.BothSides, a.side)-slices.Index(checks.BothSides, b.side),
			slices.Index(catalogue.Topics(), a.topic)-slices.Index(catalogue.Topics(), b.topic))
	})
}

// pageLanguage returns the tag of a page in a language.
func pageLanguage(lang string) string {
	known, _ := message.Language(lang)
	return known
}

// sideText returns the name of an endpoint.
func sideText(s checks.Side) message.Text {
	if s == checks.Dest {
		return message.New("engine.item.destination")
	}
	return message.New("engine.item.source")
}

// verdictStatus returns the outcome whose colour the verdict has.
func verdictStatus(r *engine.Report, strict bool) string {
	switch verdict := r.Verdict(strict); {
	case r.Unfinished != "":
		return string(engine.Pending)
	case verdict == engine.VerdictFailed:
		return string(engine.Failed)
	case verdict == engine.VerdictUnknown:
		return string(engine.Unknown)
	case r.Count(engine.Warned) > 0:
		return string(engine.Warned)
	}
	return string(engine.Passed)
}

func (h *HTMLReport) item(id string, s *Section, item Item) HTMLItem {
	first := item.Result().Item
	shown := HTMLItem{ID: id, Status: string(s.Outcome), Label: s.Label.In(h.lang),
		Title: visible.Line(first.Check.Type), Name: visible.Line(first.NameIn(h.lang)),
		Count: len(item.Results), Open: s.Outcome == engine.Failed, T: h.T}
	var sides, phases, topics, names []string
	for _, res := range item.Results {
		c := res.Item.Check
		sides = append(sides, string(res.Item.Side))
		phases = append(phases, (c.Phases | c.ExtraPhasesFromOracle).Names()...)
		topics = append(topics, string(catalogue.TopicOf(c.Type)))
		names = append(names, checkOn(&res).In(h.lang))
	}
	shown.Sides, shown.Phases, shown.Topics = words(sides), words(phases), words(topics)
	shown.Reasons = lines(h.lang, reasons(&item)...)
	if len(item.Results) > 1 {
		shown.Title = message.New("render.summary.checks", "count", len(item.Results)).In(h.lang)
		shown.Name, shown.Names = visible.Line(item.Reason.In(h.lang)), visible.Line(strings.Join(names, ", "))
	}
	found := 0
	left := map[string]int{} // how many findings of a rule may still be shown
	stated := map[string]bool{}
	for i := range item.Groups {
		g := &item.Groups[i]
		found += len(g.Findings)
		if _, known := left[g.Rule]; !known {
			left[g.Rule] = shownPerRule
		}
		if left[g.Rule] == 0 {
			rest := h.rest[id]
			for _, f := range g.Findings {
				rest.Rows = append(rest.Rows, newRow(f).cells())
			}
			h.rest[id] = rest
			continue
		}
		group := h.group(fmt.Sprintf("%s-%d", id, i+1), s.Outcome, g, left[g.Rule], stated)
		left[g.Rule] -= len(group.Rows)
		shown.Groups = append(shown.Groups, group)
	}
	if found > 0 {
		shown.Found = message.New("render.html.findings", "count", found).In(h.lang)
	}
	if more := len(item.Groups) - len(shown.Groups); more > 0 {
		shown.More = message.New("render.html.more_groups", "count", more).In(h.lang)
	}
	for _, n := range item.Notes {
		note := Note{Text: visible.Line(n.Text)}
		if n.Remedy != "" {
			optional := message.New("render.note.optional", "value", message.Verbatim(n.Remedy))
			note.Remedy = visible.Line(optional.In(h.lang))
		}
		shown.Notes = append(shown.Notes, note)
	}
	return shown
}

// openRows is the largest table of objects that is open from the start.
const openRows = 10

// group returns a group of which at most that many findings are shown. stated are the statements of the item so far.
func (h *HTMLReport) group(id string, outcome engine.Outcome, g *Group, most int, stated map[string]bool) HTMLGroup {
	shown := HTMLGroup{ID: id, Message: visible.Line(sentence(outcome, g)), T: h.T,
		Objects: visible.Line(g.objects().In(h.lang)), Open: len(g.Findings) <= openRows}
	if g.Remedy != "" {
		remedy := message.New("render.html.remedy", "value", message.Verbatim(g.Remedy))
		shown.Remedy = visible.Line(remedy.In(h.lang))
	}
	var rest htmlRest
	for i, f := range g.Findings {
		if row := newRow(f); i < most {
			shown.Rows = append(shown.Rows, row)
		} else {
			rest.Rows = append(rest.Rows, row.cells())
		}
		for _, s := range f.SQL {
			switch {
			case stated[s]:
			case i < most:
				shown.SQL = append(shown.SQL, visible.Line(s))
			default:
				rest.SQL = append(rest.SQL, visible.Line(s))
			}
			stated[s] = true
		}
	}
	shown.SQL, rest.SQL = fixscript.Join(g.dialect, shown.SQL), fixscript.Join(g.dialect, rest.SQL)
	statements := len(shown.SQL) + len(rest.SQL)
	shown.SQLTitle = message.New("render.html.statements", "count", statements, "place", g.On.Text()).In(h.lang)
	shown.CopyLabel = message.New("render.html.copy_statements", "count", statements, "check", g.check.Type).In(h.lang)
	shown.MoreSQL = len(rest.SQL) > 0
	if len(rest.Rows) > 0 {
		shown.More = message.New("render.html.more_rows", "count", len(rest.Rows)).In(h.lang)
		h.rest[id] = rest
	}
	return shown
}

// objectName returns the name of an object, or its kind if it has none, such as SERVER.
func objectName(o checks.Object) string {
	if name := o.String(); name != "" {
		return name
	}
	return o.Kind
}

// cards returns the endpoints and what is checked.
func cards(r *engine.Report, d Document) []HTMLCard {
	var all []HTMLCard
	for _, database := range d.Databases {
		card := HTMLCard{Title: database.Label.In(d.Lang)}
		for _, l := range database.lines(r) {
			card.Lines = append(card.Lines, HTMLLine{l.Label.In(d.Lang), visible.Line(l.Text.In(d.Lang))})
		}
		all = append(all, card)
	}
	card := HTMLCard{Title: message.New("render.html.run").In(d.Lang)}
	for _, l := range d.about(r) {
		card.Lines = append(card.Lines, HTMLLine{l.Label.In(d.Lang), visible.Line(l.Text.In(d.Lang))})
	}
	return append(all, card)
}

// selects returns the lists that filter items: only values that occur.
func selects(r *engine.Report, d Document) []HTMLSelect {
	status := HTMLSelect{Name: "status", Label: message.New("render.html.status").In(d.Lang)}
	for _, s := range d.Sections {
		status.Options = append(status.Options, HTMLOption{string(s.Outcome), s.Label.In(d.Lang)})
	}
	side := HTMLSelect{Name: "side", Label: message.New("render.html.endpoint").In(d.Lang), Options: []HTMLOption{
		{string(checks.Source), sideText(checks.Source).In(d.Lang)},
		{string(checks.Dest), sideText(checks.Dest).In(d.Lang)}}}
	phase := HTMLSelect{Name: "phase", Label: message.New("render.html.phase").In(d.Lang)}
	for _, name := range r.Task.Phases.Names() {
		phase.Options = append(phase.Options, HTMLOption{name, name})
	}
	topic := HTMLSelect{Name: "topic", Label: message.New("render.html.topic").In(d.Lang)}
	for _, t := range catalogue.Topics() {
		if slices.ContainsFunc(r.Results, func(res engine.Result) bool {
			return catalogue.TopicOf(res.Item.Check.Type) == t
		}) {
			topic.Options = append(topic.Options, HTMLOption{string(t), TopicText(t).In(d.Lang)})
		}
	}
	return []HTMLSelect{status, side, phase, topic}
}

// TopicText returns the name of a topic.
func TopicText(t catalogue.Topic) message.Text {
	switch t {
	case catalogue.Connection:
		return message.New("render.topic.connection")
	case catalogue.Privileges:
		return message.New("render.topic.privileges")
	case catalogue.Logging:
		return message.New("render.topic.logging")
	case catalogue.Settings:
		return message.New("render.topic.settings")
	case catalogue.Capacity:
		return message.New("render.topic.capacity")
	case catalogue.Objects:
		return message.New("render.topic.objects")
	case catalogue.Tables:
		return message.New("render.topic.tables")
	case catalogue.Columns:
		return message.New("render.topic.columns")
	case catalogue.OceanBase:
		return message.New("render.topic.oceanbase")
	}
	return message.New("render.topic.other")
}
