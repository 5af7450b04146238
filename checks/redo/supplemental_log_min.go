package redo

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
)

// SupplementalLogMin is ORACLE_SUPPLEMENTAL_LOG_MIN.
var SupplementalLogMin = &checks.Check{
	Type:     "ORACLE_SUPPLEMENTAL_LOG_MIN",
	Page:     checks.ReadPage(pages, "supplemental_log_min.md"),
	Level:    checks.Fail,
	On:       checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	ReadsLog: checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Run:      runSupplementalLogMin,
}

func runSupplementalLogMin(ctx context.Context, p *checks.Pass) error {
	database, err := p.Here().OracleDatabase(ctx)
	if err != nil {
		return err
	}
	if !database.Supplemental.Minimal {
		p.Report(checks.Finding{Rule: "off", Level: checks.Fail, Object: checks.Object{Kind: "DATABASE", Name: database.Name}, Actual: "NO", Want: "YES",
			SQL: []string{"ALTER DATABASE ADD SUPPLEMENTAL LOG DATA"}})
	}
	return nil
}
