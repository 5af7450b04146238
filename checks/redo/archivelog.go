package redo

import (
	"context"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// Archivelog is ORACLE_ARCHIVELOG.
var Archivelog = &checks.Check{
	Type:     "ORACLE_ARCHIVELOG",
	Page:     checks.ReadPage(pages, "archivelog.md"),
	Level:    checks.Fail,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactArchivedLogs, datasource.FactOracleDatabase}},
	OMS:      []checks.OMSItem{{Name: "DB_INCR_LOG"}},
	Run:      runArchivelog,
}

func runArchivelog(ctx context.Context, p *checks.Pass) error {
	database, err := datasource.FactOracleDatabase.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	f := checks.Finding{Level: checks.Fail, Object: checks.Object{Kind: "DATABASE", Name: database.Name}}
	if database.LogMode != "ARCHIVELOG" {
		f.Rule, f.Actual, f.Expected = "off", database.LogMode, "ARCHIVELOG"
		p.Report(f)
		return nil
	}
	logs, err := datasource.FactArchivedLogs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if len(logs.Threads) == 0 {
		f.Rule, f.SQL = "none_archived", []string{"ALTER SYSTEM ARCHIVE LOG CURRENT"}
		f.On = checks.Place{Role: checks.Master, Root: database.InPDB()} // a standby archives what it receives
		p.Report(f)
	}
	return nil
}
