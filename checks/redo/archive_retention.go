package redo

import (
	"context"
	"slices"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// ArchiveRetention is ORACLE_ARCHIVE_RETENTION.
var ArchiveRetention = &checks.Check{
	Type:     "ORACLE_ARCHIVE_RETENTION",
	Page:     checks.ReadPage(pages, "archive_retention.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT", "ORACLE_ARCHIVELOG"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactArchivedLogs, datasource.FactOracleRedo}},
	Run:      runArchiveRetention,
}

// leastRetention is how long archived logs have to be kept, unless the task says otherwise:
// OceanBase Migration Service warns below it.
const leastRetention = 48 * time.Hour

func runArchiveRetention(ctx context.Context, p *checks.Pass) error {
	logs, err := datasource.FactArchivedLogs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	least := p.Settings.LogRetention
	if least == 0 {
		least = leastRetention
	}
	for _, t := range logs.Threads {
		f := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "THREAD", Name: t.Thread}, Expected: least.String()}
		switch kept := logs.Now.Sub(t.Oldest).Truncate(time.Minute); {
		case t.Available == 0:
			redo, err := datasource.FactOracleRedo.Of(ctx, p.Facts())
			if err != nil {
				return err
			}
			if slices.ContainsFunc(redo.Threads, func(r datasource.RedoThread) bool { return r.Thread == t.Thread && r.Enabled }) { // of an instance that is not gone
				f.Rule, f.Actual = "none_kept", "0 archived logs"
				p.Report(f)
			}
		case kept < least:
			f.Rule, f.Actual = "short", kept.String()
			p.Report(f)
		}
	}
	return nil
}
