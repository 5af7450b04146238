package key

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/compat/collations"
	"github.com/dbprecheck/precheck/checks/internal/report"
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
		Source: checks.Facts{datasource.FactColumns, datasource.FactIndexes},
		Dest: checks.Facts{
			datasource.FactCharsets, datasource.FactCheckConstraints, datasource.FactColumns,
			datasource.FactForeignKeys, datasource.FactGrants, datasource.FactIndexes,
			datasource.FactOraclePrivileges, datasource.FactServer, datasource.FactTables,
			datasource.FactUnusableIndexes,
		},
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
	tables, err := datasource.FactTables.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	pairs, absent := mapping.OnDest(tables)
	if len(pairs) == 0 {
		p.Note("no_tables")
		return access.HiddenOnDest(ctx, p, absent)
	}
	u := uniqueKeyRun{Pass: p, fold: strings.ToLower}
	if p.Route.Dest.Dialect() == datasource.OracleDialect {
		u.fold = func(name string) string { return name }
	}
	p.Source().Ahead(ctx, datasource.FactIndexes, datasource.FactColumns)
	p.Dest().Ahead(ctx, datasource.FactIndexes, datasource.FactColumns)
	var sourceIndexes, destIndexes datasource.TableRows[datasource.Index]
	var sourceColumns, destColumns datasource.TableRows[datasource.Column]
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
		if err := u.compare(ctx, pair,
			keys{uniqueOf(sourceIndexes.Of(pair.Source)), columnsBy(u.fold, sourceColumns.Of(pair.Source))},
			keys{uniqueOf(destIndexes.Of(pair.Dest)), columnsBy(u.fold, destColumns.Of(pair.Dest))}); err != nil {
			return err
		}
	}
	if p.Route.Dest == datasource.Oracle {
		var tables []datasource.TableName
		for _, pair := range pairs {
			tables = append(tables, pair.Dest)
		}
		f := checks.Finding{Rule: "unusable", Level: checks.Fail}
		u.notChecked = errors.Join(u.notChecked, reportUnusable(ctx, p, p.Dest(), tables, f))
	}
	if u.notChecked != nil {
		return u.notChecked
	}
	return access.HiddenOnDest(ctx, p, absent)
}

// uniqueKeyRun is a run of the check on one task.
type uniqueKeyRun struct {
	*checks.Pass
	fold       func(string) string // returns the name of a column in the form in which the destination compares it
	notChecked error               // says which key could not be compared
}

// keys are the unique keys of a table, and the types of its columns by folded name.
type keys struct {
	unique  []datasource.Index
	columns map[string]*datasource.ColumnType
}

// uniqueOf returns the unique indexes among these.
func uniqueOf(indexes []datasource.Index) []datasource.Index {
	var unique []datasource.Index
	for _, i := range indexes {
		if i.Unique {
			unique = append(unique, i)
		}
	}
	return unique
}

// columnsByName returns the types of columns by their names in lower case.
func columnsByName(columns []datasource.Column) map[string]*datasource.ColumnType {
	return columnsBy(strings.ToLower, columns)
}

// columnsBy returns the types of columns by their folded names.
func columnsBy(fold func(string) string, columns []datasource.Column) map[string]*datasource.ColumnType {
	named := make(map[string]*datasource.ColumnType, len(columns))
	for _, c := range columns {
		named[fold(c.Name)] = c.ColumnType
	}
	return named
}

// compare compares the unique keys of a table of the source with those of the destination.
func (u *uniqueKeyRun) compare(ctx context.Context, pair checks.TablePair, source, dest keys) error {
	for _, key := range dest.unique {
		at := slices.IndexFunc(source.unique, func(s datasource.Index) bool { return u.implies(s, key) })
		switch {
		case at < 0 && u.hasNumberedColumn(key, source, dest):
		case at < 0 && u.otherSyntax() && overExpression(key):
			u.notChecked = u.NotChecked("expression", "key", keyText(key), "table", pair.Dest)
		case at < 0:
			u.Report(checks.Finding{Rule: "only_there", Level: checks.Fail,
				Object: checks.IndexObject(pair.Dest, key.Name), Actual: keyText(key), SQL: u.dropKey(pair, key)})
		default:
			if err := u.compareCollations(ctx, pair, source.unique[at], key, source, dest); err != nil {
				return err
			}
		}
	}
	incremental := u.Route.Phases&(checks.Incremental|checks.Reverse) != 0
	identified := slices.ContainsFunc(dest.unique, datasource.Index.Key)
	for _, key := range source.unique {
		implied := slices.ContainsFunc(dest.unique, func(d datasource.Index) bool { return u.implies(d, key) })
		if implied || u.otherSyntax() && overExpression(key) && slices.ContainsFunc(dest.unique, overExpression) {
			continue
		}
		f := checks.Finding{Rule: "missing", Level: checks.Warn, Object: checks.TableObject(pair.Dest),
			Expected: keyText(key), Args: checks.Args{"columns": partsText(key)}, SQL: u.addKey(pair, key, dest)}
		if key.Key() && !identified && incremental {
			f.Level = checks.Fail
		}
		u.Report(f)
	}
	return nil
}

// implies reports whether rows with different values in one unique key also differ in the other one: the other key
// contains each part of the first, with at least the same length.
func (u *uniqueKeyRun) implies(one, other datasource.Index) bool {
	return !slices.ContainsFunc(one.Columns, func(a datasource.IndexColumn) bool {
		return !slices.ContainsFunc(other.Columns, func(b datasource.IndexColumn) bool {
			if a.Name == "" || b.Name == "" {
				return a.Name == b.Name && normalized(a.Expression) == normalized(b.Expression)
			}
			return u.fold(a.Name) == u.fold(b.Name) && (b.Prefix == 0 || a.Prefix != 0 && a.Prefix <= b.Prefix)
		})
	})
}

// otherSyntax reports whether the destination has another syntax for expressions than the source.
func (u *uniqueKeyRun) otherSyntax() bool {
	return u.Route.Source.Dialect() == datasource.OracleDialect && u.Route.Dest.Dialect() == datasource.MySQLDialect
}

// overExpression reports whether a part of the key is an expression.
func overExpression(key datasource.Index) bool {
	return slices.ContainsFunc(key.Columns, func(c datasource.IndexColumn) bool { return c.Name == "" })
}

// dropKey returns the statement that drops a unique key of the destination. It returns none for OceanBase in Oracle
// mode, which does not distinguish a constraint from an index.
func (u *uniqueKeyRun) dropKey(pair checks.TablePair, key datasource.Index) []string {
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

// quoteIndex returns the quoted name of an index of an Oracle-like database.
func quoteIndex(t datasource.Type, table datasource.TableName, index datasource.Index) string {
	return checks.Quote(t, cmp.Or(index.Schema, table.Schema), index.Name)
}

// normalized returns an expression in lower case, without spaces and parentheses.
func normalized(text string) string {
	return strings.ToLower(strings.NewReplacer(" ", "", "(", "", ")", "").Replace(text))
}

// hasNumberedColumn reports whether a key of the destination has a column that the source does not have and that the
// destination numbers automatically. Such a key refuses no row.
func (u *uniqueKeyRun) hasNumberedColumn(key datasource.Index, source, dest keys) bool {
	return slices.ContainsFunc(key.Columns, func(c datasource.IndexColumn) bool {
		name := u.fold(c.Name)
		d := dest.columns[name]
		return source.columns[name] == nil && d != nil && (d.AutoIncrement() || d.Oracle != nil && d.Oracle.Identity)
	})
}

// compareCollations reports the columns of a key of the destination that have another collation than on the source.
func (u *uniqueKeyRun) compareCollations(
	ctx context.Context, pair checks.TablePair, from, to datasource.Index, source, dest keys,
) error {
	for _, part := range to.Columns {
		name := u.fold(part.Name)
		s, d := source.columns[name], dest.columns[name]
		if s == nil || d == nil || d.Collation == "" || collations.DistinguishesAll(d.Collation) {
			continue
		}
		expected := s.Collation
		switch {
		case u.otherSyntax(): // the collations of Oracle are not read
			expected = ""
		case expected == "" || collations.Same(expected, d.Collation):
			continue
		}
		sql, err := u.recollate(ctx, pair.Dest, part.Name, expected)
		if err != nil {
			return err
		}
		u.Report(checks.Finding{Rule: "compared_otherwise", Level: checks.Warn,
			Object: checks.IndexObject(pair.Dest, to.Name), Actual: d.Collation, Expected: expected,
			Args: checks.Args{"column": part.Name, "key": from.Name}, SQL: sql})
	}
	return nil
}

// recollate returns the statement that sets another collation of the same character set for a column of the
// destination; none if it may change more, or if the destination would refuse it.
func (u *uniqueKeyRun) recollate(
	ctx context.Context, table datasource.TableName, name, collation string,
) ([]string, error) {
	if collation == "" || u.Route.Dest.Dialect() != datasource.MySQLDialect {
		return nil, nil
	}
	server, err := datasource.FactServer.Of(ctx, u.Dest())
	if err != nil {
		return nil, err
	}
	charsets, err := datasource.FactCharsets.Of(ctx, u.Dest())
	if err != nil || !charsets.HasCollation(collation) {
		return nil, err
	}
	constraints, err := datasource.FactCheckConstraints.Of(ctx, u.Dest())
	if err != nil {
		return nil, err
	}
	foreignKeys, err := datasource.FactForeignKeys.Of(ctx, u.Dest())
	if err != nil {
		return nil, err
	}
	for child, keys := range foreignKeys.All() {
		refers := func(k datasource.ForeignKey) bool { return child == table || k.Parent == table }
		if slices.ContainsFunc(keys, refers) {
			return nil, nil
		}
	}
	columns, err := datasource.FactColumns.Of(ctx, u.Dest())
	if err != nil {
		return nil, err
	}
	for _, c := range columns.Of(table) {
		if u.fold(c.Name) != u.fold(name) || charsets.Collations[strings.ToLower(collation)] != c.Charset {
			continue
		}
		clause, ok := report.Recollate(u.Route.Dest, server, c, " CHARACTER SET "+c.Charset+" COLLATE "+collation,
			constraints.Of(table) != nil)
		if ok {
			return []string{"ALTER TABLE " + checks.QuoteTable(u.Route.Dest, table) + " " + clause}, nil
		}
	}
	return nil, nil
}

// addKey returns the statement that adds a unique key of the source to the table of the destination, if all its parts
// are columns of that table.
func (u *uniqueKeyRun) addKey(pair checks.TablePair, key datasource.Index, dest keys) []string {
	t := u.Route.Dest
	parts := make([]string, len(key.Columns))
	for i, c := range key.Columns {
		d := dest.columns[u.fold(c.Name)]
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
		return []string{"CREATE UNIQUE INDEX " + checks.Quote(t, pair.Dest.Schema, key.Name) +
			" ON " + checks.QuoteTable(t, pair.Dest) + " (" + strings.Join(parts, ", ") + ")"}
	}
	return []string{"ALTER TABLE " + checks.QuoteTable(t, pair.Dest) + add + strings.Join(parts, ", ") + ")"}
}

// keyText returns a key in the form PRIMARY (a, b(10)).
func keyText(key datasource.Index) string { return key.Name + " (" + partsText(key) + ")" }

// partsText returns the parts of a key in the form a, b(10).
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
