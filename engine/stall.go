package engine

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message"
)

// pending records the reads of one database that the end of a run cut short.
type pending struct {
	mu      sync.Mutex
	running int
	cut     bool
}

func (p *pending) begin() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running++
}

// end ends a read; cut reports whether the run ended before it.
func (p *pending) end(cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running--
	p.cut = p.cut || cut
}

func (p *pending) wasCut() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cut || p.running > 0
}

// explainTimeout adds to the items that a run did not reach in time for what it was waiting.
func (r *run) explainTimeout(results []Result) {
	if !errors.Is(context.Cause(r.context), ErrTimeout) {
		return
	}
	reason := message.New("engine.run.timeout")
	var waiting []message.Text
	for _, side := range []checks.Side{checks.Source, checks.Dest} {
		if slices.ContainsFunc(r.databases, func(d *database) bool { return d.side == side && d.pending.wasCut() }) {
			waiting = append(waiting, endpointText(side))
		}
	}
	advice := message.New("engine.run.timeout_remedy")
	switch {
	case r.queued:
		reason = message.New("engine.run.timeout_queued")
	case len(waiting) > 0:
		reason = message.New("engine.run.timeout_reading", "endpoints", waiting)
		advice = message.New("engine.run.timeout_reading.remedy", "endpoints", waiting)
	}
	for i := range results {
		if res := &results[i]; errors.Is(res.Err, ErrTimeout) {
			res.Reason, res.Advice = reason.In(res.Lang), advice.In(res.Lang)
		}
	}
}
