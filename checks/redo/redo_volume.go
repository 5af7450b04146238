package redo

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// RedoVolume is ORACLE_REDO_VOLUME.
var RedoVolume = &checks.Check{
	Type:     "ORACLE_REDO_VOLUME",
	Page:     checks.ReadPage(pages, "redo_volume.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Phases:   checks.Incremental | checks.Reverse,
	LogOf:    checks.OracleOnly,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactOracleRedo}},
	Run:      runRedoVolume,
}

// mostSwitches is how many logs a thread should fill in an hour: more make archiving, and reading
// what is archived, fall behind.
const mostSwitches = 20

func runRedoVolume(ctx context.Context, p *checks.Pass) error {
	redo, err := datasource.FactOracleRedo.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	for _, t := range redo.Threads {
		busiest, most, all := "", 0, 0
		for hour, n := range t.Switches {
			if all += n; n > most || n == most && hour < busiest {
				busiest, most = hour, n
			}
		}
		if most == 0 {
			p.Inform("Thread %s has not switched its log in the last seven days.", t.Thread)
			continue
		}
		p.Inform("Thread %s: %d logs in the last seven days, %d in its busiest hour (%s h), of %d MiB at the least.", t.Thread, all, most, busiest, t.Smallest>>20)
		if most > mostSwitches {
			p.Report(checks.Finding{Rule: "many_switches", Level: checks.Warn, Object: checks.Object{Kind: "THREAD", Name: t.Thread},
				Actual: fmt.Sprintf("%d switches in an hour", most), Expected: fmt.Sprintf("at most %d", mostSwitches), Args: checks.Args{"hour": busiest, "size": fmt.Sprint(t.Smallest >> 20)}})
		}
	}
	return nil
}
