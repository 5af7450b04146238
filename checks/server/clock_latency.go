package server

import (
	"context"
	"fmt"
	"time"

	"github.com/dbprecheck/precheck/checks"
)

// ClockLatency is RDB_CLOCK_LATENCY.
var ClockLatency = &checks.Check{
	Type:     "RDB_CLOCK_LATENCY",
	Page:     checks.ReadPage(pages, "clock_latency.md"),
	Level:    checks.Warn,
	Sides:    checks.BothSides,
	Standby:  true,
	Phases:   checks.AllPhases,
	Requires: []string{"RDB_CONNECT"},
	OMS:      []checks.OMSItem{{Name: "DB_TIME_SYNC"}},
	Run:      runClockLatency,
}

const (
	mostRoundTrip   = 50 * time.Millisecond
	mostClockOffset = time.Minute
)

func runClockLatency(ctx context.Context, p *checks.Pass) error {
	l, err := p.Facts().Latency(ctx)
	if err != nil {
		return err
	}
	offset := l.ClockOffset.Round(time.Millisecond)
	p.Measure("A round trip takes %s; the clock is %s.", l.RoundTrip.Round(10*time.Microsecond), apart(offset))
	if l.RoundTrip > mostRoundTrip {
		p.Report(checks.Finding{Rule: "far", Level: checks.Warn, Object: checks.ServerObject,
			Actual: l.RoundTrip.Round(time.Millisecond).String(), Expected: "at most " + mostRoundTrip.String()})
	}
	if offset.Abs() > mostClockOffset {
		p.Report(checks.Finding{Rule: "clock", Level: checks.Warn, Object: checks.ServerObject,
			Actual: apart(offset.Round(time.Second)), Expected: "at most " + mostClockOffset.String() + " apart"})
	}
	return nil
}

func apart(offset time.Duration) string {
	if offset < 0 {
		return fmt.Sprintf("%s behind this machine's", -offset)
	}
	return fmt.Sprintf("%s ahead of this machine's", offset)
}
