package naming

import (
	"context"
	"iter"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/internal/compat/limits"
	"github.com/dbprecheck/precheck/datasource"
)

// NameLength is RDB_NAME_LENGTH.
var NameLength = &checks.Check{
	Type:     "RDB_NAME_LENGTH",
	Page:     checks.ReadPage(pages, "name_length.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Dest},
	Phases:   checks.Schema,
	Requires: []string{"RDB_CONNECT"},
	Reads: checks.Reads{
		Source: checks.Facts{
			datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactForeignKeys,
			datasource.FactIndexes,
		},
		Dest:    checks.Facts{datasource.FactNLS, datasource.FactServer, datasource.FactVariables},
		Mapping: true,
	},
	Run: runNameLength,
}

func runNameLength(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := datasource.FactServer.Of(ctx, p.Dest())
	if err != nil {
		return err
	}
	names, err := schemaNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	keys, err := keyNames(ctx, p, mapping)
	if err != nil {
		return err
	}
	var compatible string
	var nls datasource.NLS
	var compatibleUnknown error
	if p.Route.Dest == datasource.Oracle {
		if nls, err = datasource.FactNLS.Of(ctx, p.Dest()); err != nil {
			return err
		}
		var parameters datasource.Variables
		parameters, compatibleUnknown = datasource.FactVariables.Of(ctx, p.Dest())
		if compatibleUnknown != nil && !datasource.NotShown(compatibleUnknown) {
			return compatibleUnknown
		}
		compatible = parameters["compatible"]
	}
	limits := limits.NamesOf(p.Route.Dest, server, compatible, nls["NLS_CHARACTERSET"])
	undecided := false
	for _, list := range []iter.Seq[identifier]{names, keys} {
		for n := range list {
			limit, known := limits[n.Kind]
			length := limit.Length(n.name)
			if !known || length <= limit.Most {
				undecided = undecided || compatibleUnknown != nil && limit.NeedsCompatible(length)
				continue
			}
			unit := "characters"
			if limit.Bytes {
				unit = "bytes"
			}
			p.Report(checks.Finding{Rule: "name_too_long", Level: checks.Fail, Object: n.Object,
				Args: checks.Args{
					"kind": p.Term(kindTerms[n.Kind]), "length": length, "limit": limit.Most, "unit": p.Term(unit),
				}})
		}
	}
	if undecided {
		return compatibleUnknown
	}
	return nil
}

// kindTerms maps the kinds of objects to the keys of their terms in the pages.
var kindTerms = map[string]string{
	"SCHEMA": "database", "TABLE": "table", "VIEW": "view",
	"COLUMN": "column", "INDEX": "index", "CONSTRAINT": "constraint",
}
