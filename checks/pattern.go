package checks

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// pattern is a parsed include or exclude.
type pattern struct {
	text          string
	schema, table string // globs; table is "*" if the pattern names only a schema
}

// parsePattern splits text at its first unescaped dot.
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
			return p, message.Err("checks.pattern.invalid", "pattern", strconv.Quote(text))
		}
	}
	return p, nil
}

// CheckPattern returns an error if an include or exclude pattern is invalid.
func CheckPattern(text string) error {
	_, err := parsePattern(text)
	return err
}

// EscapePattern returns the pattern that matches only this table, regardless of the characters in its name.
func EscapePattern(t datasource.TableName) string {
	return escape.Replace(t.Schema) + "." + escape.Replace(t.Name)
}

// SampleName returns a table that a pattern selects, with star in place of each *, and whether the pattern selects
// more. ok is false if the pattern is invalid, selects schemas by wildcards, or has a wildcard of another kind.
func SampleName(text, star string) (t datasource.TableName, more, ok bool) {
	p, err := parsePattern(text)
	if err != nil || !plain(p.schema) {
		return t, false, false
	}
	t.Schema = literal(p.schema)
	if plain(p.table) {
		t.Name = literal(p.table)
		return t, false, true
	}
	var b strings.Builder
	for i := 0; i < len(p.table); i++ {
		switch p.table[i] {
		case '\\':
			i++
			b.WriteByte(p.table[i])
		case '*':
			b.WriteString(star)
		case '?':
			b.WriteByte('x')
		case '[':
			return t, true, false
		default:
			b.WriteByte(p.table[i])
		}
	}
	t.Name = b.String()
	return t, true, true
}

var escape = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `.`, `\.`)

// In path.Match, * does not match a slash. In a name, a slash is an ordinary character.
func slashless(s string) string { return strings.ReplaceAll(s, "/", "\x00") }

// plain reports whether a glob matches exactly one name.
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

// literal returns the one name that a plain glob matches.
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

// glob reports whether a glob matches a name, both in the form that pattern.folded returns.
func glob(pattern, name string) bool {
	ok, _ := path.Match(pattern, name)
	return ok
}

// plain reports whether the pattern matches exactly one table.
func (p pattern) plain() bool { return plain(p.schema) && plain(p.table) }

// name returns the one table that a plain pattern matches.
func (p pattern) name() datasource.TableName {
	return datasource.TableName{Schema: literal(p.schema), Name: literal(p.table)}
}

// folded returns the pattern for names in the form that foldedName returns.
func (p pattern) folded(fold datasource.NameCase) pattern {
	t := foldedName(datasource.TableName{Schema: p.schema, Name: p.table}, fold)
	return pattern{text: p.text, schema: t.Schema, table: t.Name}
}

// foldedName returns the form of a name that globs are matched with.
func foldedName(t datasource.TableName, fold datasource.NameCase) datasource.TableName {
	t = fold.FoldTable(t)
	return datasource.TableName{Schema: slashless(t.Schema), Name: slashless(t.Name)}
}

// matches reports whether a folded pattern matches a folded name.
func (p pattern) matches(t datasource.TableName) bool {
	return glob(p.schema, t.Schema) && glob(p.table, t.Name)
}

// Patterns are patterns of schema.table under a naming rule. Those without wildcards are looked up in a map,
// because a task may name thousands of tables.
type Patterns struct {
	fold    datasource.NameCase
	schemas map[string]bool // selected as a whole by a pattern that names them
	tables  map[datasource.TableName]bool
	globs   []pattern // all others
}

// NewPatterns returns the patterns. A pattern that CheckPattern rejects matches nothing.
func NewPatterns(texts []string, fold datasource.NameCase) *Patterns {
	ps := &Patterns{fold: fold, schemas: map[string]bool{}, tables: map[datasource.TableName]bool{}}
	for _, text := range texts {
		p, err := parsePattern(text)
		switch {
		case err != nil:
		case p.plain():
			ps.tables[foldedName(p.name(), fold)] = true
		case p.table == "*" && plain(p.schema):
			ps.schemas[slashless(fold.Fold(literal(p.schema)))] = true
		default:
			ps.globs = append(ps.globs, p.folded(fold))
		}
	}
	return ps
}

// UnusedPatterns returns the patterns that match none of the tables, and nothing that one of the schemas can hold.
func UnusedPatterns(texts []string, fold datasource.NameCase, tables []datasource.TableName,
	schemas []string) []string {
	names, whole := map[datasource.TableName]bool{}, map[string]bool{}
	for _, t := range tables {
		names[foldedName(t, fold)] = true
	}
	for _, s := range schemas {
		whole[slashless(fold.Fold(s))] = true
	}
	used := func(p pattern) bool {
		name := foldedName(p.name(), fold)
		switch {
		case plain(p.schema) && whole[name.Schema]:
			return true
		case p.plain():
			return names[name]
		}
		p = p.folded(fold)
		for s := range whole {
			if glob(p.schema, s) {
				return true
			}
		}
		for t := range names {
			if p.matches(t) {
				return true
			}
		}
		return false
	}
	var unused []string
	for _, text := range texts {
		if p, err := parsePattern(text); err == nil && !used(p) {
			unused = append(unused, text)
		}
	}
	return unused
}

// Match reports whether one of the patterns matches a table.
func (ps *Patterns) Match(t datasource.TableName) bool {
	t = foldedName(t, ps.fold)
	return ps.tables[t] || ps.schemas[t.Schema] ||
		slices.ContainsFunc(ps.globs, func(p pattern) bool { return p.matches(t) })
}

// MatchSchema reports whether one of the patterns matches everything that a schema can hold.
func (ps *Patterns) MatchSchema(name string) bool {
	name = slashless(ps.fold.Fold(name))
	return ps.schemas[name] || slices.ContainsFunc(ps.globs,
		func(p pattern) bool { return p.table == "*" && glob(p.schema, name) })
}
