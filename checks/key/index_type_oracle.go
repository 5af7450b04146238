package key

import (
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleIndexTypes checks the indexes of an Oracle-like source. Sources: Oracle Database SQL Language Reference,
// "CREATE INDEX"; OceanBase V4.3, "Compatibility with Oracle" (only B-tree indexes); OceanBase Migration Service,
// "CREATE INDEX" of the conversion from an Oracle database to an Oracle tenant, which supports indexes over
// expressions, omits BITMAP and refuses bitmap join indexes. For MySQL and MariaDB see the kinds of index.
func oracleIndexTypes(
	p *checks.Pass, mapping *checks.Mapping, indexes datasource.TableRows[datasource.Index], dest datasource.Server,
) error {
	known := dest.Flavor == datasource.FlavorOracle || dest.IsOceanBase() || dest.IsMariaDB() || dest.IsMySQL()
	for _, pair := range mapping.BaseTables() {
		for _, index := range indexes.Of(pair.Source) {
			object := checks.IndexObject(pair.Source, index.Name)
			for _, f := range judgeOracleIndex(p.Route, index, dest) {
				if !known {
					return p.NotChecked("unknown_kind", "dest", dest, "index", object, "kind", p.Term(f.Rule))
				}
				f.Object, f.Actual, f.Args = object, partsText(index), checks.Args{"dest": dest}
				if f.Rule == "reverse" && p.Route.Source == datasource.Oracle && !index.Partitioned { // ORA-14086
					alter := "ALTER INDEX " + quoteIndex(p.Route.Source, pair.Source, index)
					f.SQL = []string{alter + " REBUILD NOREVERSE"}
				}
				p.Report(f)
			}
		}
	}
	return nil
}

// judgeOracleIndex returns the rules and levels of the findings about an index of an Oracle-like source.
func judgeOracleIndex(route checks.Route, index datasource.Index, dest datasource.Server) []checks.Finding {
	// Whether OceanBase in Oracle mode accepts the keywords is not tested. Statements for MySQL do not contain them.
	ordinary := checks.Info
	if route.Dest == datasource.OceanBaseOracle {
		ordinary = checks.Warn
	}
	var found []checks.Finding
	switch {
	case strings.HasSuffix(index.Type, "DOMAIN"):
		return []checks.Finding{{Rule: "domain", Level: checks.Warn}}
	case route.Dest == datasource.Oracle: // supports all the others
		return nil
	case index.Type == datasource.BitmapJoin:
		return []checks.Finding{{Rule: "bitmap_join", Level: checks.Warn}}
	case strings.HasSuffix(index.Type, "BITMAP"):
		found = append(found, checks.Finding{Rule: "bitmap", Level: ordinary})
	case strings.HasSuffix(index.Type, "/REV"):
		found = append(found, checks.Finding{Rule: "reverse", Level: ordinary})
	}
	if overExpression(index) && route.Dest != datasource.OceanBaseOracle {
		f := checks.Finding{Rule: "functional_rewritten", Level: checks.Warn}
		if !hasIndexKind(functionalIndex, dest) {
			f.Rule = functionalIndex.Rule
		}
		found = append(found, f)
	}
	descending := slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return c.Descending })
	if descending && !hasIndexKind(descendingIndex, dest) {
		found = append(found, checks.Finding{Rule: descendingIndex.Rule, Level: checks.Info})
	}
	if index.Invisible && !hasIndexKind(invisibleIndex, dest) && route.Dest != datasource.OceanBaseOracle {
		found = append(found, checks.Finding{Rule: invisibleIndex.Rule, Level: checks.Info})
	}
	return found
}

// hasIndexKind reports whether a destination is known to support a kind of index.
func hasIndexKind(kind indexKind, dest datasource.Server) bool {
	flavor := dest.Flavor
	if dest.IsMySQL() {
		flavor = datasource.FlavorMySQL
	}
	from, has := kind.since[flavor]
	return has && dest.Version.AtLeast(from...)
}
