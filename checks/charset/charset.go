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
		Source: slices.Concat(checks.Facts{
			datasource.FactColumns, datasource.FactNLS, datasource.FactSchemas,
		}, conversionFacts),
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
	if err := c.readConversions(ctx, pairs, columns); err != nil {
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
	conversions  *conversions // of the source, if a collation is missing
}

// readConversions reads what conversions need if a column has a collation that the destination does not have.
func (c *charsets) readConversions(
	ctx context.Context, pairs []checks.TablePair, columns datasource.TableRows[datasource.Column],
) (err error) {
	missing := func(column datasource.Column) bool {
		return column.Collation != "" && !c.dest.HasCollation(column.Collation)
	}
	if slices.ContainsFunc(pairs, func(pair checks.TablePair) bool {
		return missing(datasource.Column{ColumnType: &datasource.ColumnType{Collation: pair.Table.Collation}}) ||
			slices.ContainsFunc(columns.Of(pair.Source), missing)
	}) {
		c.conversions, err = newConversions(ctx, c.pass)
	}
	return err
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
		c.report(checks.SchemaObject(pair.Source), collations[pair.Source], nil,
			func(charset, collation string) ([]string, string) {
				return []string{alter + charsetClause(charset, collation)}, ""
			})
	}
	return nil
}

// table checks the default collation of a table and the collations of its columns. A column with the collation of the
// table is part of the finding of the table.
func (c charsets) table(pair checks.TablePair, columns []datasource.Column) {
	own := func(column datasource.Column) bool { return column.Collation == pair.Table.Collation }
	owned := slices.DeleteFunc(slices.Clone(columns), func(column datasource.Column) bool { return !own(column) })
	// change returns what gives those columns the collation, and the table preset.
	change := func(which func(datasource.Column) bool, collation, preset string) ([]string, string) {
		return c.conversions.change(pair, columns, preset, func(column datasource.Column) string {
			if which(column) {
				return collation
			}
			return ""
		})
	}
	c.report(checks.TableObject(pair.Source), pair.Table.Collation, owned,
		func(_, collation string) ([]string, string) { return change(own, collation, collation) })
	for _, column := range columns {
		if own(column) {
			continue
		}
		only := func(other datasource.Column) bool { return other.Name == column.Name }
		c.report(checks.ColumnObject(pair.Source, column.Name), column.Collation, []datasource.Column{column},
			func(_, collation string) ([]string, string) { return change(only, collation, "") })
	}
}

// report reports the object if the destination does not have its collation. change returns the statements that set
// another one for its columns, or why the source refuses that. If columns of foreign keys have it, both tables must be
// changed: MySQL does so with foreign_key_checks=0 (otherwise 3780), MariaDB only without the foreign key (1832, 1833;
// tried on MySQL 9.7, MariaDB 10.11).
func (c charsets) report(
	object checks.Object, collation string, columns []datasource.Column,
	change func(charset, collation string) (statements []string, refused string),
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
	if s.both != "" {
		var refused string
		table := datasource.TableName{Schema: object.Schema, Name: object.Table}
		f.SQL, refused = change(c.source.Collations[s.both], s.both)
		index := c.conversions.ignoresSpaces(table, columns, collation, s.both)
		switch {
		case f.Rule != "collation":
		case refused == "" && index != "":
			f.Rule, f.Args["index"] = "collation_ignores_spaces", index
		case refused == "":
		case c.conversions.inKey(table, columns...) && c.pass.Route.Source != datasource.MySQL:
			f.Rule = "collation_in_key"
		default:
			f.Rule, f.Args["why"] = "collation_not_convertible", refused
		}
	}
	c.pass.Report(f)
}
