package server

import (
	"context"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// RAC is ORACLE_RAC.
var RAC = &checks.Check{
	Type:     "ORACLE_RAC",
	Page:     checks.ReadPage(pages, "rac.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactArchivedLogs, datasource.FactOracleRedo}},
	Run:      runRAC,
}

func runRAC(ctx context.Context, p *checks.Pass) error {
	redo, err := datasource.FactOracleRedo.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	if len(redo.Instances) > 1 {
		var names []string
		for _, i := range redo.Instances {
			names = append(names,
				p.Term("instance", "name", i.Name, "host", i.Host, "thread", i.Thread, "status", i.Status))
		}
		slices.Sort(names)
		p.Note("instances", "count", len(names), "instances", strings.Join(names, ", "))
	}
	enabled := slices.DeleteFunc(slices.Clone(redo.Threads), func(t datasource.RedoThread) bool { return !t.Enabled })
	if len(enabled) < 2 {
		return nil
	}
	logs, err := datasource.FactArchivedLogs.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, t := range enabled {
		archived := func(a datasource.ArchivedThread) bool { return a.Thread == t.Thread }
		if !slices.ContainsFunc(logs.Threads, archived) {
			p.Report(checks.Finding{Rule: "thread_not_archived", Level: checks.Warn,
				Object: checks.Object{Kind: "THREAD", Name: t.Thread}})
		}
	}
	return nil
}
