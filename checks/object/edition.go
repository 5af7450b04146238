package object

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/access"
	"github.com/dbprecheck/precheck/checks/internal/report"
	"github.com/dbprecheck/precheck/datasource"
)

// Edition is ORACLE_EDITION.
var Edition = &checks.Check{
	Type:     "ORACLE_EDITION",
	Page:     checks.ReadPage(pages, "edition.md"),
	Level:    checks.Info,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Sources:  checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source:  checks.Facts{datasource.FactDictionaryViews, datasource.FactOtherEditions},
		Mapping: true,
	},
	Run: runEdition,
}

func runEdition(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	objects, err := datasource.FactOtherEditions.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	all, err := access.ReadsAll(ctx, p.Source(), "DBA_OBJECTS_AE")
	if err != nil {
		return err
	}
	if !all {
		p.Note("hidden_editions")
	}
	type group struct{ schema, kind, edition string }
	names := map[group][]string{}
	for _, o := range objects {
		if slices.ContainsFunc(mapping.Schemas, func(s checks.SchemaPair) bool { return s.Source == o.Schema }) {
			g := group{o.Schema, o.Type, o.Edition}
			names[g] = append(names[g], o.Name)
		}
	}
	for g, list := range names {
		slices.Sort(list)
		p.Report(checks.Finding{Rule: "other_edition", Level: checks.Info, Object: checks.SchemaObject(g.schema),
			Args: checks.Args{"kind": g.kind, "edition": g.edition, "count": len(list),
				"names": report.FirstNames(p.Lang, list, 20)}})
	}
	return nil
}
