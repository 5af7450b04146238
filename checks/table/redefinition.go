package table

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Redefinition is ORACLE_REDEFINITION.
var Redefinition = &checks.Check{
	Type:     "ORACLE_REDEFINITION",
	Page:     checks.ReadPage(pages, "redefinition.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema | checks.Full | checks.Incremental,
	Sources:  checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactRedefinitions}, Mapping: true},
	Run:      runRedefinition,
}

func runRedefinition(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	redefinitions, err := datasource.FactRedefinitions.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	for _, r := range redefinitions {
		for _, pair := range mapping.BaseTables() {
			switch pair.Source {
			case r.Table:
				p.Report(checks.Finding{Rule: "redefined", Level: checks.Warn, Object: checks.TableObject(r.Table),
					Actual: r.Interim.String()})
			case r.Interim:
				p.Report(checks.Finding{Rule: "interim", Level: checks.Warn, Object: checks.TableObject(r.Interim),
					Actual: r.Table.String()})
			}
		}
	}
	return nil
}
