package charset

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/collations"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// conversions knows which columns of the source cannot be converted to another character set or collation.
type conversions struct {
	pass     *checks.Pass
	server   datasource.Server   // the source
	charsets datasource.Charsets // of it
	limits   limits.Table
	record   limits.Record
	indexes  datasource.TableRows[datasource.Index]
	formats  datasource.TableRows[string]
	checks   datasource.TableRows[datasource.CheckConstraint]
	keys     map[datasource.TableName][]string // the columns of foreign keys, as child or parent
}

// conversionFacts are the facts of the source that conversions read.
var conversionFacts = checks.Facts{datasource.FactCharsets, datasource.FactCheckConstraints, datasource.FactForeignKeys,
	datasource.FactIndexes, datasource.FactRowFormats, datasource.FactServer, datasource.FactVariables}

func newConversions(ctx context.Context, p *checks.Pass) (*conversions, error) {
	c := &conversions{pass: p, keys: map[datasource.TableName][]string{}}
	return c, c.read(ctx)
}

func (c *conversions) read(ctx context.Context) (err error) {
	p := c.pass
	if c.server, err = datasource.FactServer.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.charsets, err = datasource.FactCharsets.Of(ctx, p.Source()); err != nil {
		return err
	}
	settings, err := datasource.FactVariables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	c.limits, _ = limits.TableOf(c.server, settings)
	c.record, _ = limits.RecordOf(c.server, settings)
	if c.indexes, err = datasource.FactIndexes.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.formats, err = datasource.FactRowFormats.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.server.IsMariaDB() {
		if c.checks, err = datasource.FactCheckConstraints.Of(ctx, p.Source()); err != nil {
			return err
		}
	}
	keys, err := datasource.FactForeignKeys.Of(ctx, p.Source())
	for child, own := range keys.All() {
		for _, key := range own {
			c.keys[child] = append(c.keys[child], key.Columns...)
			c.keys[key.Parent] = append(c.keys[key.Parent], key.ParentColumns...)
		}
	}
	return err
}

// inKey reports whether one of the columns has a collation and belongs to a foreign key.
func (c *conversions) inKey(table datasource.TableName, columns ...datasource.Column) bool {
	return slices.ContainsFunc(columns, func(column datasource.Column) bool {
		same := func(name string) bool { return strings.EqualFold(name, column.Name) }
		return column.Collation != "" && slices.ContainsFunc(c.keys[table], same)
	})
}

// change returns the statements that give columns of a table the collations that to returns, and the table the
// collation preset; an empty one changes nothing. If the server would refuse that, refused says why.
func (c *conversions) change(
	pair checks.TablePair, columns []datasource.Column, preset string, to func(datasource.Column) string,
) (statements []string, refused string) {
	all := preset != "" // CONVERT TO changes every column, so it is exact only if all of them get the collation
	var changed []datasource.Column
	for _, column := range columns {
		if column.Collation == "" {
			continue
		}
		all = all && to(column) == preset
		if to(column) != "" {
			changed = append(changed, column)
		}
	}
	if refused = c.refused(pair, columns, to); refused != "" {
		return nil, refused
	}
	inKey := c.inKey(pair.Source, changed...)
	if inKey && !c.server.IsMySQL() {
		return nil, c.pass.Term("foreign_key")
	}
	clause := func(collation string) string {
		return charsetClause(c.charsets.Collations[strings.ToLower(collation)], collation)
	}
	actions := []string{"CONVERT TO" + clause(preset)}
	if !all {
		actions = nil
		if preset != "" {
			actions = []string{"DEFAULT" + clause(preset)}
		}
		for _, column := range changed {
			definition, ok := report.Recollate(c.pass.Route.Source, c.server, column, clause(to(column)),
				c.checks.Of(pair.Source) != nil)
			if !ok {
				return nil, ""
			}
			actions = append(actions, definition)
		}
	}
	statements = append(allowZeroDates(columns), "ALTER TABLE "+checks.QuoteTable(c.pass.Route.Source, pair.Source)+" "+
		strings.Join(actions, ", "))
	if inKey {
		statements = slices.Concat([]string{"SET SESSION foreign_key_checks = 0"}, statements,
			[]string{"SET SESSION foreign_key_checks = 1"})
	}
	return statements, ""
}

// allowZeroDates returns the statement without which a server that does not allow zero dates refuses every ALTER TABLE
// of a table whose default is one (error 1067).
func allowZeroDates(columns []datasource.Column) []string {
	isZero := func(c datasource.Column) bool {
		return c.Default != nil && slices.Contains([]string{"date", "datetime", "timestamp"}, c.DataType) &&
			strings.Contains(*c.Default, "-00")
	}
	if slices.ContainsFunc(columns, isZero) {
		return []string{"SET SESSION sql_mode = ''"}
	}
	return nil
}

func charsetClause(charset, collation string) string {
	return " CHARACTER SET " + charset + " COLLATE " + collation
}

// Limits of index entries, in bytes.
const (
	shortPart = 767  // each column, in row formats COMPACT and REDUNDANT
	myISAMKey = 1000 // all columns
)

// refused returns why the server refuses to change the collations of a table; it is empty if it does not.
func (c *conversions) refused(
	pair checks.TablePair, columns []datasource.Column, to func(datasource.Column) string,
) string {
	after := make([]datasource.Column, len(columns))
	types := map[string]*datasource.ColumnType{}
	for i, column := range columns {
		after[i] = column
		if collation := to(column); column.Collation != "" && collation != "" {
			t := *column.ColumnType
			t.Charset, t.Collation = c.charsets.Collations[strings.ToLower(collation)], collation
			if t.DataType == "char" || t.DataType == "varchar" {
				t.ByteLength = t.CharLength * max(1, limits.CharBytes[t.Charset])
			}
			if t.ByteLength > 65535 && t.DataType == "varchar" {
				return c.pass.Term("too_long", "column", column.Name)
			}
			after[i].ColumnType = &t
		}
		types[column.Name] = after[i].ColumnType
	}
	if row, err := limits.RowBytes(after); err == nil && c.limits.RowBytes > 0 && row > c.limits.RowBytes {
		return c.pass.Term("row", "count", row, "limit", c.limits.RowBytes)
	}
	indexes := c.indexes.Of(pair.Source)
	if pair.Table.Engine == "InnoDB" && c.record.Page > 0 {
		if n, err := c.record.RecordBytes(after, indexes); err == nil && n >= c.record.Page {
			return c.pass.Term("row", "count", n, "limit", c.record.Page-1)
		}
	}
	for _, index := range indexes {
		if n, limit := c.keyBytes(pair, index, types); limit > 0 && n > limit {
			return c.pass.Term("key", "index", index.Name, "count", n, "limit", limit)
		}
	}
	return ""
}

// ignoresSpaces returns the name of a unique index over a column whose trailing spaces another collation ignores. Of
// no conversions, which only schemas need, it returns none.
func (c *conversions) ignoresSpaces(table datasource.TableName, columns []datasource.Column, from, to string) string {
	if c == nil || !collations.IsNoPad(from) || collations.IsNoPad(to) {
		return ""
	}
	for _, index := range c.indexes.Of(table) {
		if index.Unique && slices.ContainsFunc(index.Columns, func(part datasource.IndexColumn) bool {
			return slices.ContainsFunc(columns, func(column datasource.Column) bool {
				return column.Name == part.Name && column.Collation == from
			})
		}) {
			return index.Name
		}
	}
	return ""
}

// keyBytes returns the size of an index entry, or of its longest column if that is what exceeds the limit, and the
// limit; 0 if it has none. MariaDB indexes a part of a long column, and a hash of a long unique key.
func (c *conversions) keyBytes(
	pair checks.TablePair, index datasource.Index, types map[string]*datasource.ColumnType,
) (bytes, limit int64) {
	if index.Unordered || index.Type == "FULLTEXT" || index.Type == "SPATIAL" {
		return 0, 0
	}
	limit = c.limits.KeyBytes
	short := false
	switch {
	case pair.Table.Engine == "MyISAM":
		limit = myISAMKey
	case len(c.formats.Of(pair.Source)) > 0:
		format := c.formats.Of(pair.Source)[0]
		short = strings.EqualFold(format, "COMPACT") || strings.EqualFold(format, "REDUNDANT")
	}
	for _, part := range index.Columns {
		if types[part.Name] == nil { // an expression
			return 0, 0
		}
		n, err := limits.KeyBytes(types[part.Name], part.Prefix)
		switch {
		case err != nil || part.Prefix == 0 && limits.LobBytes[types[part.Name].DataType] > 0:
			return 0, 0
		case short && n > shortPart:
			return n, shortPart
		case c.limits.LongUnique && !index.Unique:
			n = min(n, limit)
		}
		bytes += n
	}
	if c.limits.LongUnique && index.Unique && !index.Primary {
		return 0, 0
	}
	return bytes, limit
}
