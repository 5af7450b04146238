package redo

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
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

// defaultRetention is how long archived logs must be kept where the task does not say. OceanBase Migration Service
// warns below it.
const defaultRetention = 48 * time.Hour

func runArchiveRetention(ctx context.Context, p *checks.Pass) error {
	logs, err := datasource.FactArchivedLogs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	need := cmp.Or(p.Settings.LogRetention, defaultRetention)
	for _, t := range logs.Threads {
		f := checks.Finding{Level: checks.Warn, Object: checks.Object{Kind: "THREAD", Name: t.Thread},
			Expected: "≥ " + message.Duration(need), Args: checks.Args{"need": message.Duration(need)}}
		switch span := logs.Now.Sub(t.Oldest).Truncate(time.Minute); {
		case t.Available == 0:
			redo, err := datasource.FactOracleRedo.Of(ctx, p.Facts())
			if err != nil {
				return err
			}
			isEnabled := func(r datasource.RedoThread) bool { return r.Thread == t.Thread && r.Enabled }
			if slices.ContainsFunc(redo.Threads, isEnabled) { // otherwise its instance no longer exists
				f.Rule = "none_kept"
				p.Report(f)
			}
		case t.Oldest.IsZero(): // the newest log is gone
			f.Rule, f.Actual = "gap", message.Duration(0)
			f.Args["sequence"] = t.Missing
			p.Report(f)
		case span < need && t.Missing != "":
			f.Rule, f.Actual = "gap", message.Duration(span)
			f.Args["sequence"] = t.Missing
			p.Report(f)
		case span < need:
			f.Rule, f.Actual = "short", message.Duration(span)
			p.Report(f)
		}
	}
	return nil
}
