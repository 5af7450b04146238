package object

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// InvalidObject is ORACLE_INVALID_OBJECT.
var InvalidObject = &checks.Check{
	Type:     "ORACLE_INVALID_OBJECT",
	Page:     checks.ReadPage(pages, "invalid_object.md"),
	Level:    checks.Warn,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Schema,
	Sources:  checks.OracleFamily,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Source: checks.Facts{datasource.FactOracleObjects}, Mapping: true},
	Run:      runInvalidObject,
}

// compileClauses maps the types of object that ALTER … COMPILE may make valid to the end of that statement.
var compileClauses = map[string]string{
	"VIEW": " COMPILE", "MATERIALIZED VIEW": " COMPILE", "PROCEDURE": " COMPILE", "FUNCTION": " COMPILE",
	"PACKAGE": " COMPILE", "PACKAGE BODY": " COMPILE BODY", "TRIGGER": " COMPILE",
	"TYPE": " COMPILE", "TYPE BODY": " COMPILE BODY", "SYNONYM": " COMPILE",
}

// oceanBaseCompileClauses are those of OceanBase in Oracle mode (OceanBase V4.3, "DDL operations on PL stored units",
// "ALTER PACKAGE").
var oceanBaseCompileClauses = map[string]string{
	"PROCEDURE": " COMPILE", "FUNCTION": " COMPILE", "PACKAGE": " COMPILE", "PACKAGE BODY": " COMPILE",
	"TRIGGER": " COMPILE", "TYPE": " COMPILE",
}

func runInvalidObject(ctx context.Context, p *checks.Pass) error {
	mapping, err := p.Mapping(ctx)
	if err != nil {
		return err
	}
	objects, err := datasource.FactOracleObjects.Of(ctx, p.Source())
	if err != nil {
		return err
	}
	clauses := compileClauses
	if p.Route.Source == datasource.OceanBaseOracle {
		clauses = oceanBaseCompileClauses
	}
	for _, o := range objects {
		if o.Valid {
			continue
		}
		f := checks.Finding{Rule: "invalid", Level: checks.Info,
			Object: checks.Object{Kind: o.Type, Schema: o.Schema, Name: o.Name},
			Actual: "INVALID", Expected: "VALID", Args: checks.Args{"type": o.Type}}
		if o.Type == "MATERIALIZED VIEW" { // invalid after each change of its tables, until it is refreshed
			f.Rule = "stale"
		}
		if slices.Contains([]string{"TABLE", "VIEW"}, o.Type) && len(mapping.FromSource(o.TableName)) > 0 {
			f.Rule, f.Level = "invalid_migrated", checks.Warn
			f.Object = checks.Object{Kind: o.Type, Schema: o.Schema, Table: o.Name}
		}
		if clause, ok := clauses[o.Type]; ok {
			alter := "ALTER " + strings.TrimSuffix(o.Type, " BODY") + " "
			f.SQL = []string{alter + checks.QuoteTable(datasource.Oracle, o.TableName) + clause}
		}
		p.Report(f)
	}
	return nil
}
