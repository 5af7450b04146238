package checks

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
)

// MappingMode is how a task names its objects, as OceanBase Migration Service calls it.
type MappingMode string

// The modes.
const (
	Specific MappingMode = "SPECIFIC" // by name
	Wildcard MappingMode = "WILDCARD" // by pattern
	Complex  MappingMode = "COMPLEX"  // by both
)

// MappingModes lists every mode.
func MappingModes() []MappingMode { return []MappingMode{Specific, Wildcard, Complex} }

// Selection is what a task says of its objects.
type Selection struct {
	Mode      MappingMode
	Databases []SelectedDatabase
	// Include and Exclude are shell globs on schema.table; \ makes the next character plain. One
	// without a wildcard names a table, one without a wildcard before the dot names a schema.
	Include, Exclude []string
}

// SelectedDatabase is a schema that is migrated: whole where it names neither tables nor views.
type SelectedDatabase struct {
	Name, MappedName string // MappedName: empty keeps the name
	Tables, Views    []SelectedTable
}

// SelectedTable is a table or view that is migrated.
type SelectedTable struct{ Name, MappedName string }

// Whole tells whether all of the schema is migrated.
func (d SelectedDatabase) Whole() bool { return len(d.Tables) == 0 && len(d.Views) == 0 }

// Mapped gives the name on the destination.
func (d SelectedDatabase) Mapped() string { return or(d.MappedName, d.Name) }

// Mapped gives the name on the destination.
func (t SelectedTable) Mapped() string { return or(t.MappedName, t.Name) }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// SchemaPair is a schema of the source and the one that it becomes.
type SchemaPair struct {
	Source, Dest string
	Exists       bool // on the source, as far as the account can see
	Whole        bool // every table is migrated, those to come included
	// Matched says that its tables are chosen by a pattern with wildcards: one that the account cannot see is missed.
	Matched bool

	named bool // in the task, as opposed to matched by a pattern
}

// TablePair is a table or view of the source and the one that it becomes.
type TablePair struct {
	Source, Dest datasource.TableName
	Table        *datasource.Table // as the source's catalog lists it; of a missing one its name and what the task takes it for
}

// IsView tells whether it is a view.
func (t TablePair) IsView() bool { return t.Table.IsView() }

// Mapping is what a task migrates, resolved against the source: names are matched as the source
// compares them, and written as the source writes them.
type Mapping struct {
	Schemas   []SchemaPair // in order of the source's name
	Tables    []TablePair  // tables and views that exist, in order of the source's name
	Missing   []TablePair  // named in the task, not on the source, in order of the source's name
	Unmatched []string     // patterns with wildcards that match nothing
	// Open are patterns that choose schemas: one that the account cannot see is missed.
	Open []string

	destCase         datasource.NameCase
	bySource, byDest map[datasource.TableName][]int // indexes of Tables
}

// index makes FromSource and FromDest work.
func (m *Mapping) index() {
	m.bySource = make(map[datasource.TableName][]int, len(m.Tables))
	m.byDest = make(map[datasource.TableName][]int, len(m.Tables))
	for i, t := range m.Tables {
		m.bySource[t.Source] = append(m.bySource[t.Source], i)
		dest := m.foldDest(t.Dest)
		m.byDest[dest] = append(m.byDest[dest], i)
	}
}

func (m *Mapping) foldDest(t datasource.TableName) datasource.TableName {
	return datasource.TableName{Schema: m.destCase.Fold(t.Schema), Name: m.destCase.Fold(t.Name)}
}

// FromSource gives the pairs of a table of the source: more than one where it is migrated twice.
func (m *Mapping) FromSource(t datasource.TableName) []TablePair { return m.pairs(m.bySource[t]) }

// FromDest gives the pairs that become a table of the destination, named as the destination
// compares names: more than one where tables are merged.
func (m *Mapping) FromDest(t datasource.TableName) []TablePair {
	return m.pairs(m.byDest[m.foldDest(t)])
}

// MissingFrom gives the pairs of a table of the source that the task names and that is not there.
func (m *Mapping) MissingFrom(t datasource.TableName) []TablePair {
	return slices.DeleteFunc(slices.Clone(m.Missing), func(p TablePair) bool { return p.Source != t })
}

// OpenSchemas gives the schemas of the source of which the task takes more than the tables that it
// names: those that it takes whole or by a pattern.
func (m *Mapping) OpenSchemas() map[string]bool {
	open := map[string]bool{}
	for _, s := range m.Schemas {
		if s.Whole || s.Matched {
			open[s.Source] = true
		}
	}
	return open
}

func (m *Mapping) pairs(indexes []int) []TablePair {
	pairs := make([]TablePair, len(indexes))
	for i, at := range indexes {
		pairs[i] = m.Tables[at]
	}
	return pairs
}

// HoldingRows gives the pairs that are tables with rows: no views and no sequences.
func (m *Mapping) HoldingRows() []TablePair {
	return slices.DeleteFunc(slices.Clone(m.Tables), func(t TablePair) bool { return !t.Table.HoldsRows() })
}

// ErrNothingMapped says that no object of the source matches the task.
var ErrNothingMapped = errors.New("no object of the source that the account can see matches the task")

// pattern is a parsed include or exclude.
type pattern struct {
	text          string
	schema, table string // globs; table is "*" where the pattern names a schema only
}

// parsePattern splits text at its first dot that no backslash precedes.
func parsePattern(text string) (pattern, error) {
	p := pattern{text: text, schema: text, table: "*"}
	for i := 0; i < len(text); i++ {
		if text[i] == '\\' {
			i++
		} else if text[i] == '.' {
			p.schema, p.table = text[:i], text[i+1:]
			break
		}
	}
	for _, glob := range []string{p.schema, p.table} {
		if _, err := path.Match(slashless(glob), ""); err != nil || glob == "" {
			return p, fmt.Errorf("%q is not a pattern of the form schema.table with *, ? and [a-z]", text)
		}
	}
	return p, nil
}

// CheckPattern tells what is wrong with an include or exclude pattern, nil if nothing.
func CheckPattern(text string) error {
	_, err := parsePattern(text)
	return err
}

// EscapePattern gives the pattern that matches this table alone, whatever characters its name has.
func EscapePattern(t datasource.TableName) string {
	return escape.Replace(t.Schema) + "." + escape.Replace(t.Name)
}

var escape = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `.`, `\.`)

// path.Match does not let * match a slash, which is a character like any other in a name.
func slashless(s string) string { return strings.ReplaceAll(s, "/", "\x00") }

// plain tells whether a glob matches one name only.
func plain(glob string) bool {
	for i := 0; i < len(glob); i++ {
		switch glob[i] {
		case '\\':
			i++
		case '*', '?', '[':
			return false
		}
	}
	return true
}

// literal gives the one name that a plain glob matches.
func literal(glob string) string {
	var b strings.Builder
	for i := 0; i < len(glob); i++ {
		if glob[i] == '\\' {
			i++
		}
		b.WriteByte(glob[i])
	}
	return b.String()
}

func glob(pattern, name string, fold datasource.NameCase) bool {
	ok, _ := path.Match(slashless(fold.Fold(pattern)), slashless(fold.Fold(name)))
	return ok
}

// plain tells whether the pattern matches one table only: it names it.
func (p pattern) plain() bool { return plain(p.schema) && plain(p.table) }

// name gives the one table that a plain pattern matches.
func (p pattern) name() datasource.TableName {
	return datasource.TableName{Schema: literal(p.schema), Name: literal(p.table)}
}

func (p pattern) matches(t datasource.TableName, fold datasource.NameCase) bool {
	return glob(p.schema, t.Schema, fold) && glob(p.table, t.Name, fold)
}

// MatchesObject tells whether a pattern of schema.table matches t, under the naming rule fold.
func MatchesObject(text string, t datasource.TableName, fold datasource.NameCase) bool {
	p, err := parsePattern(text)
	return err == nil && p.matches(t, fold)
}

// Resolver resolves a task's selection against the source. It reads the source's schemas to know
// the scope, and its tables to know the objects.
type Resolver struct {
	Selection    Selection
	Source, Dest *datasource.Facts
}

// SourceScope gives the schemas of the source that the task takes from.
func (r *Resolver) SourceScope(ctx context.Context) ([]string, error) {
	pairs, err := r.schemas(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range pairs {
		if p.Exists {
			names = append(names, p.Source)
		}
	}
	return names, nil
}

// DestScope gives the schemas of the destination that the task writes to.
func (r *Resolver) DestScope(ctx context.Context) ([]string, error) {
	pairs, err := r.schemas(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, p := range pairs {
		names = append(names, p.Dest)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// schemas gives the schema pairs, in order of the source's name.
func (r *Resolver) schemas(ctx context.Context) ([]SchemaPair, error) {
	server, err := r.Source.Server(ctx)
	if err != nil {
		return nil, err
	}
	exist, err := r.Source.Schemas(ctx)
	if err != nil {
		return nil, err
	}
	destCase, err := r.destCase(ctx)
	if err != nil {
		return nil, err
	}
	fold := server.NameCase
	var pairs []SchemaPair
	add := func(p SchemaPair) {
		p.Dest = written(destCase, p.Dest)
		if r.excluded(datasource.TableName{Schema: p.Source}, fold) {
			return
		}
		for i, q := range pairs {
			if q.Source == p.Source && q.Dest == p.Dest {
				pairs[i].Whole, pairs[i].Matched, pairs[i].named = q.Whole || p.Whole, q.Matched || p.Matched, q.named || p.named
				return
			}
		}
		pairs = append(pairs, p)
	}
	for _, d := range r.Selection.Databases {
		p := SchemaPair{Source: d.Name, Dest: d.Mapped(), Whole: d.Whole(), named: true}
		for _, s := range exist {
			if fold.Fold(s.Name) == fold.Fold(d.Name) {
				p.Source, p.Exists = s.Name, true
			}
		}
		add(p)
	}
	for _, text := range r.Selection.Include {
		pattern, err := parsePattern(text)
		if err != nil {
			return nil, err
		}
		named := pattern.plain()
		if named && r.excluded(pattern.name(), fold) {
			continue
		}
		p := SchemaPair{Whole: pattern.table == "*", Matched: !named, named: named}
		for _, s := range exist {
			if glob(pattern.schema, s.Name, fold) {
				p.Source, p.Dest, p.Exists = s.Name, r.mappedSchema(s.Name, fold), true
				add(p)
			}
		}
		if !p.Exists && plain(pattern.schema) { // it names a schema
			p.Source, p.named = literal(pattern.schema), true
			p.Dest = r.mappedSchema(p.Source, fold)
			add(p)
		}
	}
	slices.SortStableFunc(pairs, func(a, b SchemaPair) int { return strings.Compare(a.Source, b.Source) })
	return pairs, nil
}

// mappedSchema gives the name that the databases list maps a schema to: it holds for what
// patterns include, too.
func (r *Resolver) mappedSchema(name string, fold datasource.NameCase) string {
	for _, d := range r.Selection.Databases {
		if fold.Fold(d.Name) == fold.Fold(name) {
			return d.Mapped()
		}
	}
	return name
}

// excluded tells whether a table is excluded, or with no table's name a whole schema.
func (r *Resolver) excluded(t datasource.TableName, fold datasource.NameCase) bool {
	return slices.ContainsFunc(r.Selection.Exclude, func(text string) bool {
		p, err := parsePattern(text)
		if err != nil {
			return false
		}
		if t.Name == "" {
			return p.table == "*" && glob(p.schema, t.Schema, fold)
		}
		return p.matches(t, fold)
	})
}

// destCase gives how the destination compares names. Where it cannot be asked, names are taken as
// they are: what depends on the destination is blocked then.
func (r *Resolver) destCase(ctx context.Context) (datasource.NameCase, error) {
	server, err := r.Dest.Server(ctx)
	if err != nil && ctx.Err() != nil {
		return datasource.CaseSensitive, context.Cause(ctx)
	}
	return server.NameCase, nil
}

// written gives how a server that compares names in this way writes one that it is given.
func written(c datasource.NameCase, name string) string {
	if c == datasource.CaseLower {
		return strings.ToLower(name)
	}
	return name
}

// Resolve gives the mapping. Where it holds no table, ErrNothingMapped comes with it.
func (r *Resolver) Resolve(ctx context.Context) (*Mapping, error) {
	server, err := r.Source.Server(ctx)
	if err != nil {
		return nil, err
	}
	m := &Mapping{}
	if m.Schemas, err = r.schemas(ctx); err != nil {
		return nil, err
	}
	tables, err := r.Source.Tables(ctx)
	if err != nil {
		return nil, err
	}
	if m.destCase, err = r.destCase(ctx); err != nil {
		return nil, err
	}
	fold := server.NameCase

	folded := make(map[datasource.TableName]*datasource.Table, len(tables))
	for i := range tables {
		t := &tables[i]
		folded[datasource.TableName{Schema: fold.Fold(t.Schema), Name: fold.Fold(t.Name)}] = t
	}
	dest := func(schema, name string) datasource.TableName {
		return datasource.TableName{Schema: written(m.destCase, schema), Name: written(m.destCase, name)}
	}
	taken := map[[2]datasource.TableName]bool{}
	add := func(t *datasource.Table, schema, name string) {
		pair := TablePair{Source: t.TableName, Dest: dest(schema, name), Table: t}
		if key := [2]datasource.TableName{pair.Source, pair.Dest}; !taken[key] && !r.excluded(t.TableName, fold) {
			taken[key] = true
			m.Tables = append(m.Tables, pair)
		}
	}
	// A table that is named in a schema that is also taken whole goes where its name says.
	named := map[[3]string]bool{}
	place := func(schema, name, into string) [3]string {
		return [3]string{fold.Fold(schema), fold.Fold(name), m.destCase.Fold(into)}
	}
	miss := func(t, into datasource.TableName, kind datasource.TableKind) {
		if !r.excluded(t, fold) {
			m.Missing = append(m.Missing, TablePair{Source: t, Dest: into, Table: &datasource.Table{TableName: t, Kind: kind}})
		}
	}
	name := func(d SelectedDatabase, s SelectedTable, kind datasource.TableKind) {
		named[place(d.Name, s.Name, d.Mapped())] = true
		if t := folded[datasource.TableName{Schema: fold.Fold(d.Name), Name: fold.Fold(s.Name)}]; t != nil {
			add(t, d.Mapped(), s.Mapped())
			return
		}
		miss(datasource.TableName{Schema: d.Name, Name: s.Name}, dest(d.Mapped(), s.Mapped()), kind)
	}
	for _, d := range r.Selection.Databases {
		for _, s := range d.Tables {
			name(d, s, datasource.BaseTable)
		}
		for _, s := range d.Views {
			name(d, s, datasource.View)
		}
	}
	take := func(t *datasource.Table, into string) {
		if !named[place(t.Schema, t.Name, into)] {
			add(t, into, t.Name)
		}
	}
	for _, d := range r.Selection.Databases {
		if !d.Whole() {
			continue
		}
		for i := range tables {
			if t := &tables[i]; fold.Fold(t.Schema) == fold.Fold(d.Name) {
				take(t, d.Mapped())
			}
		}
	}
	for _, text := range r.Selection.Include {
		p, err := parsePattern(text)
		if err != nil {
			return nil, err
		}
		matched := false
		for i := range tables {
			if t := &tables[i]; p.matches(t.TableName, fold) {
				matched = true
				take(t, r.mappedSchema(t.Schema, fold))
			}
		}
		if !plain(p.schema) {
			m.Open = append(m.Open, text)
		}
		switch t := p.name(); {
		case matched:
		case !p.plain():
			m.Unmatched = append(m.Unmatched, text)
		default:
			into := r.mappedSchema(t.Schema, fold)
			if at := place(t.Schema, t.Name, into); !named[at] {
				named[at] = true
				miss(t, dest(into, t.Name), datasource.BaseTable)
			}
		}
	}
	slices.SortStableFunc(m.Tables, func(a, b TablePair) int { return a.Source.Compare(b.Source) })
	slices.SortStableFunc(m.Missing, func(a, b TablePair) int { return a.Source.Compare(b.Source) })
	m.index()
	// A pattern such as *.orders matches schemas that hold nothing for it.
	used := map[[2]string]bool{}
	for _, t := range m.Tables {
		used[[2]string{t.Source.Schema, t.Dest.Schema}] = true
	}
	m.Schemas = slices.DeleteFunc(m.Schemas, func(s SchemaPair) bool { return !s.named && !s.Whole && !used[[2]string{s.Source, s.Dest}] })
	if len(m.Tables) == 0 {
		return m, ErrNothingMapped
	}
	return m, nil
}
