package checks

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Settings are the settings of a task that checks use.
type Settings struct {
	Deep bool // read sizes and data, within limits
	// Connections is the number of connections that the migration opens on each endpoint.
	Connections int
	// LogRetention is how long logs must be kept; 0 means the check's own default.
	LogRetention time.Duration
	// StartPosition is where incremental reading starts: "binlog.000042:1234", a GTID set or an SCN. Empty
	// means the current position.
	StartPosition string
	// AllowNonEmpty allows destination tables that already contain rows.
	AllowNonEmpty bool
	// DDL is what the migration does with the definitions of the source; empty means DDLOriginal.
	DDL DDL
	// Routines reports that the migration also creates stored procedures, functions, triggers and events.
	Routines bool
	// Heartbeat reports that the migration updates a row of the source, so that its log never stands still.
	Heartbeat bool
	// DiskSpace is the free space of the destination in bytes, for a server that does not show it; 0 means that it is
	// not stated.
	DiskSpace int64
	// DeepBudget bounds the rows that checks read if Deep is set.
	DeepBudget datasource.ReadBudget
	Loader     Loader
}

// Loader is what the task states of the sessions in which the migration writes rows.
type Loader struct {
	SQLMode          *string // nil: that of the server, perhaps with NO_AUTO_VALUE_ON_ZERO
	ForeignKeyChecks *bool   // nil: not stated
}

// DDL is what a migration does with the definitions of the source.
type DDL string

// The values of DDL.
const (
	DDLOriginal  DDL = "original"  // runs them as the source shows them
	DDLRewritten DDL = "rewritten" // rewrites them for the destination where that changes no meaning
)

// DDLs returns the values of DDL.
func DDLs() []DDL { return []DDL{DDLOriginal, DDLRewritten} }

// Pass is one run of an item: a check of one database of a task.
type Pass struct {
	Check    *Check
	Side     Side
	Role     Role
	Route    Route
	Settings Settings
	// Lang is the language of what the pass reports.
	Lang string

	page                Page // of the check in that language
	source, dest, facts *datasource.Facts
	mapping             func(context.Context) (*Mapping, error)
	refused             func(TablePair) bool

	mu       sync.Mutex
	findings [][]Finding // in chunks, as a slice that grows would be copied again and again
	notes    []string
	volatile []string
}

// PassConfig configures a Pass. Source and Dest are the facts of the primary databases, Facts those of the
// database that the item checks.
type PassConfig struct {
	Check               *Check
	Side                Side
	Role                Role
	Route               Route
	Settings            Settings
	Lang                string // of the texts; English if it is empty
	Source, Dest, Facts *datasource.Facts
	Mapping             func(context.Context) (*Mapping, error)
	// Refused reports whether a check that the check follows has a failure about a table; nil is never.
	Refused func(TablePair) bool
}

// NewPass returns a Pass. It is for programs that run checks, such as the engine and tests.
func NewPass(c PassConfig) *Pass {
	r := c.Check.Reads
	own := r.Own
	if c.Role != Slave {
		own = r.of(c.Side, c.Side)
	}
	p := &Pass{Check: c.Check, Side: c.Side, Role: c.Role, Route: c.Route, Settings: c.Settings,
		Lang: c.Lang, page: c.Check.PageIn(c.Lang),
		source: only(c.Source, r.of(Source, c.Side)), dest: only(c.Dest, r.of(Dest, c.Side)),
		facts: only(c.Facts, own), mapping: undeclaredMapping, refused: c.Refused}
	if r.Mapping {
		p.mapping = c.Mapping
	}
	return p
}

// Undeclared returns an error if Run has read a fact that the check does not declare, even if Run ignored the
// error.
func (p *Pass) Undeclared() error {
	for _, facts := range []*datasource.Facts{p.source, p.dest, p.facts} {
		if facts != nil && len(facts.Refused()) > 0 {
			return fmt.Errorf("%w: %s", datasource.ErrUndeclared, facts.Refused()[0].Name())
		}
	}
	return nil
}

// NotCaptured returns the error of a fact that Run has tried to read and that is not in the snapshot from which facts
// are read, even if Run ignored the error. Without that fact, nothing shows that the check passes.
func (p *Pass) NotCaptured() error {
	for _, facts := range []*datasource.Facts{p.source, p.dest, p.facts} {
		if facts != nil && facts.NotCaptured() != nil {
			return facts.NotCaptured()
		}
	}
	return nil
}

// only returns a view of facts that allows those declared; nil facts stay nil.
func only(facts *datasource.Facts, declared Facts) *datasource.Facts {
	if facts == nil {
		return nil
	}
	return facts.Only(declared...)
}

// undeclaredMapping is the mapping of a check that does not declare Reads.Mapping.
func undeclaredMapping(context.Context) (*Mapping, error) {
	return nil, fmt.Errorf("%w: the mapping", datasource.ErrUndeclared)
}

// OfOriginalDDL returns the level of a definition of the source that the destination certainly refuses, but that a
// migration can rewrite without a change of meaning: a warning if the task says that it does.
func (p *Pass) OfOriginalDDL() Level {
	if p.Settings.DDL == DDLRewritten {
		return Warn
	}
	return Fail
}

// Facts returns the facts of the database that the item is about.
func (p *Pass) Facts() *datasource.Facts { return p.facts }

// Source returns the facts of the source's primary database.
func (p *Pass) Source() *datasource.Facts { return p.source }

// Dest returns the facts of the destination's primary database.
func (p *Pass) Dest() *datasource.Facts { return p.dest }

// Mapping returns what the task migrates and where to. It fails with ErrNothingMapped if no object of the
// source matches the task, so that a check of objects does not pass without an object. The mapping then still
// contains the schemas, the missing names and the patterns that match nothing.
func (p *Pass) Mapping(ctx context.Context) (*Mapping, error) { return p.mapping(ctx) }

// Name returns the name of a table on the side of the item.
func (p *Pass) Name(t TablePair) datasource.TableName {
	if p.Side == Dest {
		return t.Dest
	}
	return t.Source
}

// Refused reports whether a check of Check.Follows has a failure about the table or view, so that the destination
// refuses it.
func (p *Pass) Refused(t TablePair) bool { return p.refused != nil && p.refused(t) }

// Report adds a finding with the text of the check's page. It panics if the page does not have the rule.
func (p *Pass) Report(f Finding) {
	w, ok := wording(Page.findings, p.page, p.Check.Page, f.Rule)
	if !ok {
		panic(fmt.Sprintf("the page of %s has no finding %q", p.Check.Type, f.Rule))
	}
	f.write(w, p.Lang)
	f.SQL = printed(f.SQL, p.Lang)
	if f.On = f.On.Or(p.Side, p.Role); len(f.SQL) == 0 {
		f.On = Place{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.findings) - 1
	if last < 0 || len(p.findings[last]) == cap(p.findings[last]) {
		last++
		p.findings = append(p.findings, make([]Finding, 0, 1<<min(last, 9)))
	}
	p.findings[last] = append(p.findings[last], f)
}

// Note adds information to the findings: the text of the page's section Notes for key, with the arguments
// name, value, name, value, … It panics if the page has no such note.
func (p *Pass) Note(key string, args ...any) {
	text := p.text(Page.notes, "note", key, args)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notes = append(p.notes, text.Message)
}

// NoteVolatile adds a note that differs from run to run, such as a measured time. It is shown, but it is not
// part of the documented record, which stays the same as long as the databases do.
func (p *Pass) NoteVolatile(key string, args ...any) {
	text := p.text(Page.notes, "note", key, args)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.volatile = append(p.volatile, text.Message)
}

// NoteText adds a note that several checks share.
func (p *Pass) NoteText(t message.Text) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notes = append(p.notes, t.In(p.Lang))
}

// NotChecked returns the error of a Run that cannot decide: the text of the page's section "Not checked" for
// key, with the arguments name, value, … It panics if the page has no such text. An argument that is an error
// is the cause, which errors.Is and errors.As find.
func (p *Pass) NotChecked(key string, args ...any) error {
	text := p.text(Page.reasons, "reason", key, args)
	e := &NotCheckedError{Reason: text.Message, Remedy: text.Remedy}
	for _, arg := range args {
		if err, ok := arg.(error); ok {
			e.Err = err
		}
	}
	return e
}

// NotCheckedError is the reason why a check could not be completed, and its remedy.
type NotCheckedError struct {
	Reason string
	Remedy string // may be empty
	Err    error  // the cause; may be nil
}

// Error returns the reason.
func (e *NotCheckedError) Error() string { return e.Reason }

// Unwrap returns the cause.
func (e *NotCheckedError) Unwrap() error { return e.Err }

// Term returns a phrase of the page's section Terms, which another text takes as an argument. It panics if
// the page has no such phrase.
func (p *Pass) Term(key string, args ...any) string {
	return p.text(Page.terms, "term", key, args).Message
}

// text returns a text of the page with its arguments filled in.
func (p *Pass) text(section func(Page) map[string]Wording, kind, key string, args []any) Wording {
	w, ok := wording(section, p.page, p.Check.Page, key)
	if !ok {
		panic(fmt.Sprintf("the page of %s has no %s %q", p.Check.Type, kind, key))
	}
	values := Args{}
	for i := 0; i+1 < len(args); i += 2 {
		values[args[i].(string)] = args[i+1]
	}
	lookup := func(name string) (any, bool) { value, known := values[name]; return value, known }
	return Wording{Message: fill(w.message(values), p.Lang, lookup), Remedy: fill(w.Remedy, p.Lang, lookup)}
}

// Findings returns the findings, the most severe first, then by rule, object and the rest of their content.
func (p *Pass) Findings() []Finding {
	count, sorted := p.Sorted()
	list := slices.Grow([]Finding(nil), count)
	for f := range sorted {
		list = append(list, *f)
	}
	return list
}

// Sorted returns the number of findings, and the findings in the order of Findings, without a copy.
func (p *Pass) Sorted() (count int, findings iter.Seq[*Finding]) {
	p.mu.Lock()
	defer p.mu.Unlock()
	type named struct {
		at   *Finding
		name string // of its object
	}
	for _, chunk := range p.findings {
		count += len(chunk)
	}
	list := make([]named, 0, count)
	for _, chunk := range p.findings {
		for i := range chunk {
			list = append(list, named{&chunk[i], chunk[i].Object.String()})
		}
	}
	slices.SortStableFunc(list, func(a, b named) int {
		order := cmp.Or(cmp.Compare(b.at.Level, a.at.Level), strings.Compare(a.at.Rule, b.at.Rule),
			strings.Compare(a.name, b.name))
		if order == 0 {
			order = slices.Compare(a.at.content(), b.at.content())
		}
		return order
	})
	return count, func(yield func(*Finding) bool) {
		for _, f := range list {
			if !yield(f.at) {
				return
			}
		}
	}
}

// Notes returns the notes, in the order in which they were made.
func (p *Pass) Notes() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.notes)
}

// VolatileNotes returns the notes that differ from run to run, in the order in which they were made.
func (p *Pass) VolatileNotes() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.volatile)
}
