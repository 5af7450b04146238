package oracle

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
)

// ForceLogging is ORACLE_FORCE_LOGGING.
var ForceLogging = &checks.Check{
	Type:     "ORACLE_FORCE_LOGGING",
	Page:     checks.ReadPage(pages, "force_logging.md"),
	Level:    checks.Warn,
	On:       bothSides,
	Phases:   checks.Incremental | checks.Reverse,
	ReadsLog: checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Run:      runForceLogging,
}

func runForceLogging(ctx context.Context, p *checks.Pass) error {
	database, err := p.Here().OracleDatabase(ctx)
	if err != nil {
		return err
	}
	if database.ForceLogging != "YES" {
		p.Report(checks.Finding{Rule: "off", Level: checks.Warn, Object: checks.Object{Kind: "DATABASE", Name: database.Name},
			Actual: database.ForceLogging, Want: "YES", SQL: []string{"ALTER DATABASE FORCE LOGGING"}})
	}
	return nil
}
