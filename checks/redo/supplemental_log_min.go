package redo

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// SupplementalLogMin is ORACLE_SUPPLEMENTAL_LOG_MIN.
var SupplementalLogMin = &checks.Check{
	Type:     "ORACLE_SUPPLEMENTAL_LOG_MIN",
	Page:     checks.ReadPage(pages, "supplemental_log_min.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactOracleDatabase}},
	OMS:      []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run:      runSupplementalLogMin,
}

func runSupplementalLogMin(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if !database.Supplemental.Minimal {
		p.Report(checks.Finding{Rule: "off", Level: checks.Fail,
			Object: checks.Object{Kind: "DATABASE", Name: database.Name}, Actual: "NO", Expected: "YES",
			On:  checks.Place{Root: database.InPDB()},
			SQL: []string{"ALTER DATABASE ADD SUPPLEMENTAL LOG DATA"}})
	}
	return nil
}
