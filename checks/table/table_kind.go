package table

import (
	"context"
	"regexp"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// TableKind is ORACLE_TABLE_KIND.
var TableKind = &checks.Check{
	Type:     "ORACLE_TABLE_KIND",
	Page:     checks.ReadPage(pages, "table_kind.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Sources:  checks.OracleFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactOracleTables}, Mapping: true},
	OMS:      []checks.OMSItem{{Name: "DB_TABLE_TYPE"}},
	Run:      runTableKind,
}

func runTableKind(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	kinds, err := datasource.FactOracleTables.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, pair := range mapping.Tables {
		for _, t := range kinds.Of(pair.Source) {
			for _, f := range judgeKind(p.Route, t) {
				f.Object = checks.TableObject(pair.Source)
				p.Report(f)
			}
		}
		if text := leftOver(pair.Source.Name); text != "" && p.Route.Source == datasource.Oracle {
			p.Report(checks.Finding{Rule: "left_over", Level: checks.Warn, Object: checks.TableObject(pair.Source),
				Actual: p.Term(text)})
		}
	}
	return nil
}

// leftOvers match the tables that tools of Oracle create and should drop again, by the term that names them. Sources:
// Oracle Support note 1606356.1 (CMP3$, CMP4$); Oracle Spatial Developer's Guide (MDRT_, MDXT_); Oracle Database
// Utilities, "Master Table" (the default names of Data Pump jobs).
var leftOvers = []struct {
	term string
	name *regexp.Regexp
}{
	{"compression_advisor", regexp.MustCompile(`^CMP[34]\$\d+$`)},
	{"spatial_index", regexp.MustCompile(`^MD[RX]T_[0-9A-F]+\$$`)},
	{"data_pump", regexp.MustCompile(`^SYS_(EXPORT|IMPORT)_(FULL|SCHEMA|TABLE|TABLESPACE|TRANSPORTABLE)_\d+$`)},
}

// leftOver returns the term for a table that looks as if a tool had left it; it is empty for others.
func leftOver(name string) string {
	for _, l := range leftOvers {
		if l.name.MatchString(name) {
			return l.term
		}
	}
	return ""
}

// judgeKind returns the findings of a table that is not a regular heap table.
func judgeKind(route checks.Route, t datasource.OracleTable) []checks.Finding {
	log, objects := checks.Info, checks.Warn
	if route.Phases&checks.Incremental != 0 {
		if log = checks.Warn; slices.Contains(checks.OceanBase, route.Dest) {
			log = checks.Fail
		}
	}
	if route.Dest.Dialect() == datasource.MySQLDialect {
		objects = checks.Fail
	}
	var found []checks.Finding
	if t.Temporary {
		found = append(found, checks.Finding{Rule: "temporary", Level: checks.Warn, Actual: "GLOBAL TEMPORARY"})
	}
	if t.External || t.Hybrid {
		found = append(found, checks.Finding{Rule: "external", Level: checks.Warn, Actual: externalClause(t)})
	}
	if t.IOT {
		found = append(found, checks.Finding{Rule: "index_organized", Level: log, Actual: "ORGANIZATION INDEX"})
	}
	if t.Cluster != "" {
		found = append(found, checks.Finding{Rule: "clustered", Level: checks.Info, Actual: "CLUSTER " + t.Cluster})
	}
	if t.Type != "" {
		found = append(found, checks.Finding{Rule: "object_table", Level: objects, Actual: "OF " + t.Type})
	}
	if t.Nested {
		found = append(found, checks.Finding{Rule: "nested", Level: objects, Actual: "NESTED TABLE"})
	}
	if t.Queue {
		found = append(found, checks.Finding{Rule: "queue", Level: checks.Warn})
	}
	return found
}

// externalClause returns the clause of SQL that makes a table external.
func externalClause(t datasource.OracleTable) string {
	if t.Hybrid {
		return "EXTERNAL PARTITION ATTRIBUTES"
	}
	return "ORGANIZATION EXTERNAL"
}
