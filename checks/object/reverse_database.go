package object

import (
	"context"
	"slices"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ReverseDatabase is MYSQL_REVERSE_DATABASE.
var ReverseDatabase = &checks.Check{
	Type:     "MYSQL_REVERSE_DATABASE",
	Page:     checks.ReadPage(pages, "reverse_database.md"),
	Level:    checks.Fail,
	Sides:    []checks.Side{checks.Source},
	Phases:   checks.Reverse,
	Sources:  checks.MySQLFamily,
	Dests:    checks.OBMySQLOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactSchemas, datasource.FactServer}},
	OMS:      []checks.OMSItem{{Name: "DB_REVERSE_LIMIT", Phases: checks.Reverse}},
	Run:      runReverseDatabase,
}

func runReverseDatabase(ctx context.Context, p *checks.Pass) error {
	server, err := datasource.FactServer.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	schemas, err := datasource.FactSchemas.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	want := func(database string, f checks.Finding) {
		if !slices.ContainsFunc(schemas, func(s datasource.Schema) bool {
			return server.NameCase.Fold(s.Name) == database
		}) {
			f.Object = checks.SchemaObject(database)
			f.SQL = []string{"CREATE DATABASE " + checks.Quote(p.Route.Source, database)}
			p.Report(f)
		}
	}
	want("omstxndb", checks.Finding{Rule: "no_transactions", Level: checks.Fail})
	want("test", checks.Finding{Rule: "no_position", Level: checks.Warn})
	return nil
}
