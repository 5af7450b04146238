package object

import (
	"context"
	"errors"
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
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactServer, datasource.FactTables}, Mapping: true},
	OMS:      []checks.OMSItem{{Name: "RDB_TABLE_EXIST"}},
	OMSCodes: map[string]oms.Code{"table_missing": oms.CodeTableMissing, "table_case": oms.CodeTableMissing, "table_missing_dest": oms.CodeTableMissing},
	Run:      runTableExist,
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
		p.Inform("the phase SCHEMA creates what is not there yet")
		return nil
	}
	return destTablesExist(ctx, p, mapping)
}

func sourceTablesExist(ctx context.Context, p *checks.Pass, mapping *checks.Mapping, empty bool) error {
	there, err := p.Facts().Tables(ctx)
	if err != nil {
		return err
	}
	if empty {
		p.Report(checks.Finding{Rule: "nothing_mapped", Level: checks.Fail})
	} else {
		views := len(mapping.Tables) - len(mapping.BaseTables())
		p.Inform("%d tables and %d views or sequences match the task", len(mapping.Tables)-views, views)
	}
	var similar map[string][]string
	if len(mapping.Missing) > 0 {
		similar = byFold(there)
	}
	for _, pair := range mapping.Missing {
		reportMissing(p, checks.Finding{Rule: "table_missing", Object: report.PairObject(pair, pair.Source)}, similar)
	}
	for _, pattern := range mapping.Unmatched {
		p.Report(checks.Finding{Rule: "pattern_unmatched", Level: checks.Warn, Object: checks.Object{Kind: "PATTERN", Name: pattern}})
	}
	return nil
}

func destTablesExist(ctx context.Context, p *checks.Pass, mapping *checks.Mapping) error {
	there, err := p.Facts().Tables(ctx)
	if err != nil {
		return err
	}
	server, err := p.Facts().Server(ctx)
	if err != nil {
		return err
	}
	find := finder(there, server.NameCase)
	similar := byFold(there)
	seen := map[datasource.TableName]bool{}
	for _, pair := range mapping.BaseTables() {
		if !seen[pair.Dest] && find(pair.Dest) == nil {
			seen[pair.Dest] = true
			reportMissing(p, checks.Finding{Rule: "table_missing_dest", Object: report.PairObject(pair, pair.Dest)}, similar)
		}
	}
	return nil
}

// reportMissing reports a table that is not there, and what is there under its name in another case.
func reportMissing(p *checks.Pass, f checks.Finding, similar map[string][]string) {
	f.Level = checks.Fail
	if others := similar[strings.ToLower(f.Object.String())]; len(others) > 0 {
		f.Rule, f.Actual = "table_case", strings.Join(others, ", ")
	}
	p.Report(f)
}

// byFold groups the names of tables that differ in nothing but case.
func byFold(tables datasource.Tables) map[string][]string {
	names := make(map[string][]string, len(tables))
	for _, t := range tables {
		key := strings.ToLower(t.String())
		names[key] = append(names[key], t.String())
	}
	return names
}

// finder finds tables by their names as a server that compares names in the way fold does.
func finder(tables datasource.Tables, fold datasource.NameCase) func(datasource.TableName) *datasource.Table {
	if fold == datasource.CaseSensitive {
		return tables.Find
	}
	folded := func(n datasource.TableName) datasource.TableName {
		return datasource.TableName{Schema: fold.Fold(n.Schema), Name: fold.Fold(n.Name)}
	}
	index := make(map[datasource.TableName]*datasource.Table, len(tables))
	for i := range tables {
		index[folded(tables[i].TableName)] = &tables[i]
	}
	return func(n datasource.TableName) *datasource.Table { return index[folded(n)] }
}
