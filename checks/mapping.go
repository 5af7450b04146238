package checks

import (
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
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

// TableCategory limits the tables of a task, as OceanBase Migration Service calls it. A table has a unique row ID if
// it has a primary key, or a unique index over columns that are all NOT NULL.
type TableCategory string

// The categories. An empty one is AllTables.
const (
	AllTables          TableCategory = "ALL"
	WithUniqueRowID    TableCategory = "WITH_UNIQUE_ROW_ID"
	WithoutUniqueRowID TableCategory = "WITHOUT_UNIQUE_ROW_ID"
)

// TableCategories lists every category.
func TableCategories() []TableCategory {
	return []TableCategory{AllTables, WithUniqueRowID, WithoutUniqueRowID}
}

// Selection is the objects that a task selects.
type Selection struct {
	Mode      MappingMode
	Category  TableCategory // tables of another category are not migrated; views belong to every category
	Databases []SelectedDatabase
	// Include and Exclude are shell globs on schema.table; \ escapes the next character. A pattern without a
	// wildcard names a table; one without a wildcard before the dot names a schema.
	Include, Exclude []string
}

// SelectedDatabase is a schema that is migrated: all of it if it names neither tables nor views.
type SelectedDatabase struct {
	Name, MappedName string // MappedName: empty keeps the name
	Tables, Views    []SelectedTable
	// NameOnly: only what Tables, Views and the patterns of the task select is migrated, to the schema MappedName.
	NameOnly bool
}

// listLength returns the length of the list of objects as text.
func (s Selection) listLength() int {
	n := 0
	add := func(names ...string) { n += len(strings.Join(names, ".")) + 1 }
	for _, d := range s.Databases {
		if d.Whole() {
			add(d.Name, "*")
		}
		for _, t := range slices.Concat(d.Tables, d.Views) {
			add(d.Name, t.Name)
		}
	}
	for _, pattern := range slices.Concat(s.Include, s.Exclude) {
		add(pattern)
	}
	return n
}

// SelectedTable is a table or view that is migrated.
type SelectedTable struct{ Name, MappedName string }

// Whole reports whether the whole schema is migrated.
func (d SelectedDatabase) Whole() bool { return !d.NameOnly && d.empty() }

func (d SelectedDatabase) empty() bool { return len(d.Tables) == 0 && len(d.Views) == 0 }

// Mapped returns the name on the destination.
func (d SelectedDatabase) Mapped() string { return or(d.MappedName, d.Name) }

// Mapped returns the name on the destination.
func (t SelectedTable) Mapped() string { return or(t.MappedName, t.Name) }

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// SchemaPair is a schema of the source and its schema on the destination.
type SchemaPair struct {
	Source, Dest string
	Exists       bool // on the source, if the account can see it
	Whole        bool // every table is migrated, including future ones
	// Matched reports that a pattern with wildcards selects its tables: one that the account cannot see is
	// missed.
	Matched bool

	named bool // in the task, as opposed to matched by a pattern
}

// TablePair is a table or view of the source and its table or view on the destination.
type TablePair struct {
	Source, Dest datasource.TableName
	// as the source's catalog lists it; for a missing one, its name and the kind that the task states
	Table *datasource.Table
}

// IsView reports whether it is a view.
func (t TablePair) IsView() bool { return t.Table.IsView() }

// Mapping is what a task migrates, resolved against the source: names are matched as the source
// compares them, and written as the source writes them.
type Mapping struct {
	Schemas   []SchemaPair // in order of the source's name
	Tables    []TablePair  // tables and views that exist, in order of the source's name
	Missing   []TablePair  // named in the task, missing on the source, in order of the source's name
	Unmatched []string     // patterns with wildcards that match nothing
	// UnusedExcludes are excludes that match nothing that the task would select without them.
	UnusedExcludes []string
	// WildcardPatterns are patterns that select schemas: one that the account cannot see is missed.
	WildcardPatterns []string
	// ListLength is the length in bytes of the task's list of objects as text: names with their schemas, and
	// patterns, separated by one character.
	ListLength int

	destCase    datasource.NameCase
	holdingRows []TablePair
	byDest      []int32 // indexes of Tables, in order of the destination's names as it compares them
}

// index builds the indexes of FromDest and BaseTables.
func (m *Mapping) index() {
	noRows := func(t TablePair) bool { return !t.Table.HoldsRows() }
	m.holdingRows = m.Tables
	if slices.ContainsFunc(m.Tables, noRows) {
		m.holdingRows = slices.DeleteFunc(slices.Clone(m.Tables), noRows)
	}
	m.holdingRows = slices.Clip(m.holdingRows)
	m.byDest = make([]int32, len(m.Tables))
	for i := range m.byDest {
		m.byDest[i] = int32(i)
	}
	slices.SortStableFunc(m.byDest, func(i, j int32) int { return m.destAt(i).Compare(m.destAt(j)) })
}

func (m *Mapping) destAt(i int32) datasource.TableName { return m.destCase.FoldTable(m.Tables[i].Dest) }

// FromSource returns the pairs of a table of the source: more than one if it is migrated to several tables.
func (m *Mapping) FromSource(t datasource.TableName) []TablePair { return fromSource(m.Tables, t) }

// fromSource returns the pairs of t. pairs are in order of the source's name.
func fromSource(pairs []TablePair, t datasource.TableName) []TablePair {
	start, _ := slices.BinarySearchFunc(pairs, t,
		func(p TablePair, t datasource.TableName) int { return p.Source.Compare(t) })
	end := start
	for end < len(pairs) && pairs[end].Source == t {
		end++
	}
	return slices.Clone(pairs[start:end])
}

// FromDest returns the pairs of a table of the destination, whose name is compared as the destination
// compares names: more than one if tables are merged.
func (m *Mapping) FromDest(t datasource.TableName) []TablePair {
	t = m.destCase.FoldTable(t)
	start, _ := slices.BinarySearchFunc(m.byDest, t,
		func(i int32, t datasource.TableName) int { return m.destAt(i).Compare(t) })
	var pairs []TablePair
	for _, i := range m.byDest[start:] {
		if m.destAt(i) != t {
			break
		}
		pairs = append(pairs, m.Tables[i])
	}
	return pairs
}

// MissingFrom returns the pairs of a table that the task names and that is missing on the source.
func (m *Mapping) MissingFrom(t datasource.TableName) []TablePair {
	return fromSource(m.Missing, t)
}

// WholeSchemas returns the schemas of the source that the task selects as a whole or by a pattern, not only
// by the names of tables.
func (m *Mapping) WholeSchemas() map[string]bool {
	open := map[string]bool{}
	for _, s := range m.Schemas {
		if s.Whole || s.Matched {
			open[s.Source] = true
		}
	}
	return open
}

// BaseTables returns the pairs of tables with rows, without views and sequences. The slice belongs to the
// mapping, as Tables does.
func (m *Mapping) BaseTables() []TablePair { return m.holdingRows }

// OnDest returns the pairs of BaseTables whose table is among those of the destination and holds rows, and the names of
// the tables that are not there.
func (m *Mapping) OnDest(tables datasource.Tables) (pairs []TablePair, absent []datasource.TableName) {
	for _, pair := range m.holdingRows {
		switch there := tables.Find(pair.Dest); {
		case there == nil:
			absent = append(absent, pair.Dest)
		case there.HoldsRows():
			pairs = append(pairs, pair)
		}
	}
	return pairs, absent
}

// SourceTables are the tables of the source that hold rows, in the order of BaseTables, each with its first pair.
func (m *Mapping) SourceTables() iter.Seq[TablePair] {
	return func(yield func(TablePair) bool) {
		for i, pair := range m.holdingRows {
			again := i > 0 && m.holdingRows[i-1].Source == pair.Source
			if !again && !yield(pair) {
				return
			}
		}
	}
}

// ErrNothingMapped means that no object of the source matches the task.
var ErrNothingMapped = message.Err("checks.mapping.nothing")

// Resolver resolves a task's selection against the source. It reads the source's schemas to know
// the scope, and its tables to know the objects.
type Resolver struct {
	Selection    Selection
	Source, Dest *datasource.Facts

	reading  sync.Once
	excludes *Patterns
}

// SourceScope returns the schemas of the source that the task reads from.
func (r *Resolver) SourceScope(ctx context.Context) ([]string, error) {
	pairs, _, err := r.schemas(ctx)
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

// DestScope returns the schemas of the destination that the task writes to.
func (r *Resolver) DestScope(ctx context.Context) ([]string, error) {
	pairs, _, err := r.schemas(ctx)
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

// NamedDestScope returns the schemas of the destination that the task can write to, as far as that is known without
// the source: those that it names, and those whose names its patterns match.
func (r *Resolver) NamedDestScope(ctx context.Context) ([]string, error) {
	server, err := datasource.FactServer.Of(ctx, r.Dest)
	if err != nil {
		return nil, err
	}
	exist, err := datasource.FactSchemas.Of(ctx, r.Dest)
	if err != nil {
		return nil, err
	}
	names := map[string]bool{}
	for _, d := range r.Selection.Databases {
		names[inCase(server.NameCase, d.Mapped())] = true
	}
	mapped := r.mappedSchemas(datasource.CaseFolded)
	for _, text := range r.Selection.Include {
		p, err := parsePattern(text)
		if err != nil {
			return nil, err
		}
		if plain(p.schema) {
			names[inCase(server.NameCase, literal(p.schema))] = true
			names[inCase(server.NameCase, mapped.of(literal(p.schema)))] = true
			continue
		}
		p = p.folded(datasource.CaseFolded)
		for _, s := range exist {
			if glob(p.schema, foldedName(datasource.TableName{Schema: s.Name}, datasource.CaseFolded).Schema) {
				names[s.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(names)), nil
}

// schemas returns the schema pairs, in order of the source's name, and the names of the schemas that are excluded
// as a whole.
func (r *Resolver) schemas(ctx context.Context) (pairs []SchemaPair, excluded []string, err error) {
	server, err := datasource.FactServer.Of(ctx, r.Source)
	if err != nil {
		return nil, nil, err
	}
	exist, err := datasource.FactSchemas.Of(ctx, r.Source)
	if err != nil {
		return nil, nil, err
	}
	destCase, err := r.destCase(ctx)
	if err != nil {
		return nil, nil, err
	}
	fold := server.NameCase
	excludes, mapped := r.excluded(fold), r.mappedSchemas(fold)
	written := make(map[string]string, len(exist)) // as the source writes them, by their folded names
	for _, s := range exist {
		written[fold.Fold(s.Name)] = s.Name
	}
	at := map[[2]string]int{} // indexes of pairs
	add := func(p SchemaPair) {
		p.Dest = inCase(destCase, p.Dest)
		if excludes.MatchSchema(p.Source) {
			excluded = append(excluded, p.Source)
			return
		}
		names := [2]string{p.Source, p.Dest}
		i, known := at[names]
		if !known {
			at[names] = len(pairs)
			pairs = append(pairs, p)
			return
		}
		q := &pairs[i]
		q.Whole, q.Matched, q.named = q.Whole || p.Whole, q.Matched || p.Matched, q.named || p.named
	}
	for _, d := range r.Selection.Databases {
		if d.NameOnly && d.empty() {
			continue
		}
		p := SchemaPair{Source: d.Name, Dest: d.Mapped(), Whole: d.Whole(), named: true}
		if name, ok := written[fold.Fold(d.Name)]; ok {
			p.Source, p.Exists = name, true
		}
		add(p)
	}
	for _, text := range r.Selection.Include {
		pattern, err := parsePattern(text)
		if err != nil {
			return nil, nil, err
		}
		named := pattern.plain()
		if named && excludes.Match(pattern.name()) {
			continue
		}
		p := SchemaPair{Whole: pattern.table == "*", Matched: !named, named: named}
		if plain(pattern.schema) { // a schema name
			p.Source = literal(pattern.schema)
			if name, ok := written[fold.Fold(p.Source)]; ok {
				p.Source, p.Exists = name, true
			} else {
				p.named = true
			}
			p.Dest = mapped.of(p.Source)
			add(p)
			continue
		}
		folded := pattern.folded(fold)
		for _, s := range exist {
			if glob(folded.schema, foldedName(datasource.TableName{Schema: s.Name}, fold).Schema) {
				p.Source, p.Dest, p.Exists = s.Name, mapped.of(s.Name), true
				add(p)
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b SchemaPair) int { return strings.Compare(a.Source, b.Source) })
	return pairs, excluded, nil
}

// mappedSchemas holds the destination schemas of the databases list. They apply to objects that patterns
// include, too.
type mappedSchemas struct {
	fold  datasource.NameCase
	names map[string]string // by folded names
}

func (r *Resolver) mappedSchemas(fold datasource.NameCase) mappedSchemas {
	m := mappedSchemas{fold, map[string]string{}}
	for _, d := range r.Selection.Databases {
		if name := fold.Fold(d.Name); m.names[name] == "" {
			m.names[name] = d.Mapped()
		}
	}
	return m
}

// of returns the schema's name on the destination.
func (m mappedSchemas) of(name string) string { return or(m.names[m.fold.Fold(name)], name) }

// excluded returns the excluded patterns; fold is how the source compares names.
func (r *Resolver) excluded(fold datasource.NameCase) *Patterns {
	r.reading.Do(func() { r.excludes = NewPatterns(r.Selection.Exclude, fold) })
	return r.excludes
}

// destCase returns how the destination compares names. If the destination cannot be read, names are compared
// as they are: checks that depend on the destination are blocked then.
func (r *Resolver) destCase(ctx context.Context) (datasource.NameCase, error) {
	server, err := datasource.FactServer.Of(ctx, r.Dest)
	if err != nil && ctx.Err() != nil {
		return datasource.CaseSensitive, context.Cause(ctx)
	}
	return server.NameCase, nil
}

// inCase returns a name as a server that compares names in this way stores it.
func inCase(c datasource.NameCase, name string) string {
	if c == datasource.CaseLower {
		return strings.ToLower(name)
	}
	return name
}

// Resolve returns the mapping, and ErrNothingMapped with it if it holds no table.
func (r *Resolver) Resolve(ctx context.Context) (*Mapping, error) {
	server, err := datasource.FactServer.Of(ctx, r.Source)
	if err != nil {
		return nil, err
	}
	m := &Mapping{ListLength: r.Selection.listLength()}
	var excludedSchemas []string
	if m.Schemas, excludedSchemas, err = r.schemas(ctx); err != nil {
		return nil, err
	}
	tables, err := datasource.FactTables.Of(ctx, r.Source)
	if err != nil {
		return nil, err
	}
	if m.destCase, err = r.destCase(ctx); err != nil {
		return nil, err
	}
	fold := server.NameCase
	excludes, mapped := r.excluded(fold), r.mappedSchemas(fold)

	folded := make(map[datasource.TableName]*datasource.Table, len(tables))
	bySchema := map[string][]*datasource.Table{} // by folded names
	for i := range tables {
		t := &tables[i]
		name := fold.FoldTable(t.TableName)
		folded[name] = t
		bySchema[name.Schema] = append(bySchema[name.Schema], t)
	}
	// chosen returns the tables that a pattern matches, in order of their names.
	chosen := func(p pattern) []*datasource.Table {
		if p.plain() {
			if t := folded[fold.FoldTable(p.name())]; t != nil {
				return []*datasource.Table{t}
			}
			return nil
		}
		var list []*datasource.Table
		p = p.folded(fold)
		for i := range tables {
			if t := &tables[i]; p.matches(foldedName(t.TableName, fold)) {
				list = append(list, t)
			}
		}
		return list
	}
	dest := func(schema, name string) datasource.TableName {
		return datasource.TableName{Schema: inCase(m.destCase, schema), Name: inCase(m.destCase, name)}
	}
	var excluded []datasource.TableName
	exclude := func(t datasource.TableName) bool {
		is := excludes.Match(t)
		if is {
			excluded = append(excluded, t)
		}
		return is
	}
	taken := map[[2]datasource.TableName]bool{}
	add := func(t *datasource.Table, schema, name string) {
		pair := TablePair{Source: t.TableName, Dest: dest(schema, name), Table: t}
		if key := [2]datasource.TableName{pair.Source, pair.Dest}; !taken[key] && !exclude(t.TableName) {
			taken[key] = true
			m.Tables = append(m.Tables, pair)
		}
	}
	// A named table keeps its own destination even if its schema is also migrated as a whole.
	named := map[[3]string]bool{}
	place := func(schema, name, into string) [3]string {
		return [3]string{fold.Fold(schema), fold.Fold(name), m.destCase.Fold(into)}
	}
	miss := func(t, into datasource.TableName, kind datasource.TableKind) {
		if !exclude(t) {
			m.Missing = append(m.Missing,
				TablePair{Source: t, Dest: into, Table: &datasource.Table{TableName: t, Kind: kind}})
		}
	}
	name := func(d SelectedDatabase, s SelectedTable, kind datasource.TableKind) {
		named[place(d.Name, s.Name, d.Mapped())] = true
		if t := folded[fold.FoldTable(datasource.TableName{Schema: d.Name, Name: s.Name})]; t != nil {
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
		for _, t := range bySchema[fold.Fold(d.Name)] {
			take(t, d.Mapped())
		}
	}
	for _, text := range r.Selection.Include {
		p, err := parsePattern(text)
		if err != nil {
			return nil, err
		}
		matched := chosen(p)
		for _, t := range matched {
			take(t, mapped.of(t.Schema))
		}
		if !plain(p.schema) {
			m.WildcardPatterns = append(m.WildcardPatterns, text)
		}
		switch t := p.name(); {
		case len(matched) > 0:
		case !p.plain():
			m.Unmatched = append(m.Unmatched, text)
		default:
			into := mapped.of(t.Schema)
			if at := place(t.Schema, t.Name, into); !named[at] {
				named[at] = true
				miss(t, dest(into, t.Name), datasource.BaseTable)
			}
		}
	}
	if err := r.limitTo(ctx, m); err != nil {
		return nil, err
	}
	slices.SortStableFunc(m.Tables, func(a, b TablePair) int { return a.Source.Compare(b.Source) })
	slices.SortStableFunc(m.Missing, func(a, b TablePair) int { return a.Source.Compare(b.Source) })
	m.index()
	m.UnusedExcludes = UnusedPatterns(r.Selection.Exclude, fold, excluded, excludedSchemas)
	// A pattern such as *.orders may match schemas without a matching table.
	used := map[[2]string]bool{}
	for _, t := range m.Tables {
		used[[2]string{t.Source.Schema, t.Dest.Schema}] = true
	}
	m.Schemas = slices.DeleteFunc(m.Schemas,
		func(s SchemaPair) bool { return !s.named && !s.Whole && !used[[2]string{s.Source, s.Dest}] })
	if len(m.Tables) == 0 {
		return m, ErrNothingMapped
	}
	return m, nil
}

// limitTo removes the tables of another category than the task's.
func (r *Resolver) limitTo(ctx context.Context, m *Mapping) error {
	if r.Selection.Category == "" || r.Selection.Category == AllTables {
		return nil
	}
	indexes, err := datasource.FactIndexes.Of(ctx, r.Source)
	if err != nil {
		return err
	}
	m.Tables = slices.DeleteFunc(m.Tables, func(t TablePair) bool {
		keyed := slices.ContainsFunc(indexes.Of(t.Source), datasource.Index.Key)
		return t.Table.HoldsRows() && keyed != (r.Selection.Category == WithUniqueRowID)
	})
	return nil
}
