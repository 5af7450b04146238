package key

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/coltype"
	"github.com/dbprecheck/precheck/checks/internal/compat/product"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// IndexType is RDB_INDEX_TYPE.
var IndexType = &checks.Check{
	Type:     "RDB_INDEX_TYPE",
	Page:     checks.ReadPage(pages, "index_type.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{datasource.FactColumns, datasource.FactDescendingIndexes, datasource.FactFulltextParsers,
			datasource.FactIndexParsers, datasource.FactIndexes, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactFulltextParsers, datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_FUNCTION_BASED", Rules: []string{"functional", "functional_rewritten"}}},
	Run: runIndexType,
}

// indexKind is a type of index, or a property of one, that not every server supports.
type indexKind struct {
	Rule string
	// level is that of an index that the destination does not support: Fail if it refuses the index, Info if it ignores
	// the property.
	level checks.Level
	since map[datasource.Flavor][]int
}

// The kinds of index, with the first version of each product that supports them; products without a version do not.
// Sources: MySQL 8.4 Reference Manual, "CREATE INDEX", "Descending Indexes", "Invisible Indexes"; MariaDB
// documentation, "CREATE INDEX", "Ignored Indexes", "InnoDB Limitations" (unique TEXT: 10.4); OceanBase V4.3 release
// notes, "CREATE INDEX" of MySQL mode (an expression as the key), and "CREATE INDEX" of the conversion from a MySQL
// database to a MySQL tenant, which ignores the order and invisibility. Known up to MySQL 9.7, MariaDB 12.0,
// OceanBase 4.3.
var (
	// over an expression
	functionalIndex = indexKind{Rule: "functional", level: checks.Fail,
		since: versions{datasource.FlavorMySQL: {8, 0, 13}, datasource.FlavorOceanBase: {4, 2, 0}}}
	// over the elements of an array
	multiValuedIndex = indexKind{Rule: "multi_valued", level: checks.Fail,
		since: versions{datasource.FlavorMySQL: {8, 0, 17}, datasource.FlavorOceanBase: {4, 3, 1}}}
	// unique over a whole TEXT or BLOB
	longUniqueIndex = indexKind{Rule: "long_unique", level: checks.Fail,
		since: versions{datasource.FlavorMariaDB: {10, 4, 3}}}
	ignoredIndex = indexKind{Rule: "ignored", level: checks.Fail,
		since: versions{datasource.FlavorMariaDB: {10, 6, 0}}}
	vectorIndex = indexKind{Rule: "vector", level: checks.Fail,
		since: versions{datasource.FlavorMariaDB: {11, 7, 1}, datasource.FlavorOceanBase: {4, 3, 3}}}
	fulltextIndex = indexKind{Rule: "fulltext", level: checks.Fail,
		since: versions{
			datasource.FlavorMySQL: {5, 6}, datasource.FlavorMariaDB: {10, 0, 5},
			datasource.FlavorOceanBase: {4, 3, 1},
		}}
	spatialIndex = indexKind{Rule: "spatial", level: checks.Fail,
		since: versions{
			datasource.FlavorMySQL: {5, 7, 5}, datasource.FlavorMariaDB: {10, 2, 2},
			datasource.FlavorOceanBase: {4, 1, 0},
		}}
	// over a prefix of a spatial column
	// over a column of length 0 (error 1167)
	emptyIndex = indexKind{Rule: "empty", level: checks.Fail,
		since: versions{datasource.FlavorMariaDB: {5, 1}}}
	spatialPrefixIndex = indexKind{Rule: "spatial_prefix", level: checks.Warn,
		since: versions{datasource.FlavorMariaDB: {5, 1}}}
	descendingIndex = indexKind{Rule: "descending", level: checks.Info,
		since: versions{datasource.FlavorMySQL: {8, 0, 1}, datasource.FlavorMariaDB: {10, 8, 1}}}
	invisibleIndex = indexKind{Rule: "invisible", level: checks.Info,
		since: versions{datasource.FlavorMySQL: {8, 0, 0}}}
)

type versions = map[datasource.Flavor][]int

func runIndexType(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	columns, err := datasource.FactColumns.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	indexes, err := datasource.FactIndexes.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	if p.Route.Source.Dialect() == datasource.OracleDialect {
		return oracleIndexTypes(p, mapping, indexes, dest)
	}
	var descending datasource.TableRows[string]
	if !hasIndexKind(descendingIndex, dest) {
		if descending, err = datasource.FactDescendingIndexes.Of(ctx, p.Source()); err != nil {
			return err
		}
	}
	report.Newer(p, dest, p.Term("index_types"))
	flavor := product.Family(dest)
	known := slices.Contains([]datasource.Flavor{
		datasource.FlavorMySQL, datasource.FlavorMariaDB, datasource.FlavorOceanBase}, flavor)
	var notChecked error
	var fulltext []datasource.TableName
	for _, pair := range mapping.BaseTables() {
		types := columnsByName(columns.Of(pair.Source))
		for _, index := range indexes.Of(pair.Source) {
			object := checks.IndexObject(pair.Source, index.Name)
			kinds := indexKinds(source, pair.Table, index, types)
			if slices.Contains(descending.Of(pair.Source), index.Name) {
				kinds = append(kinds, descendingIndex)
			}
			for _, kind := range kinds {
				if kind.Rule == fulltextIndex.Rule {
					fulltext = append(fulltext, pair.Source)
				}
				if !known {
					notChecked = p.NotChecked("unknown_kind", "dest", dest, "index", object, "kind", p.Term(kind.Rule))
					continue
				}
				from, has := kind.since[flavor]
				if has && dest.Version.AtLeast(from...) || kind.alwaysSupported(source, dest, pair.Table.Engine) {
					continue
				}
				f := checks.Finding{Rule: kind.Rule, Level: kind.level, Object: object, Actual: partsText(index),
					Args: checks.Args{"dest": dest}}
				if has {
					f.Expected = string(flavor) + " ≥ " + product.JoinVersion(from)
				}
				switch {
				case dest.IsOceanBase() && f.Level == checks.Fail:
					f.Level = checks.Warn
				case kind.Rule == spatialPrefixIndex.Rule && dest.IsMySQL() && dest.Version.AtLeast(9, 7):
					f.Level = checks.Fail // error 1089 for every type and prefix
				}
				if kind.Rule == ignoredIndex.Rule {
					f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) +
						" ALTER INDEX " + checks.Quote(p.Route.Source, index.Name) + " NOT IGNORED"}
				}
				p.Report(f)
			}
		}
	}
	if known && flavor != datasource.FlavorOceanBase {
		notChecked = errors.Join(notChecked, parsers(ctx, p, dest, indexes, slices.Compact(fulltext)))
	}
	return notChecked
}

// parsers reports the FULLTEXT indexes whose parser the destination does not have (error 1128, tried on MariaDB 10.11
// and 11.8). It reads the definitions of their tables only if the source has such a parser.
func parsers(
	ctx context.Context, p *checks.Pass, dest datasource.Server, indexes datasource.TableRows[datasource.Index],
	tables []datasource.TableName,
) error {
	if len(tables) == 0 {
		return nil
	}
	onSource, err := datasource.FactFulltextParsers.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	onDest, err := datasource.FactFulltextParsers.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	missing := func(parser string) bool { return !slices.Contains(onDest, parser) }
	if !slices.ContainsFunc(onSource, missing) {
		return nil
	}
	found, err := datasource.FactIndexParsers.Of(ctx, p.Source(), tables)
	if err != nil {
		return err
	}
	for _, i := range found.Indexes {
		if missing(i.Parser) {
			p.Report(checks.Finding{Rule: "parser", Level: checks.Fail, Object: checks.IndexObject(i.Table, i.Index),
				Actual: "WITH PARSER " + i.Parser, Args: checks.Args{"dest": dest},
				SQL: withoutParser(p.Route.Source, i, indexes.Of(i.Table))})
		}
	}
	if len(found.NotRead) > 0 {
		return p.NotChecked("parsers_not_read", "count", len(found.NotRead), "table", found.NotRead[0])
	}
	return nil
}

// withoutParser returns the statements that create a FULLTEXT index again with the built-in parser. In one statement,
// MySQL takes the new index for the old one and keeps the parser (tried on 9.7).
func withoutParser(t datasource.Type, i datasource.IndexParser, indexes []datasource.Index) []string {
	at := slices.IndexFunc(indexes, func(other datasource.Index) bool { return other.Name == i.Index })
	if at < 0 {
		return nil
	}
	var columns []string
	for _, c := range indexes[at].Columns {
		columns = append(columns, checks.Quote(t, c.Name))
	}
	alter, name := "ALTER TABLE "+checks.QuoteTable(t, i.Table), checks.Quote(t, i.Index)
	return []string{alter + " DROP INDEX " + name,
		alter + " ADD FULLTEXT INDEX " + name + " (" + strings.Join(columns, ", ") + ")"}
}

// alwaysSupported reports whether the destination supports an index for a reason other than its version: MyISAM has
// always had FULLTEXT and SPATIAL, and MySQL has not changed its prefixes within a major version.
func (k indexKind) alwaysSupported(source, dest datasource.Server, engine string) bool {
	switch k.Rule {
	case fulltextIndex.Rule, spatialIndex.Rule:
		return strings.EqualFold(engine, "MyISAM") && (dest.IsMySQL() || dest.IsMariaDB())
	case spatialPrefixIndex.Rule:
		return source.IsMySQL() && dest.IsMySQL() && source.Version.Major == dest.Version.Major
	}
	return false
}

// indexKinds returns the kinds of an index. If its type is not read, a SPATIAL index is recognized by the prefix of 32
// bytes that the catalog shows for it.
func indexKinds(
	source datasource.Server, table *datasource.Table, index datasource.Index, types map[string]*datasource.ColumnType,
) []indexKind {
	var kinds []indexKind
	add := func(kind indexKind) {
		if !slices.ContainsFunc(kinds, func(k indexKind) bool { return k.Rule == kind.Rule }) {
			kinds = append(kinds, kind)
		}
	}
	isSpatial := index.Type == "SPATIAL"
	for _, part := range index.Columns {
		c := types[strings.ToLower(part.Name)]
		switch {
		case part.Expression != "" && strings.HasSuffix(strings.TrimRight(part.Expression, ")"), " array"):
			add(multiValuedIndex)
		case part.Expression != "":
			add(functionalIndex)
		case c == nil:
		case c.DataType == "vector":
			add(vectorIndex)
		case slices.Contains(coltype.Spatial, c.DataType):
			isSpatial = isSpatial || index.Type == "" && part.Prefix == 32
			if !isSpatial {
				add(spatialPrefixIndex)
			}
		case strings.HasSuffix(c.ColumnType, "(0)") && strings.Contains(c.DataType, "char"),
			strings.HasSuffix(c.ColumnType, "(0)") && strings.Contains(c.DataType, "binary"):
			if source.IsMariaDB() {
				add(emptyIndex)
			}
		case c.LOB() && part.Prefix == 0 && index.Unique:
			add(longUniqueIndex)
		}
	}
	if coltype.IsFulltext(table, index) {
		add(fulltextIndex)
	}
	if isSpatial {
		add(spatialIndex)
	}
	if index.Invisible && source.IsMariaDB() {
		add(ignoredIndex)
	} else if index.Invisible {
		add(invisibleIndex)
	}
	return kinds
}
