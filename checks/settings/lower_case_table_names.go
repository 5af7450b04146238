package settings

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// LowerCaseTableNames is MYSQL_LOWER_CASE_TABLE_NAMES.
var LowerCaseTableNames = &checks.Check{
	Type:     "MYSQL_LOWER_CASE_TABLE_NAMES",
	Page:     checks.ReadPage(pages, "lower_case_table_names.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.AllPhases,
	Sources:  checks.MySQLModeOrOracle,
	Dests:    checks.MySQLMode,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactServer},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	OMS: []checks.OMSItem{
		{Name: "DB_LOWER_CASE_TABLE_NAMES"},
		{Name: "DB_CASE_SENSITIVE", Rules: []string{"schemas_collide"}},
	},
	Run: runLowerCaseTableNames,
}

func runLowerCaseTableNames(ctx context.Context, p *checks.Pass) error {
	source, err := datasource.FactServer.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	dest, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	// Oracle distinguishes letter case only in quoted names; it stores others in upper case.
	oracle := p.Route.Source.Dialect() == datasource.OracleDialect
	object := checks.VariableObject("lower_case_table_names")
	if oracle && dest.NameCase == datasource.CaseSensitive {
		p.Report(checks.Finding{Rule: "unquoted_names", Level: checks.Info, Object: object, Actual: setting(dest)})
	}
	if source.NameCase == dest.NameCase {
		return nil
	}
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	f := checks.Finding{Level: checks.Warn, Object: object, Actual: setting(dest), Expected: setting(source)}
	upper := slices.ContainsFunc(mapping.Tables, func(t checks.TablePair) bool {
		return t.Source.String() != strings.ToLower(t.Source.String())
	})
	switch {
	case oracle:
	case dest.NameCase == datasource.CaseSensitive:
		f.Rule = "case_counts"
		p.Report(f)
	case dest.NameCase == datasource.CaseLower && upper:
		f.Rule = "lowered"
		p.Report(f)
	default:
		p.Note("no_effect", "source", setting(source), "destination", setting(dest))
	}
	if source.NameCase == datasource.CaseSensitive {
		reportCollisions(p, mapping, dest)
	}
	return nil
}

// setting returns the value of lower_case_table_names.
func setting(s datasource.Server) string { return strconv.Itoa(int(s.NameCase)) }

// reportCollisions reports names of the source that differ only in letter case and become one on the destination.
func reportCollisions(p *checks.Pass, mapping *checks.Mapping, dest datasource.Server) {
	report := func(f checks.Finding, names []string) {
		f.Level, f.Actual = checks.Fail, strings.Join(names, ", ")
		p.Report(f)
	}
	schemas := map[string][]string{} // names of the source by the folded name of the destination
	for _, s := range mapping.Schemas {
		if !s.Exists {
			continue
		}
		into := dest.NameCase.Fold(s.Dest)
		schemas[into] = addIfCaseDiffers(schemas[into], s.Source)
		if len(schemas[into]) == 2 {
			report(checks.Finding{Rule: "schemas_collide", Object: checks.SchemaObject(s.Dest)}, schemas[into])
		}
	}
	reported := map[datasource.TableName]bool{}
	for _, t := range mapping.Tables {
		var names []string
		pairs := mapping.FromDest(t.Dest)
		for _, other := range pairs {
			names = addIfCaseDiffers(names, other.Source.String())
		}
		if len(names) > 1 && !reported[pairs[0].Dest] {
			reported[pairs[0].Dest] = true
			report(checks.Finding{Rule: "tables_collide", Object: checks.TableObject(t.Dest)}, names)
		}
	}
}

// addIfCaseDiffers adds a name that differs from names only in letter case. The task merges others on purpose.
func addIfCaseDiffers(names []string, name string) []string {
	if len(names) > 0 && (!strings.EqualFold(names[0], name) || slices.Contains(names, name)) {
		return names
	}
	return append(names, name)
}
