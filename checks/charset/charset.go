package charset

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/collations"
	"github.com/dbprecheck/precheck/datasource"
)

// Charset is RDB_CHARSET.
var Charset = &checks.Check{
	Type:                  "RDB_CHARSET",
	Page:                  checks.ReadPage(pages, "charset.md"),
	Level:                 checks.Fail,
	Sides:                 []checks.Side{checks.Source},
	Phases:                checks.Schema,
	ExtraPhasesFromOracle: checks.Full | checks.Incremental, // its strings change their character set
	Requires:              []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{
			datasource.FactCharsets, datasource.FactColumns, datasource.FactForeignKeys, datasource.FactIndexes,
			datasource.FactNLS, datasource.FactSchemas, datasource.FactServer,
		},
		Dest: checks.Facts{
			datasource.FactCharsets, datasource.FactNLS, datasource.FactSchemas, datasource.FactServer,
			datasource.FactTables, datasource.FactVariables,
		},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_CHARSET"}},
	Run: runCharset,
}

func runCharset(ctx context.Context, p *checks.Pass) error {
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return oracleCharset(ctx, p)
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	c := charsets{pass: p, substitutes: map[string]substitute{}}
	if c.source, err = datasource.FactCharsets.Of(ctx, p.Source()); err != nil {
		return err
	}
	if c.dest, err = datasource.FactCharsets.Of(ctx, p.Dest()); err != nil {
		return err
	}
	if c.server, err = datasource.FactServer.Of(ctx, p.Dest()); err != nil {
		return err
	}
	from, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if err := c.schemas(ctx, mapping); err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	pairs := mapping.BaseTables()
	if err := c.readKeys(ctx, pairs, columns); err != nil {
		return err
	}
	for _, pair := range pairs {
		c.table(pair, columns.Of(pair.Source))
	}
	c.implied(from, pairs, columns)
	return nil
}

// charsets compares the collations of the source with those of the destination.
type charsets struct {
	pass         *checks.Pass
	source, dest datasource.Charsets
	server       datasource.Server // the destination
	substitutes  map[string]substitute
	// keys are the columns of foreign keys, as child or parent, of the tables with a missing collation.
	keys map[datasource.TableName][]string
}

// readKeys reads the columns of foreign keys if a column has a collation that the destination does not have.
func (c *charsets) readKeys(
	ctx context.Context, pairs []checks.TablePair, columns datasource.TableRows[datasource.Column],
) error {
	missing := func(column datasource.Column) bool {
		return column.Collation != "" && !c.dest.HasCollation(column.Collation)
	}
	if !slices.ContainsFunc(pairs, func(pair checks.TablePair) bool {
		return slices.ContainsFunc(columns.Of(pair.Source), missing)
	}) {
		return nil
	}
	keys, err := datasource.FactForeignKeys.Of(ctx, c.pass.Source())
	c.keys = map[datasource.TableName][]string{}
	for child, own := range keys.All() {
		for _, key := range own {
			c.keys[child] = append(c.keys[child], key.Columns...)
			c.keys[key.Parent] = append(c.keys[key.Parent], key.ParentColumns...)
		}
	}
	return err
}

// inKey reports whether one of the columns has a collation and belongs to a foreign key.
func (c charsets) inKey(table datasource.TableName, columns ...datasource.Column) bool {
	return slices.ContainsFunc(columns, func(column datasource.Column) bool {
		same := func(name string) bool { return strings.EqualFold(name, column.Name) }
		return column.Collation != "" && slices.ContainsFunc(c.keys[table], same)
	})
}

// substitute holds collations that can replace another one.
type substitute struct {
	dest string // on the destination
	both string // on source and destination
}

// substitute returns the substitute of a collation, and keeps it because many tables have the same collation.
func (c charsets) substitute(collation string) substitute {
	s, known := c.substitutes[collation]
	if !known {
		s.dest = collations.Nearest(collation, c.source, c.dest, c.server, c.dest.HasCollation)
		s.both = collations.Nearest(collation, c.source, c.dest, c.server, func(name string) bool {
			return c.dest.HasCollation(name) && c.source.HasCollation(name)
		})
		c.substitutes[collation] = s
	}
	return s
}

// schemas checks the default collations of the schemas that have to be created.
func (c charsets) schemas(ctx context.Context, mapping *checks.Mapping) error {
	from, err := datasource.FactSchemas.Of(ctx, c.pass.Source())
	if err != nil {
		return err
	}
	to, err := datasource.FactSchemas.Of(ctx, c.pass.Dest())
	if err != nil {
		return err
	}
	existing := make(map[string]bool, len(to))
	for _, schema := range to {
		existing[c.server.NameCase.Fold(schema.Name)] = true
	}
	collations := make(map[string]string, len(from))
	for _, schema := range from {
		collations[schema.Name] = schema.Collation
	}
	for _, pair := range mapping.Schemas {
		if existing[c.server.NameCase.Fold(pair.Dest)] {
			continue
		}
		alter := "ALTER DATABASE " + checks.Quote(c.pass.Route.Source, pair.Source)
		c.report(checks.SchemaObject(pair.Source), collations[pair.Source], false,
			func(charset, collation string) []string { return []string{alter + charsetClause(charset, collation)} })
	}
	return nil
}

// table checks the default collation of a table and the collations of its columns. A column with the collation of the
// table is part of the finding of the table.
func (c charsets) table(pair checks.TablePair, columns []datasource.Column) {
	own := slices.DeleteFunc(slices.Clone(columns), func(column datasource.Column) bool {
		return column.Collation != pair.Table.Collation
	})
	inKey := c.inKey(pair.Source, own...)
	c.report(checks.TableObject(pair.Source), pair.Table.Collation, inKey, func(charset, collation string) []string {
		return c.alter(pair, columns, charset, collation)
	})
	for _, column := range columns {
		if column.Collation == pair.Table.Collation {
			continue
		}
		object := checks.ColumnObject(pair.Source, column.Name)
		inKey := c.inKey(pair.Source, column)
		c.report(object, column.Collation, inKey, func(charset, collation string) []string {
			if definition, ok := c.redefine(column, charset, collation); ok {
				return []string{"ALTER TABLE " + checks.QuoteTable(c.pass.Route.Source, pair.Source) + " " + definition}
			}
			return nil
		})
	}
}

// report reports the object if the destination does not have its collation. change returns the statements that set
// another one. If columns of foreign keys have it, both tables of a foreign key must be changed: MySQL does so with
// foreign_key_checks=0 (otherwise 3780), MariaDB only without the foreign key (1832, 1833; tried on MySQL 9.7, MariaDB
// 10.11).
func (c charsets) report(
	object checks.Object, collation string, inKey bool, change func(charset, collation string) []string,
) {
	if collation == "" || c.dest.HasCollation(collation) {
		return
	}
	f := checks.Finding{Rule: "collation", Level: checks.Fail, Object: object, Actual: collation,
		Args: checks.Args{"dest": c.server}}
	charset := c.source.Collations[strings.ToLower(collation)]
	prefix, rest, _ := strings.Cut(collation, "_")
	charset = cmp.Or(charset, prefix)
	switch {
	case isUTF8MB3(charset) && c.server.IsOceanBase() && c.dest.HasCollation("utf8mb4_"+rest):
		f.Rule, f.Level = "widened", checks.Warn
	case !c.dest.HasCharset(charset):
		f.Rule, f.Args["charset"] = "charset", charset
	}
	s := c.substitute(collation)
	f.Expected = s.dest
	switch {
	case s.both == "":
	case !inKey:
		f.SQL = change(c.source.Collations[s.both], s.both)
	case c.pass.Route.Source == datasource.MySQL:
		if sql := change(c.source.Collations[s.both], s.both); sql != nil {
			f.SQL = slices.Concat([]string{"SET SESSION foreign_key_checks = 0"}, sql,
				[]string{"SET SESSION foreign_key_checks = 1"})
		}
	case f.Rule == "collation":
		f.Rule = "collation_in_key"
	}
	c.pass.Report(f)
}

// alter returns the statements that set another collation for a table and for its columns with the collation of the
// table. CONVERT TO changes every character column, so it is exact only if all of them have that collation. MODIFY
// changes a single column, but drops a CHECK of the column on MariaDB.
func (c charsets) alter(pair checks.TablePair, columns []datasource.Column, charset, collation string) []string {
	alter := "ALTER TABLE " + checks.QuoteTable(c.pass.Route.Source, pair.Source)
	if !slices.ContainsFunc(columns, func(column datasource.Column) bool {
		return column.Collation != "" && column.Collation != pair.Table.Collation
	}) {
		return append(allowZeroDates(columns), alter+" CONVERT TO"+charsetClause(charset, collation))
	}
	actions := []string{"DEFAULT" + charsetClause(charset, collation)}
	for _, column := range columns {
		if column.Collation != pair.Table.Collation {
			continue
		}
		definition, ok := c.redefine(column, charset, collation)
		if !ok {
			return nil
		}
		actions = append(actions, definition)
	}
	return append(allowZeroDates(columns), alter+" "+strings.Join(actions, ", "))
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

// redefine returns the MODIFY clause that changes only the collation of a column; ok is false if it may change more.
func (c charsets) redefine(column datasource.Column, charset, collation string) (definition string, ok bool) {
	if c.pass.Route.Source != datasource.MySQL || column.Generated() || column.Extra != "" {
		return "", false
	}
	definition = "MODIFY " + checks.Quote(c.pass.Route.Source, column.Name) + " " + column.ColumnType.ColumnType +
		charsetClause(charset, collation)
	if !column.Nullable {
		definition += " NOT NULL"
	}
	if column.Default != nil {
		definition += " DEFAULT " + checks.QuoteString(*column.Default)
	}
	if column.Comment != nil {
		definition += " COMMENT " + checks.QuoteString(*column.Comment)
	}
	return definition, true
}

func charsetClause(charset, collation string) string {
	return " CHARACTER SET " + charset + " COLLATE " + collation
}
