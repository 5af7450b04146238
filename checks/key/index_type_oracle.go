package key

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// oracleIndexTypes judges the indexes of an Oracle-like source. Sources: Oracle Database SQL Language
// Reference, "CREATE INDEX"; OceanBase V4.3, "Compatibility with Oracle" (B-tree indexes alone); OceanBase
// Migration Service, "CREATE INDEX" of the conversion from an Oracle database to an Oracle tenant, which has
// indexes over expressions, leaves BITMAP out and refuses what is over a join; MySQL and MariaDB as for indexKinds.
func oracleIndexTypes(p *checks.Pass, mapping *checks.Mapping, indexes datasource.ByTable[datasource.Index], dest datasource.Server) error {
	known := dest.Flavor == datasource.FlavorOracle || dest.IsOceanBase() || dest.IsMariaDB() || dest.IsMySQL()
	for _, pair := range mapping.BaseTables() {
		for _, index := range indexes.Of(pair.Source) {
			object := checks.IndexObject(pair.Source, index.Name)
			for _, f := range judgeOracleIndex(p.Route, index, dest) {
				if !known {
					return fmt.Errorf("it is not known whether %s has the index %s: %s", dest, object, f.Actual)
				}
				f.Object, f.Args = object, checks.Args{"dest": dest.String()}
				f.Actual, f.Expected = f.Actual+": "+partsText(index), cmp.Or(f.Expected, wantedIndex(nil))
				if f.Rule == "reverse" && p.Route.Source == datasource.Oracle {
					f.SQL = []string{"ALTER INDEX " + quoteIndex(p.Route.Source, pair.Source, index) + " REBUILD NOREVERSE"}
				}
				p.Report(f)
			}
		}
	}
	return nil
}

// judgeOracleIndex gives what is to be said of an index of an Oracle-like source.
func judgeOracleIndex(route checks.Route, index datasource.Index, dest datasource.Server) []checks.Finding {
	// What an Oracle-mode tenant makes of the words is not tried; no one writes them for MySQL.
	plain := checks.Info
	if route.Dest == datasource.OceanBaseOracle {
		plain = checks.Warn
	}
	var found []checks.Finding
	switch {
	case strings.HasSuffix(index.Type, "DOMAIN"):
		return []checks.Finding{indexFinding("domain", checks.Warn, "a domain index")}
	case route.Dest == datasource.Oracle: // which has all the others
		return nil
	case index.Type == datasource.BitmapJoin:
		return []checks.Finding{indexFinding("bitmap_join", checks.Warn, "a bitmap index over a join")}
	case strings.HasSuffix(index.Type, "BITMAP"):
		found = append(found, indexFinding("bitmap", plain, "a bitmap index"))
	case strings.HasSuffix(index.Type, "/REV"):
		found = append(found, indexFinding("reverse", plain, "REVERSE"))
	}
	if overExpression(index) && route.Dest != datasource.OceanBaseOracle {
		f := indexFinding("functional_rewritten", checks.Warn, "over an expression in Oracle's words")
		if f.Expected = "the same in the destination's words"; !hasIndexKind(functionalIndex, dest) {
			f.Rule, f.Expected = functionalIndex.Rule, "an index of a generated column"
		}
		found = append(found, f)
	}
	if slices.ContainsFunc(index.Columns, func(c datasource.IndexColumn) bool { return c.Descending }) && !hasIndexKind(descendingIndex, dest) {
		found = append(found, indexFinding(descendingIndex.Rule, checks.Info, descendingIndex.words))
	}
	if index.Invisible && !hasIndexKind(invisibleIndex, dest) && route.Dest != datasource.OceanBaseOracle {
		found = append(found, indexFinding(invisibleIndex.Rule, checks.Info, invisibleIndex.words))
	}
	return found
}

func indexFinding(rule string, level checks.Level, actual string) checks.Finding {
	return checks.Finding{Rule: rule, Level: level, Actual: actual}
}

// hasIndexKind tells whether a destination is known to have a kind of index.
func hasIndexKind(kind indexKind, dest datasource.Server) bool {
	flavor := dest.Flavor
	if dest.IsMySQL() {
		flavor = datasource.FlavorMySQL
	}
	from, has := kind.since[flavor]
	return has && dest.Version.AtLeast(from...)
}
