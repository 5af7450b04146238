package redo

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ForceLogging is ORACLE_FORCE_LOGGING.
var ForceLogging = &checks.Check{
	Type:     "ORACLE_FORCE_LOGGING",
	Page:     checks.ReadPage(pages, "force_logging.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactContainerLogging, datasource.FactOracleDatabase}},
	Run:      runForceLogging,
}

func runForceLogging(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil || database.ForceLogging == "YES" {
		return err
	}
	finding := checks.Finding{Rule: "off", Level: checks.Warn,
		Object: checks.Object{Kind: "DATABASE", Name: database.Name}, Actual: database.ForceLogging, Expected: "YES",
		On:  checks.Place{Root: database.InPDB()},
		SQL: []string{"ALTER DATABASE FORCE LOGGING"}}
	if database.InPDB() {
		container, err := datasource.FactContainerLogging.Of(ctx, p.Facts())
		switch {
		case err != nil:
			p.Report(finding) // it is true of the database, and may not matter
			return err
		case container.ForceLogging:
			return nil
		case container.ForceNoLogging:
			finding.Rule, finding.Object.Name = "never", database.Container
			finding.Actual, finding.Expected = "FORCE NOLOGGING", "FORCE LOGGING"
		}
	}
	p.Report(finding)
	return nil
}
