package object

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/checks/oms"
	"github.com/dbprecheck/precheck/datasource"
)

// TableExist is RDB_TABLE_EXIST.
var TableExist = &checks.Check{
	Type:     "RDB_TABLE_EXIST",
	Page:     checks.ReadPage(pages, "table_exist.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Own:     checks.Facts{datasource.FactSchemas, datasource.FactServer, datasource.FactTables},
		Mapping: true,
	},
	OMS: []checks.OMSItem{{Name: "RDB_TABLE_EXIST"}},
	OMSCodes: map[string]oms.Code{
		"table_missing": oms.CodeTableMissing, "table_case": oms.CodeTableMissing,
		"table_missing_dest": oms.CodeTableMissing,
	},
	Run: runTableExist,
}

func runTableExist(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	empty := errors.Is(err, checks.ErrNothingMapped)
	switch {
	case err != nil && !empty:
		return err
	case p.Side == checks.Source:
		return sourceTablesExist(ctx, p, mapping, empty)
	case err != nil:
		return err
	case p.Route.Phases&checks.Schema != 0:
		p.Note("created")
		return nil
	}
	return destTablesExist(ctx, p, mapping)
}

func sourceTablesExist(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, empty bool) error {
	existing, err := datasource.FactTables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	missing := map[string]bool{}
	for _, s := range mapping.Schemas {
		if !s.Exists {
			missing[s.Source] = true
		}
	}
	if empty {
		p.Report(checks.Finding{Rule: "nothing_mapped", Level: checks.Fail})
	} else {
		views := len(mapping.Tables) - len(mapping.BaseTables())
		p.Note("matched", "count", len(mapping.Tables)-views, "others", views)
	}
	var similar map[string][]string
	if len(mapping.Missing) > 0 {
		similar = byLowerCase(existing)
	}
	for _, pair := range mapping.Missing {
		if missing[pair.Source.Schema] {
			continue
		}
		reportMissing(p, checks.Finding{Rule: "table_missing", Object: report.PairObject(pair, pair.Source)}, similar)
	}
	for _, pattern := range mapping.Unmatched {
		p.Report(checks.Finding{Rule: "pattern_unmatched", Level: checks.Warn,
			Object: checks.PatternObject(pattern)})
	}
	return inMissing(p, missing)
}

// inMissing fails if the task selects tables of schemas that do not exist, which RDB_SCHEMA_EXIST reports.
func inMissing(p *checks.Pass, schemas map[string]bool) error {
	if len(schemas) == 0 {
		return nil
	}
	return p.NotChecked("schema_missing", "count", len(schemas),
		"schemas", report.FirstNames(p.Lang, slices.Sorted(maps.Keys(schemas)), maxSchemas))
}

// maxSchemas is the number of schemas that a text names.
const maxSchemas = 5

func destTablesExist(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	existing, err := datasource.FactTables.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	schemas, err := datasource.FactSchemas.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	there := make(map[string]bool, len(schemas))
	for _, s := range schemas {
		there[server.NameCase.Fold(s.Name)] = true
	}
	missing := map[string]bool{}
	find := finder(existing, server.NameCase)
	similar := byLowerCase(existing)
	seen := map[datasource.TableName]bool{}
	for _, pair := range mapping.BaseTables() {
		if !there[server.NameCase.Fold(pair.Dest.Schema)] {
			missing[pair.Dest.Schema] = true
			continue
		}
		if !seen[pair.Dest] && find(pair.Dest) == nil {
			seen[pair.Dest] = true
			f := checks.Finding{Rule: "table_missing_dest", Object: report.PairObject(pair, pair.Dest)}
			reportMissing(p, f, similar)
		}
	}
	return inMissing(p, missing)
}

// reportMissing reports a table that does not exist, and the tables whose names differ from it only in case.
func reportMissing(p *checks.Pass, f checks.Finding, similar map[string][]string) {
	f.Level = checks.Fail
	if others := similar[strings.ToLower(f.Object.String())]; len(others) > 0 {
		f.Rule, f.Actual = "table_case", strings.Join(others, ", ")
	}
	p.Report(f)
}

// byLowerCase groups the names of tables that differ only in case.
func byLowerCase(tables datasource.Tables) map[string][]string {
	names := make(map[string][]string, len(tables))
	for _, t := range tables {
		key := strings.ToLower(t.String())
		names[key] = append(names[key], t.String())
	}
	return names
}

// finder returns a function that finds a table by its name, as a server with this case sensitivity compares names. It
// returns nil if there is no such table.
func finder(tables datasource.Tables, fold datasource.NameCase) func(datasource.TableName) *datasource.Table {
	if fold == datasource.CaseSensitive {
		return tables.Find
	}
	index := make(map[datasource.TableName]*datasource.Table, len(tables))
	for i := range tables {
		index[fold.FoldTable(tables[i].TableName)] = &tables[i]
	}
	return func(n datasource.TableName) *datasource.Table { return index[fold.FoldTable(n)] }
}
