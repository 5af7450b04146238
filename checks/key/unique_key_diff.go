package key

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/datasource"
)

// UniqueKeyDiff is RDB_UNIQUE_KEY_DIFF.
var UniqueKeyDiff = &checks.Check{
	Type:     "RDB_UNIQUE_KEY_DIFF",
	Page:     checks.ReadPage(pages, "unique_key_diff.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental | checks.Reverse,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactColumns, datasource.FactIndexes},
		Dest:    checks.Facts{datasource.FactColumns, datasource.FactGrants, datasource.FactIndexes, datasource.FactOraclePrivileges, datasource.FactServer, datasource.FactTables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_UK_INDEX"},
		{Name: "SYNC_SCHEMA_CONSISTENCY"},
	},
	Run: runUniqueKeyDiff,
}

func runUniqueKeyDiff(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	present, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	var pairs []checks.TablePair
	var absent []datasource.TableName
	for _, pair := range mapping.BaseTables() {
		switch there := present.Find(pair.Dest); {
		case there == nil:
			absent = append(absent, pair.Dest)
		case there.HoldsRows():
			pairs = append(pairs, pair)
		}
	}
	if len(pairs) == 0 {
		p.Inform("none of the tables is on the destination yet: there was nothing to compare")
		return access.HiddenOnDest(ctx, p, absent)
	}
	u := uniqueKeyRun{Pass: p, fold: strings.ToLower}
	if p.Route.Dest.Dialect() == datasource.OracleDialect {
		u.fold = func(name string) string { return name }
	}
	var sourceIndexes, destIndexes datasource.ByTable[datasource.Index]
	var sourceColumns, destColumns datasource.ByTable[datasource.Column]
	if sourceIndexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
		return err
	}
	if destIndexes, err = datasource.FactIndexes.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if sourceColumns, err = datasource.FactColumns.Of(ctx, p.Source()); err != nil {
		return err
	}
	if destColumns, err = datasource.FactColumns.Of(ctx, p.Dest()); err != nil {
		return err
	}
	for _, pair := range pairs {
		u.table(pair, uniqueOf(sourceIndexes.Of(pair.Source)), uniqueOf(destIndexes.Of(pair.Dest)), u.columnsByName(sourceColumns.Of(pair.Source)), u.columnsByName(destColumns.Of(pair.Dest)))
	}
	if u.undecided != nil {
		return u.undecided
	}
	return access.HiddenOnDest(ctx, p, absent)
}

type uniqueKeyRun struct {
	*checks.Pass
	fold      func(string) string // gives a column's name as the destination compares it
	undecided error               // a key that could not be compared
}

func uniqueOf(indexes []datasource.Index) []datasource.Index {
	var unique []datasource.Index
	for _, i := range indexes {
		if i.Unique {
			unique = append(unique, i)
		}
	}
	return unique
}

// columnsByName names the columns in lower case.
func columnsByName(columns []datasource.Column) map[string]*datasource.ColumnType {
	return columnsBy(strings.ToLower, columns)
}

func columnsBy(fold func(string) string, columns []datasource.Column) map[string]*datasource.ColumnType {
	named := make(map[string]*datasource.ColumnType, len(columns))
	for _, c := range columns {
		named[fold(c.Name)] = c.ColumnType
	}
	return named
}

func (u *uniqueKeyRun) columnsByName(columns []datasource.Column) map[string]*datasource.ColumnType {
	return columnsBy(u.fold, columns)
}

func (u *uniqueKeyRun) table(pair checks.TablePair, from, to []datasource.Index, sourceColumns, destColumns map[string]*datasource.ColumnType) {
	for _, key := range to {
		at := slices.IndexFunc(from, func(s datasource.Index) bool { return u.implies(s, key) })
		switch {
		case at < 0 && u.numbersItself(key, sourceColumns, destColumns):
		case at < 0 && u.translated() && overExpression(key):
			u.undecided = fmt.Errorf("the unique key %s of %s is over an expression: whether the source has the same, in its own words, is not known", keyText(key), pair.Dest)
		case at < 0:
			u.Report(checks.Finding{Rule: "only_there", Level: checks.Fail, Object: checks.IndexObject(pair.Dest, key.Name), Actual: keyText(key), Expected: "no unique key, or the same on the source", SQL: u.drop(pair, key)})
		default:
			u.collations(pair, from[at], key, sourceColumns, destColumns)
		}
	}
	incremental := u.Route.Phases&(checks.Incremental|checks.Reverse) != 0
	identified := slices.ContainsFunc(to, datasource.Index.Key)
	for _, key := range from {
		if slices.ContainsFunc(to, func(d datasource.Index) bool { return u.implies(d, key) }) || u.translated() && overExpression(key) && slices.ContainsFunc(to, overExpression) {
			continue
		}
		f := checks.Finding{Rule: "missing", Level: checks.Warn, Object: checks.TableObject(pair.Dest), Actual: "no unique key over (" + partsText(key) + ")", Expected: keyText(key), SQL: u.add(pair, key, destColumns)}
		if key.Key() && !identified && incremental {
			f.Level = checks.Fail
		}
		u.Report(f)
	}
}

// implies tells whether rows that differ under one unique key differ under the other: each part of
// the first is in the second, at least as long.
func (u *uniqueKeyRun) implies(one, other datasource.Index) bool {
	return !slices.ContainsFunc(one.Columns, func(a datasource.IndexColumn) bool {
		return !slices.ContainsFunc(other.Columns, func(b datasource.IndexColumn) bool {
			if a.Name == "" || b.Name == "" {
				return a.Name == b.Name && plainExpression(a.Expression) == plainExpression(b.Expression)
			}
			return u.fold(a.Name) == u.fold(b.Name) && (b.Prefix == 0 || a.Prefix != 0 && a.Prefix <= b.Prefix)
		})
	})
}

// translated tells whether the destination writes expressions in other words than the source.
func (u *uniqueKeyRun) translated() bool {
	return u.Route.Source.Dialect() == datasource.OracleDialect && u.Route.Dest.Dialect() == datasource.MySQLDialect
}

func overExpression(key datasource.Index) bool {
	return slices.ContainsFunc(key.Columns, func(c datasource.IndexColumn) bool { return c.Name == "" })
}

// drop gives the statement that drops a unique key of the destination. A tenant of OceanBase in Oracle
// mode does not tell a constraint from an index.
func (u *uniqueKeyRun) drop(pair checks.TablePair, key datasource.Index) []string {
	t := u.Route.Dest
	alter := "ALTER TABLE " + checks.QuoteTable(t, pair.Dest)
	switch {
	case key.Primary, t == datasource.OceanBaseOracle:
		return nil
	case t != datasource.Oracle:
		return []string{alter + " DROP INDEX " + checks.Quote(t, key.Name)}
	case key.Constraint:
		return []string{alter + " DROP CONSTRAINT " + checks.Quote(t, key.Name)}
	}
	return []string{"DROP INDEX " + quoteIndex(t, pair.Dest, key)}
}

// quoteIndex writes the name of an index of an Oracle-like database.
func quoteIndex(t datasource.Type, table datasource.TableName, index datasource.Index) string {
	return checks.Quote(t, cmp.Or(index.Schema, table.Schema), index.Name)
}

func plainExpression(text string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "(", "", ")", "").Replace(text))
}

// numbersItself tells whether a key of the destination holds a column that the source has not and
// that the destination numbers: such a key refuses no row.
func (u *uniqueKeyRun) numbersItself(key datasource.Index, source, dest map[string]*datasource.ColumnType) bool {
	return slices.ContainsFunc(key.Columns, func(c datasource.IndexColumn) bool {
		name := u.fold(c.Name)
		return source[name] == nil && dest[name] != nil && (dest[name].AutoIncrement() || dest[name].Oracle != nil && dest[name].Oracle.Identity)
	})
}

// collations reports a key whose values the destination compares in another way.
func (u *uniqueKeyRun) collations(pair checks.TablePair, from, to datasource.Index, source, dest map[string]*datasource.ColumnType) {
	for _, part := range to.Columns {
		name := u.fold(part.Name)
		s, d := source[name], dest[name]
		if s == nil || d == nil || d.Collation == "" || finest(d.Collation) {
			continue
		}
		want := s.Collation
		switch {
		case u.translated(): // Oracle's own collations are not read
			want = "a comparison of bytes"
		case want == "" || sameCollation(want, d.Collation):
			continue
		}
		u.Report(checks.Finding{Rule: "compared_otherwise", Level: checks.Warn, Object: checks.IndexObject(pair.Dest, to.Name), Actual: part.Name + " compared by " + d.Collation, Expected: want + ", as for " + from.Name + " on the source"})
	}
}

// sameCollation takes utf8 for utf8mb3, of which it is the older name.
func sameCollation(a, b string) bool {
	plain := func(c string) string { return strings.Replace(strings.ToLower(c), "utf8_", "utf8mb3_", 1) }
	return plain(a) == plain(b)
}

// finest tells whether a collation takes no two different texts for one: a binary one that counts
// spaces at the end, too. Others with _bin do not count these.
func finest(collation string) bool {
	return collation == "binary" || strings.HasSuffix(collation, "_0900_bin") || strings.HasSuffix(collation, "_nopad_bin")
}

// add gives the statement that adds a unique key of the source to the destination's table, where
// all its parts are columns that are there.
func (u *uniqueKeyRun) add(pair checks.TablePair, key datasource.Index, dest map[string]*datasource.ColumnType) []string {
	t := u.Route.Dest
	parts := make([]string, len(key.Columns))
	for i, c := range key.Columns {
		d := dest[u.fold(c.Name)]
		if d == nil || d.LOB() && c.Prefix == 0 {
			return nil
		}
		parts[i] = checks.Quote(t, c.Name)
		if c.Prefix > 0 {
			parts[i] += fmt.Sprintf("(%d)", c.Prefix)
		}
	}
	add := " ADD UNIQUE ("
	switch {
	case key.Primary:
		add = " ADD PRIMARY KEY ("
	case t == datasource.OceanBaseOracle:
		return []string{"CREATE UNIQUE INDEX " + checks.Quote(t, pair.Dest.Schema, key.Name) + " ON " + checks.QuoteTable(t, pair.Dest) + " (" + strings.Join(parts, ", ") + ")"}
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Dest) + add + strings.Join(parts, ", ") + ")"}
}

// keyText writes a key as in PRIMARY (a, b(10)).
func keyText(key datasource.Index) string { return key.Name + " (" + partsText(key) + ")" }

func partsText(key datasource.Index) string {
	parts := make([]string, len(key.Columns))
	for i, c := range key.Columns {
		if parts[i] = c.Name; c.Name == "" {
			parts[i] = "(" + c.Expression + ")"
		}
		if c.Prefix > 0 {
			parts[i] += fmt.Sprintf("(%d)", c.Prefix)
		}
	}
	return strings.Join(parts, ", ")
}
