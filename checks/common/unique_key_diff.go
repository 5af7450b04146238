package common

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// UniqueKeyDiff is RDB_UNIQUE_KEY_DIFF between databases of the MySQL protocol.
var UniqueKeyDiff = &checks.Check{
	Type:     "RDB_UNIQUE_KEY_DIFF",
	Page:     checks.ReadPage(pages, "unique_key_diff.md"),
	Level:    checks.Fail,
	On:       []checks.Side{checks.Dest},
	Phases:   checks.Full | checks.Incremental | checks.Reverse,
	Sources:  checks.MySQLMode,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Compares: true,
	Run:      runUniqueKeyDiff,
}

func runUniqueKeyDiff(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	present, err := p.Dest().Tables(ctx)
	if err != nil {
		return err
	}
	var pairs []checks.TablePair
	var absent []datasource.TableName
	for _, pair := range mapping.HoldingRows() {
		switch there := present.Find(pair.Dest); {
		case there == nil:
			absent = append(absent, pair.Dest)
		case there.HoldsRows():
			pairs = append(pairs, pair)
		}
	}
	if len(pairs) == 0 {
		p.Inform("none of the tables is on the destination yet: there was nothing to compare")
		return hiddenOnDest(ctx, p, absent)
	}
	u := uniqueKeyRun{Pass: p}
	var sourceIndexes, destIndexes datasource.ByTable[datasource.Index]
	var sourceColumns, destColumns datasource.ByTable[datasource.Column]
	if sourceIndexes, err = p.Source().Indexes(ctx); err != nil {
		return err
	}
	if destIndexes, err = p.Dest().Indexes(ctx); err != nil {
		return err
	}
	if sourceColumns, err = p.Source().Columns(ctx); err != nil {
		return err
	}
	if destColumns, err = p.Dest().Columns(ctx); err != nil {
		return err
	}
	for _, pair := range pairs {
		u.table(pair, uniqueOf(sourceIndexes.Of(pair.Source)), uniqueOf(destIndexes.Of(pair.Dest)), columnsByName(sourceColumns.Of(pair.Source)), columnsByName(destColumns.Of(pair.Dest)))
	}
	return hiddenOnDest(ctx, p, absent)
}

type uniqueKeyRun struct{ *checks.Pass }

func uniqueOf(indexes []datasource.Index) []datasource.Index {
	var unique []datasource.Index
	for _, i := range indexes {
		if i.Unique {
			unique = append(unique, i)
		}
	}
	return unique
}

func columnsByName(columns []datasource.Column) map[string]*datasource.ColumnType {
	named := make(map[string]*datasource.ColumnType, len(columns))
	for _, c := range columns {
		named[strings.ToLower(c.Name)] = c.ColumnType
	}
	return named
}

func (u *uniqueKeyRun) table(pair checks.TablePair, from, to []datasource.Index, sourceColumns, destColumns map[string]*datasource.ColumnType) {
	for _, key := range to {
		at := slices.IndexFunc(from, func(s datasource.Index) bool { return implies(s, key) })
		switch {
		case at < 0 && numbersItself(key, sourceColumns, destColumns):
		case at < 0:
			f := checks.Finding{Rule: "only_there", Level: checks.Fail, Object: checks.IndexObject(pair.Dest, key.Name), Actual: keyText(key), Want: "no unique key, or the same on the source"}
			if !key.Primary {
				f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(u.Route.Dest, pair.Dest) + " DROP INDEX " + checks.Quote(u.Route.Dest, key.Name)}
			}
			u.Report(f)
		default:
			u.collations(pair, from[at], key, sourceColumns, destColumns)
		}
	}
	incremental := u.Route.Phases&(checks.Incremental|checks.Reverse) != 0
	identified := slices.ContainsFunc(to, datasource.Index.Key)
	for _, key := range from {
		if slices.ContainsFunc(to, func(d datasource.Index) bool { return implies(d, key) }) {
			continue
		}
		f := checks.Finding{Rule: "missing", Level: checks.Warn, Object: checks.TableObject(pair.Dest), Actual: "no unique key over (" + partsText(key) + ")", Want: keyText(key), SQL: u.add(pair, key, destColumns)}
		if key.Key() && !identified && incremental {
			f.Level = checks.Fail
		}
		u.Report(f)
	}
}

// implies tells whether rows that differ under one unique key differ under the other: each part of
// the first is in the second, at least as long.
func implies(one, other datasource.Index) bool {
	return !slices.ContainsFunc(one.Columns, func(a datasource.IndexColumn) bool {
		return !slices.ContainsFunc(other.Columns, func(b datasource.IndexColumn) bool {
			if a.Name == "" || b.Name == "" {
				return a.Name == b.Name && plainExpression(a.Expression) == plainExpression(b.Expression)
			}
			return strings.EqualFold(a.Name, b.Name) && (b.Prefix == 0 || a.Prefix != 0 && a.Prefix <= b.Prefix)
		})
	})
}

func plainExpression(text string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "(", "", ")", "").Replace(text))
}

// numbersItself tells whether a key of the destination holds a column that the source has not and
// that the destination numbers: such a key refuses no row.
func numbersItself(key datasource.Index, source, dest map[string]*datasource.ColumnType) bool {
	return slices.ContainsFunc(key.Columns, func(c datasource.IndexColumn) bool {
		name := strings.ToLower(c.Name)
		return source[name] == nil && dest[name] != nil && dest[name].AutoIncrement()
	})
}

// collations reports a key whose values the destination compares in another way.
func (u *uniqueKeyRun) collations(pair checks.TablePair, from, to datasource.Index, source, dest map[string]*datasource.ColumnType) {
	for _, part := range to.Columns {
		name := strings.ToLower(part.Name)
		s, d := source[name], dest[name]
		if s == nil || d == nil || s.Collation == "" || d.Collation == "" || sameCollation(s.Collation, d.Collation) || finest(d.Collation) {
			continue
		}
		u.Report(checks.Finding{Rule: "compared_otherwise", Level: checks.Warn, Object: checks.IndexObject(pair.Dest, to.Name), Actual: part.Name + " compared by " + d.Collation, Want: s.Collation + ", as for " + from.Name + " on the source"})
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
		if dest[strings.ToLower(c.Name)] == nil {
			return nil
		}
		parts[i] = checks.Quote(t, c.Name)
		if c.Prefix > 0 {
			parts[i] += fmt.Sprintf("(%d)", c.Prefix)
		}
	}
	add := " ADD UNIQUE KEY ("
	if key.Primary {
		add = " ADD PRIMARY KEY ("
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
