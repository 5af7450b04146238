package conversion

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/datasource"
)

// Part is a part of a table that is omitted.
type Part struct {
	Kind PartKind
	Name string // of the column or the index; empty for PARTITION BY
}

// String returns the kind and the name.
func (p Part) String() string { return strings.TrimSpace(string(p.Kind) + " " + p.Name) }

// PartKind is a kind of part, as SQL names it.
type PartKind string

// The kinds of parts that are omitted.
const (
	Partitions PartKind = "PARTITION BY"
	Default    PartKind = "DEFAULT"
	Identity   PartKind = "IDENTITY"
	Virtual    PartKind = "VIRTUAL" // the expression of a virtual column, which becomes an ordinary one
	Index      PartKind = "INDEX"
	Check      PartKind = "CHECK" // of which the dictionary shows only the beginning
)

// Table is a table as the destination gets it.
type Table struct {
	// SQL is the statement that creates it, in the form of SHOW CREATE TABLE.
	SQL     string
	Columns []datasource.Column // with the types of the destination; not those without a conversion
	Omitted []Part
}

// Table returns what a migration creates of a table. The destination decides which attributes it knows.
func (s *Source) Table(pair checks.TablePair, dest datasource.Server) Table {
	w := &writer{Source: s, pair: pair, dest: dest}
	for _, c := range s.columns.Of(pair.Source) {
		if c.Oracle == nil || !c.Oracle.Hidden || c.Oracle.UserMade {
			w.column(c)
		}
	}
	for _, index := range s.indexes.Of(pair.Source) {
		w.index(index)
	}
	for _, key := range s.foreignKeys.Of(pair.Source) {
		if key.Parent.Name != "" {
			w.foreignKey(key)
		}
	}
	if !product.IgnoresCheck(dest) {
		for _, k := range s.constraints.Of(pair.Source) {
			w.check(k)
		}
	}
	if s.partitions.Of(pair.Source) != nil {
		w.omit(Partitions, "")
	}
	w.table.SQL = "CREATE TABLE " + quote(pair.Dest.Name) + " (\n  " + strings.Join(w.lines, ",\n  ") + "\n)"
	if pair.Table.Comment != "" {
		w.table.SQL += " COMMENT=" + checks.QuoteString(pair.Table.Comment)
	}
	return w.table
}

func quote(names ...string) string { return checks.Quote(datasource.MySQL, names...) }

// writer writes a table.
type writer struct {
	*Source
	pair  checks.TablePair
	dest  datasource.Server
	lines []string
	table Table
}

func (w *writer) omit(kind PartKind, name string) {
	w.table.Omitted = append(w.table.Omitted, Part{kind, name})
}

func (w *writer) line(format string, args ...any) {
	w.lines = append(w.lines, fmt.Sprintf(format, args...))
}

func (w *writer) column(c datasource.Column) {
	mapped, ok := coltype.MappedType(c, "")
	line := quote(c.Name) + " "
	if ok {
		line += mapped.ColumnType
		converted := c
		converted.ColumnType = mapped
		w.table.Columns = append(w.table.Columns, converted)
	} else {
		line += quote(coltype.OracleTypeName(c))
	}
	if !c.Nullable {
		line += " NOT NULL"
	}
	switch {
	case c.Oracle != nil && c.Oracle.Identity:
		w.omit(Identity, c.Name)
	case c.Generated():
		w.omit(Virtual, c.Name)
	case c.Default != nil:
		value, ok := constantOf(c)
		if !ok {
			w.omit(Default, c.Name)
		} else if value != "" {
			line += " DEFAULT " + value
		}
	}
	if has, _ := product.InvisibleColumns(w.dest); has && c.Invisible() {
		line += " INVISIBLE"
	}
	if c.Comment != nil && *c.Comment != "" {
		line += " COMMENT " + checks.QuoteString(*c.Comment)
	}
	w.lines = append(w.lines, line)
}

// index writes a key or an index; BITMAP and REVERSE become ordinary ones.
func (w *writer) index(index datasource.Index) {
	parts := make([]string, len(index.Columns))
	for i, c := range index.Columns {
		if parts[i] = quote(c.Name); c.Descending {
			parts[i] += " DESC"
		}
	}
	overExpression := slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return c.Name == "" })
	columns := strings.Join(parts, ",")
	switch {
	case overExpression, strings.HasSuffix(index.Type, "DOMAIN"), index.Type == datasource.BitmapJoin:
		w.omit(Index, index.Name)
	case index.Primary:
		w.line("PRIMARY KEY (%s)", columns)
	case index.Unique:
		w.line("UNIQUE KEY %s (%s)", quote(index.Name), columns)
	default:
		w.line("KEY %s (%s)", quote(index.Name), columns)
	}
}

// foreignKey writes a foreign key, enforced.
func (w *writer) foreignKey(key datasource.ForeignKey) {
	parent := key.Parent
	if pairs := w.mapping.FromSource(parent); len(pairs) > 0 {
		parent = pairs[0].Dest
	} else {
		for _, schema := range w.mapping.Schemas {
			if schema.Source == parent.Schema {
				parent.Schema = schema.Dest
			}
		}
	}
	action := ""
	if key.OnDelete == "CASCADE" || key.OnDelete == "SET NULL" {
		action = " ON DELETE " + key.OnDelete
	}
	w.line("CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)%s", quote(key.Name), list(key.Columns),
		quote(parent.Schema, parent.Name), list(key.ParentColumns), action)
}

func list(names []string) string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = quote(name)
	}
	return strings.Join(all, ",")
}

// check writes a CHECK constraint whose condition is that of the source. The destination makes a new name where Oracle
// has made one.
func (w *writer) check(k datasource.CheckConstraint) {
	if k.Cut {
		w.omit(Check, k.Name)
		return
	}
	name, enforced := "", ""
	if !k.Generated {
		name = "CONSTRAINT " + quote(k.Name) + " "
	}
	if !k.Enforced && w.dest.IsMySQL() {
		enforced = " NOT ENFORCED"
	}
	w.line("%sCHECK (%s)%s", name, backquoted(k.Clause), enforced)
}
