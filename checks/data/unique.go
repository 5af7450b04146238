package data

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/collations"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/datasource"
)

// uniqueKeys returns the tests of the unique keys that a table has on the destination, as far as they may refuse rows
// that the source accepts: because of another collation, or because the source does not have the key.
func (r *rowValues) uniqueKeys(pair checks.TablePair, there map[string]datasource.Column) []planned {
	own := r.indexes.Of(pair.Source)
	keys := own
	if there != nil {
		keys = r.thereIndexes.Of(pair.Dest)
	}
	here := map[string]datasource.Column{}
	for _, c := range r.columns.Of(pair.Source) {
		here[strings.ToLower(c.Name)] = c
	}
	var all []planned
	for _, key := range keys {
		stricter := !slices.ContainsFunc(own, func(i datasource.Index) bool { return i.Unique && implies(i, key) })
		var parts []datasource.ComparedPart
		var names []string
		for _, part := range key.Columns {
			from, found := here[strings.ToLower(part.Name)]
			if !found {
				break
			}
			to, compared := from.Collation, datasource.ComparedPart{Column: from.Name, Prefix: part.Prefix}
			if c, ok := there[strings.ToLower(part.Name)]; ok {
				to = c.Collation
			}
			to = r.collationThere(to)
			if coltype.KindOf(from.ColumnType) == "text" && to != "" && !collations.Same(to, from.Collation) {
				compared.Charset, compared.Collation = r.charsets.Collations[strings.ToLower(to)], to
				stricter = stricter || !collations.DistinguishesAll(to)
				names = append(names, to)
			}
			parts = append(parts, compared)
		}
		if !key.Unique || !stricter || len(parts) < len(key.Columns) {
			continue
		}
		if unknown := slices.ContainsFunc(parts, func(p datasource.ComparedPart) bool {
			return p.Collation != "" && p.Charset == ""
		}); unknown {
			r.notCompared = append(r.notCompared, pair.Source)
			continue
		}
		expected := r.Term("distinct")
		if len(names) > 0 {
			expected = r.Term("distinct_under", "collation", strings.Join(slices.Compact(names), ", "))
		}
		all = append(all, planned{datasource.RowTest{Kind: datasource.SameKey, Parts: parts},
			checks.Finding{Rule: "same_key", Level: checks.Fail, Object: checks.IndexObject(pair.Source, key.Name),
				Expected: expected}})
	}
	return all
}

// implies reports whether rows that differ in one key differ in the other one, too.
func implies(one, other datasource.Index) bool {
	return !slices.ContainsFunc(one.Columns, func(a datasource.IndexColumn) bool {
		return !slices.ContainsFunc(other.Columns, func(b datasource.IndexColumn) bool {
			return a.Name != "" && strings.EqualFold(a.Name, b.Name) &&
				(b.Prefix == 0 || a.Prefix != 0 && a.Prefix <= b.Prefix)
		})
	})
}

// collationThere returns the collation that a column with that one has on the destination: the nearest one if the
// destination does not have it.
func (r *rowValues) collationThere(collation string) string {
	if collation == "" || r.charsetsThere.HasCollation(collation) {
		return collation
	}
	return collations.Nearest(collation, r.charsets, r.charsetsThere, r.dest, r.charsetsThere.HasCollation)
}
