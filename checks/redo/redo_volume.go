package redo

import (
	"context"
	"fmt"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
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

// maxSwitches is how many logs a thread may fill in an hour without a warning. With more, archiving and reading fall
// behind.
const maxSwitches = 20

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
			p.Note("no_switches", "thread", t.Thread)
			continue
		}
		size := message.Bytes(t.Smallest)
		p.Note("switches", "thread", t.Thread, "count", all, "most", most, "hour", busiest, "size", size)
		if most > maxSwitches {
			p.Report(checks.Finding{Rule: "many_switches", Level: checks.Warn,
				Object: checks.Object{Kind: "THREAD", Name: t.Thread},
				Actual: fmt.Sprintf("%d/h", most), Expected: fmt.Sprintf("≤ %d/h", maxSwitches),
				Args: checks.Args{"count": most, "hour": busiest, "size": size}})
		}
	}
	return nil
}
