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
	Reads: checks.Reads{
		Own: checks.Facts{datasource.FactOracleDatabase, datasource.FactPDBLogging, datasource.FactServer},
	},
	OMS: []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run: runSupplementalLogMin,
}

func runSupplementalLogMin(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil || database.Supplemental.Minimal {
		return err
	}
	logging, err := supplementalLogging(ctx, p)
	switch {
	case err != nil:
		return err
	case logging.undoUnknown:
		return p.NotChecked("undo_mode", "container", logging.database.Container)
	case logging.ineffective:
		p.Report(logging.addMinimal("root_off"))
	case !logging.Minimal:
		p.Report(logging.addMinimal("off"))
	}
	return nil
}
