package object

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// DuplicateMapping is RDB_DUPLICATE_MAPPING.
var DuplicateMapping = &checks.Check{
	Type:     "RDB_DUPLICATE_MAPPING",
	Page:     checks.ReadPage(pages, "duplicate_mapping.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Mapping: true},
	OMS: []checks.OMSItem{
		{Name: "DB_TABLE_NAME_UNIQUE"},
		{Name: "DB_CASE_SENSITIVE", Rules: []string{"one_name_by_case"}},
	},
	Run: runDuplicateMapping,
}

func runDuplicateMapping(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	reported := map[datasource.TableName]bool{}
	for _, pair := range mapping.Tables {
		together := mapping.FromDest(pair.Dest)
		if len(together) == 1 || reported[together[0].Dest] {
			continue
		}
		reported[together[0].Dest] = true
		var sources []string
		rows, onlyCase := true, true
		for _, other := range together {
			sources = append(sources, other.Source.String())
			rows = rows && other.Table.HoldsRows()
			onlyCase = onlyCase && strings.EqualFold(other.Source.String(), together[0].Source.String())
		}
		slices.Sort(sources)
		f := checks.Finding{Rule: "one_name", Level: checks.Fail,
			Object: report.PairObject(together[0], together[0].Dest), Actual: strings.Join(sources, ", ")}
		switch {
		case onlyCase:
			f.Rule = "one_name_by_case"
		case rows && p.Route.Phases&checks.Schema == 0:
			f.Rule, f.Level = "merged", checks.Warn
		}
		p.Report(f)
	}
	return nil
}
