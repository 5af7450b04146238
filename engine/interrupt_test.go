package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine"
)

// stuck is a reader that signals its first read and then waits for its context, like a driver
// whose server does not respond.
type stuck struct {
	datasource.Snapshot
	asked  chan<- struct{}
	closed *bool // whether it was closed while a fact was being read
	busy   chan struct{}
}

func (s stuck) Read(ctx context.Context, _ datasource.AnyFact) (any, error) {
	s.busy <- struct{}{}
	defer func() { <-s.busy }()
	close(s.asked)
	<-ctx.Done()
	time.Sleep(10 * time.Millisecond) // ending a statement takes a moment
	return nil, context.Cause(ctx)
}

func (s stuck) Close() error {
	*s.closed = len(s.busy) > 0
	return nil
}

// Items that have not started when a run is interrupted are unknown, not blocked, and no reader is
// closed while it still cancels its statements.
func TestInterruptionLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked, early := make(chan struct{}), false
	open := func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		if e.Host == "b" {
			return shop(), nil
		}
		return stuck{shop(), asked, &early, make(chan struct{}, 1)}, nil
	}
	e, err := engine.New(engine.WithChecks(check("TEST_PENDING", wrongTables("a"))), engine.WithOnly("TEST_PENDING"),
		engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		<-asked
		cancel()
	}()
	r, err := e.Run(ctx, task())
	if err != nil {
		t.Fatal(err)
	}
	if early {
		t.Error("the reader was closed while it was reading")
	}
	for _, i := range []int{0, 2} {
		if res := r.Results[i]; res.Outcome != engine.Unknown || !errors.Is(res.Err, engine.ErrInterrupted) ||
			res.Message(20) != "Not checked: interrupted." {
			t.Errorf("%s: %s, %v, %q", res.Item.Name(), res.Outcome, res.Err, res.Message(20))
		}
	}
	if !r.Interrupted {
		t.Error("the report does not say that the run was interrupted")
	}
}

// A skip does not accept that the connection failed: the next run may find something else.
func TestSkipDoesNotAcceptALostConnection(t *testing.T) {
	t.Parallel()
	lost := &datasource.Error{Class: datasource.ErrLost, Cause: message.Verbatim("connection lost")}
	half := check("TEST_HALF", func(ctx context.Context, p *checks.Pass) error {
		_ = wrongTables("a")(ctx, p)
		return lost
	})
	task := task()
	task.Skip = []engine.Skip{{Type: "TEST_HALF", Reason: "known"}}
	r := run(t, task, []*checks.Check{half})
	res := last(r)
	if res.Outcome != engine.Unknown || res.Reason != "connection lost" || res.Findings[0].Skipped != "known" ||
		res.Removable != nil {
		t.Errorf("%s, %q, %+v", res.Outcome, res.Reason, res.Findings)
	}
}

// A skipped failure makes the precheck SKIPPED, even if a warning remains.
func TestSkippedFailureBesideAWarning(t *testing.T) {
	t.Parallel()
	both := check("TEST_BOTH", func(ctx context.Context, p *checks.Pass) error {
		p.Report(checks.Finding{Rule: "wrong", Level: checks.Warn, Object: checks.VariableObject("x")})
		return wrongTables("a")(ctx, p)
	})
	task := task()
	task.Skip = []engine.Skip{{Type: "TEST_BOTH", Objects: []string{"shop.a"}, Reason: "known"}}
	r := run(t, task, []*checks.Check{both})
	if res := last(r); res.Outcome != engine.Warned || r.Status(false) != engine.StatusSkipped ||
		res.Record(message.English, 20).Removable {
		t.Errorf("%s, %s, removable %v", res.Outcome, r.Status(false), res.Record(message.English, 20).Removable)
	}
}
