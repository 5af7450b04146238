package key

import (
	"context"
	"fmt"
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
		Source:  checks.Facts{datasource.FactColumns, datasource.FactIndexes, datasource.FactServer},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "DB_FUNCTION_BASED", Rules: []string{"functional", "functional_rewritten"}}},
	Run: runIndexType,
}

// indexKind is a kind of index that not every server has.
type indexKind struct {
	Rule  string
	words string
	level checks.Level // of an index that the destination lacks: what it refuses fails, what it leaves out is worth knowing
	since map[datasource.Flavor][]int
}

// The kinds of index, with the first version that has each, by product; without one, none has it.
// Sources: MySQL 8.4 Reference Manual, "CREATE INDEX", "Descending Indexes", "Invisible Indexes";
// MariaDB documentation, "CREATE INDEX", "Ignored Indexes", "InnoDB Limitations" (unique TEXT: 10.4);
// OceanBase V4.3 release notes, and "CREATE INDEX" of the conversion from a MySQL database to a MySQL
// tenant, which ignores the order and invisibility. Known up to MySQL 9.7, MariaDB 12.0, OceanBase 4.3.
var (
	functionalIndex = indexKind{Rule: "functional", words: "over an expression", level: checks.Fail,
		since: versions{datasource.FlavorMySQL: {8, 0, 13}}}
	multiValuedIndex = indexKind{Rule: "multi_valued", words: "over the elements of an array", level: checks.Fail,
		since: versions{datasource.FlavorMySQL: {8, 0, 17}, datasource.FlavorOceanBase: {4, 3, 1}}}
	longUniqueIndex = indexKind{Rule: "long_unique", words: "unique over a whole TEXT or BLOB", level: checks.Fail,
		since: versions{datasource.FlavorMariaDB: {10, 4, 3}}}
	ignoredIndex = indexKind{Rule: "ignored", words: "IGNORED", level: checks.Fail,
		since: versions{datasource.FlavorMariaDB: {10, 6, 0}}}
	vectorIndex = indexKind{Rule: "vector", words: "over a VECTOR", level: checks.Fail,
		since: versions{datasource.FlavorMariaDB: {11, 7, 1}}}
	fulltextIndex = indexKind{Rule: "fulltext", words: "FULLTEXT", level: checks.Fail,
		since: versions{datasource.FlavorMySQL: {5, 6}, datasource.FlavorMariaDB: {10, 0, 5}, datasource.FlavorOceanBase: {4, 3, 1}}}
	spatialIndex = indexKind{Rule: "spatial", words: "SPATIAL", level: checks.Fail,
		since: versions{datasource.FlavorMySQL: {5, 7, 5}, datasource.FlavorMariaDB: {10, 2, 2}, datasource.FlavorOceanBase: {4, 1, 0}}}
	spatialPrefixIndex = indexKind{Rule: "spatial_prefix", words: "over a prefix of a spatial column", level: checks.Warn,
		since: versions{datasource.FlavorMariaDB: {5, 1}}}
	descendingIndex = indexKind{Rule: "descending", words: "in descending order", level: checks.Info,
		since: versions{datasource.FlavorMySQL: {8, 0, 1}, datasource.FlavorMariaDB: {10, 8, 1}}}
	invisibleIndex = indexKind{Rule: "invisible", words: "INVISIBLE", level: checks.Info,
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
	report.Newer(p, dest, "the kinds of index")
	flavor := product.Family(dest)
	known := slices.Contains([]datasource.Flavor{datasource.FlavorMySQL, datasource.FlavorMariaDB, datasource.FlavorOceanBase}, flavor)
	var unknown error
	parsed := 0
	for _, pair := range mapping.BaseTables() {
		types := columnsByName(columns.Of(pair.Source))
		for _, index := range indexes.Of(pair.Source) {
			object := checks.IndexObject(pair.Source, index.Name)
			for _, kind := range indexKinds(source, pair.Table, index, types) {
				if kind.Rule == fulltextIndex.Rule && source.IsMySQL() && dest.IsMariaDB() {
					parsed++
				}
				if !known {
					unknown = fmt.Errorf("it is not known whether %s has the index %s: %s", dest, object, kind.words)
					continue
				}
				from, has := kind.since[flavor]
				if has && dest.Version.AtLeast(from...) || kind.holdsAnyway(source, dest, pair.Table.Engine) {
					continue
				}
				f := checks.Finding{Rule: kind.Rule, Level: kind.level, Object: object, Actual: kind.words + ": " + partsText(index), Expected: wantedIndex(from),
					Args: checks.Args{"dest": dest.String()}}
				switch {
				case dest.IsOceanBase() && f.Level == checks.Fail:
					f.Level = checks.Warn
				case kind.Rule == spatialPrefixIndex.Rule && dest.IsMySQL() && dest.Version.AtLeast(9, 7):
					f.Level = checks.Fail // error 1089 for every type and prefix
				}
				if kind.Rule == ignoredIndex.Rule {
					f.SQL = []string{"ALTER TABLE " + checks.QuoteTable(p.Route.Source, pair.Source) + " ALTER INDEX " + checks.Quote(p.Route.Source, index.Name) + " NOT IGNORED"}
				}
				p.Report(f)
			}
		}
	}
	if parsed > 0 {
		p.Inform("The catalog does not show which parser a FULLTEXT index has (%d of them): %s refuses one with the parser ngram or mecab.", parsed, dest)
	}
	return unknown
}

// holdsAnyway tells whether the destination takes an index for a reason other than its version alone:
// MyISAM always had FULLTEXT and SPATIAL, and MySQL has not changed its prefixes within a major version.
func (k indexKind) holdsAnyway(source, dest datasource.Server, engine string) bool {
	switch k.Rule {
	case fulltextIndex.Rule, spatialIndex.Rule:
		return strings.EqualFold(engine, "MyISAM") && (dest.IsMySQL() || dest.IsMariaDB())
	case spatialPrefixIndex.Rule:
		return source.IsMySQL() && dest.IsMySQL() && source.Version.Major == dest.Version.Major
	}
	return false
}

func wantedIndex(from []int) string {
	if from == nil {
		return "a kind of index that the destination has"
	}
	return "version " + product.JoinVersion(from) + " of the destination or later"
}

// indexKinds gives what is special about an index. Where its type is not read, SPATIAL is told by the prefix of
// 32 bytes that the catalog shows for it.
func indexKinds(source datasource.Server, table *datasource.Table, index datasource.Index, types map[string]*datasource.ColumnType) []indexKind {
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
		case c.LOB() && part.Prefix == 0 && index.Unique:
			add(longUniqueIndex)
		}
		if part.Descending {
			add(descendingIndex)
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
