package naming

import (
	"context"
	"fmt"
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
		Source:  checks.Facts{datasource.FactCheckConstraints, datasource.FactColumns, datasource.FactForeignKeys, datasource.FactIndexes},
		Dest:    checks.Facts{datasource.FactServer},
		Mapping: true,
	},
	Run: runNameLength,
}

func runNameLength(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	server, err := p.Dest().Server(ctx)
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
	limits := limits.NamesOf(p.Route.Dest, server)
	for _, list := range []iter.Seq[identifier]{names, keys} {
		for n := range list {
			limit, known := limits[n.Kind]
			if length := limit.Length(n.name); known && length > limit.Most {
				p.Report(checks.Finding{Rule: "name_too_long", Level: checks.Fail, Object: n.Object,
					Actual: fmt.Sprint(length), Expected: limit.String(), Args: checks.Args{"kind": kindWords[n.Kind]}})
			}
		}
	}
	return nil
}

var kindWords = map[string]string{"SCHEMA": "database", "TABLE": "table", "VIEW": "view", "COLUMN": "column", "INDEX": "index", "CONSTRAINT": "constraint"}
