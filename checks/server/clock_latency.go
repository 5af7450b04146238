package server

import (
	"context"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// ClockLatency is RDB_CLOCK_LATENCY.
var ClockLatency = &checks.Check{
	Type:     "RDB_CLOCK_LATENCY",
	Page:     checks.ReadPage(pages, "clock_latency.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Standby:  true,
	Live:     true,
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	Reads:    checks.Reads{Own: checks.Facts{datasource.FactLatency}},
	OMS:      []checks.OMSItem{{Name: "DB_TIME_SYNC"}},
	Run:      runClockLatency,
}

const (
	maxRoundTrip   = 50 * time.Millisecond
	maxClockOffset = time.Minute
)

func runClockLatency(ctx context.Context, p *checks.Pass) error {
	l, err := datasource.FactLatency.Of(ctx, p.Facts())
	if err != nil {
		return err
	}
	offset := l.ClockOffset.Round(time.Millisecond)
	direction := p.Term("ahead")
	if offset < 0 {
		direction = p.Term("behind")
	}
	p.NoteVolatile("measured", "round_trip", message.Duration(l.RoundTrip.Round(10*time.Microsecond)),
		"offset", message.Duration(offset.Abs()), "direction", direction)
	if l.RoundTrip > maxRoundTrip {
		p.Report(checks.Finding{Rule: "far", Level: checks.Warn, Object: checks.ServerObject,
			Actual:   message.Duration(l.RoundTrip.Round(time.Millisecond)),
			Expected: "≤ " + message.Duration(maxRoundTrip)})
	}
	if offset.Abs() > maxClockOffset {
		p.Report(checks.Finding{Rule: "clock", Level: checks.Warn, Object: checks.ServerObject,
			Actual:   message.Duration(offset.Abs().Round(time.Second)),
			Expected: "≤ " + message.Duration(maxClockOffset),
			Args:     checks.Args{"direction": direction}})
	}
	return nil
}
