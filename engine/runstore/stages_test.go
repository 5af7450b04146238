package runstore_test

import (
	"bytes"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// apart is a run of which agents of the zones east and west capture a side each.
func apart() runstore.Submission {
	sub := submission("apart")
	sub.Stages = []runstore.Stage{{Side: checks.Source, Zone: "east", Databases: sub.Databases[:1]},
		{Side: checks.Dest, Zone: "west", Databases: sub.Databases[1:]}, {}}
	return sub
}

func worker(id string, zones ...runstore.Zones) runstore.Worker {
	return runstore.Worker{ID: id, Remote: true, Lease: runstore.MinLease, Zones: zones}
}

func claimBy(t *testing.T, s runstore.Store, w runstore.Worker) runstore.Claim {
	t.Helper()
	c, err := s.Claim(t.Context(), w)
	must(t, err)
	return c
}

func wantNothing(t *testing.T, s runstore.Store, w runstore.Worker) {
	t.Helper()
	if c, err := s.Claim(t.Context(), w); !errors.Is(err, runstore.ErrNothing) {
		t.Errorf("%s got %+v, %v", w.ID, c.Run, err)
	}
}

func wantError(t *testing.T, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: %v, want %v", what, err, want)
	}
}

// capture stores a snapshot of that many parts for a claim, and ends its stage.
func capture(t *testing.T, s runstore.Store, c runstore.Claim, agent string, parts int) {
	t.Helper()
	for n := range parts {
		must(t, s.PutPart(t.Context(), c, n, []byte{byte(n + 1)}))
	}
	must(t, s.Advance(t.Context(), c, runstore.Captured{Agent: agent, Parts: parts}))
}

var (
	inEast = worker("agent/east/1", "east", runstore.CaptureIn("east"))
	inWest = worker("agent/west/1", "west", runstore.CaptureIn("west"))
	final  = worker("server", "", runstore.FromCaptures)
)

// A run with stages is claimed stage by stage, each by a worker of its zone, with the connections of its databases
// only. What was captured is there until the run has ended.
func TestStages(t *testing.T) { everywhere(t, testStages) }

func testStages(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	id := submit(t, s, apart()).ID
	after := apart()
	after.Stages = nil
	submit(t, s, after)
	for _, w := range []runstore.Worker{inWest, worker("older", "east", "east,west"),
		worker("x", runstore.FromCaptures)} {
		wantNothing(t, s, w)
	}
	c := claimBy(t, s, inEast)
	if diff := cmp.Diff(apart().Stages[0].Databases, c.Databases); c.Run.ID != id || diff != "" ||
		c.Run.Now().Side != checks.Source {
		t.Errorf("%+v (-want +got):\n%s", c.Run, diff)
	}
	part := bytes.Repeat([]byte{1}, runstore.PartSize)
	must(t, s.PutPart(t.Context(), c, 0, part))
	must(t, s.PutPart(t.Context(), c, 0, part)) // again
	wantError(t, "a missing part", s.Advance(t.Context(), c, runstore.Captured{Parts: 2}), runstore.ErrInvalid)
	wantError(t, "no part", s.Advance(t.Context(), c, runstore.Captured{}), runstore.ErrInvalid)
	must(t, s.Put(t.Context(), c, finished(0, engine.Passed), finished(1, engine.Passed)))
	_, err := s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFinished})
	wantError(t, "the end of a run before its last stage", err, runstore.ErrInvalid)
	for n, bad := range map[int][]byte{-1: {1}, runstore.MaxParts: {1}, 1: nil, 2: append(part, 1)} {
		wantError(t, "a bad part", s.PutPart(t.Context(), c, n, bad), runstore.ErrInvalid)
	}
	must(t, s.Advance(t.Context(), c, runstore.Captured{Agent: "east", Parts: 1}))
	wantError(t, "a part after the end", s.PutPart(t.Context(), c, 0, part), runstore.ErrLost)
	wantError(t, "a second end", s.Advance(t.Context(), c, runstore.Captured{Parts: 1}), runstore.ErrLost)
	stats, err := s.Stats(t.Context())
	must(t, err)
	if len(stats.Connections) > 0 {
		t.Errorf("connections between two stages: %v", stats.Connections)
	}
	wantNothing(t, s, inEast)
	if r, err := s.Reap(t.Context()); err != nil || len(r) > 0 {
		t.Errorf("reaped %+v, %v", r, err)
	}
	capture(t, s, claimBy(t, s, inWest), "west", 3)
	c = claimBy(t, s, final) // before the run that was submitted after it
	if c.Run.ID != id || len(c.Databases) > 0 || c.Run.Now().Side != "" {
		t.Errorf("%+v", c)
	}
	wantError(t, "a part of what is not captured", s.PutPart(t.Context(), c, 0, part), runstore.ErrInvalid)
	wantError(t, "the end of the last stage", s.Advance(t.Context(), c, runstore.Captured{Parts: 1}),
		runstore.ErrInvalid)
	if got := []string{c.Run.Stages[0].Agent, c.Run.Stages[1].Agent}; c.Run.Stages[1].Parts != 3 ||
		cmp.Diff([]string{"east", "west"}, got) != "" {
		t.Errorf("%+v", c.Run.Stages)
	}
	stored, err := s.Part(t.Context(), c.Run, 0, 0)
	must(t, err)
	last, err := s.Part(t.Context(), c.Run, 1, 2)
	must(t, err)
	if !bytes.Equal(stored, part) || !bytes.Equal(last, []byte{3}) {
		t.Errorf("%d bytes, %v", len(stored), last)
	}
	_, err = s.Part(t.Context(), c.Run, 1, 3)
	wantError(t, "no part", err, runstore.ErrNotFound)
	finish(t, s, c)
	wantSwept(t, s, c.Run)
	// Again, from the first stage.
	_, err = s.Retry(t.Context(), id, runstore.Retry{})
	must(t, err)
	wantNothing(t, s, inWest)
	if c = claimBy(t, s, inEast); c.Run.ID != id || c.Run.Stage != 0 || c.Run.Stages[0].Epoch != 0 {
		t.Errorf("%+v", c.Run)
	}
}

// wantSwept fails if a part of a snapshot of the run is left.
func wantSwept(t *testing.T, s runstore.Store, r runstore.Run) {
	t.Helper()
	_, err := s.Reap(t.Context())
	must(t, err)
	for stage := range r.Stages {
		_, err := s.Part(t.Context(), r, stage, 0)
		wantError(t, "a part after the end", err, runstore.ErrNotFound)
	}
}

// What a worker has stored that lost its claim is not a part of what the next one captures, and is deleted.
func TestStageLost(t *testing.T) { everywhere(t, testStageLost) }

func testStageLost(t *testing.T, at place) {
	var sweeps atomic.Int64 // transactions
	s := at.open(t, runstore.Options{Observe: func(method string, _ time.Duration, err error) {
		if method == "Sweep" && err == nil {
			sweeps.Add(1)
		}
	}})
	submit(t, s, apart())
	lost := claimBy(t, s, inEast)
	for n := range 40 { // more than one transaction deletes
		must(t, s.PutPart(t.Context(), lost, n, []byte("old")))
	}
	must(t, s.Release(t.Context(), lost))
	c := claimBy(t, s, inEast)
	wantError(t, "a stale part", s.PutPart(t.Context(), lost, 0, []byte("old")), runstore.ErrLost)
	wantError(t, "a stale end", s.Advance(t.Context(), lost, runstore.Captured{Parts: 40}), runstore.ErrLost)
	wantError(t, "parts of another claim", s.Advance(t.Context(), c, runstore.Captured{Parts: 40}), runstore.ErrInvalid)
	must(t, s.PutPart(t.Context(), c, 0, []byte("new")))
	_, err := s.Reap(t.Context()) // deletes the parts of the first claim only
	must(t, err)
	if n := sweeps.Load(); n != 2 {
		t.Errorf("%d transactions have deleted 40 parts", n)
	}
	must(t, s.Advance(t.Context(), c, runstore.Captured{Parts: 1}))
	r, err := s.Get(t.Context(), c.Run.ID)
	must(t, err)
	if part, err := s.Part(t.Context(), r, 0, 0); err != nil || string(part) != "new" {
		t.Errorf("%s, %v", part, err)
	}
	// The claim of the last stage is lost: what was captured stays.
	capture(t, s, claimBy(t, s, inWest), "west", 1)
	must(t, s.Release(t.Context(), claimBy(t, s, final)))
	_, err = s.Reap(t.Context())
	must(t, err)
	if n := sweeps.Load(); n != 2 {
		t.Errorf("%d transactions have deleted parts that are needed", n)
	}
	if part, err := s.Part(t.Context(), r, 0, 0); err != nil || string(part) != "new" {
		t.Errorf("%s, %v", part, err)
	}
	cancel(t, s, r.ID)
	for range 2 {
		_, err = s.Reap(t.Context())
		must(t, err)
	}
	if n := sweeps.Load(); n != 3 {
		t.Errorf("%d transactions have deleted all parts", n)
	}
}

// A run that is cancelled in any stage ends, and nothing of what was captured is left.
func TestCancelStages(t *testing.T) { everywhere(t, testCancelStages) }

func testCancelStages(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	for name, cancelled := range map[string]func(id string){
		"queued": func(id string) {
			capture(t, s, claimBy(t, s, inEast), "east", 1)
			cancel(t, s, id)
		},
		"while it is captured": func(id string) {
			c := claimBy(t, s, inEast)
			must(t, s.PutPart(t.Context(), c, 0, []byte{1}))
			cancel(t, s, id)
			must(t, s.Advance(t.Context(), c, runstore.Captured{Parts: 1}))
		},
		"and given back": func(id string) {
			capture(t, s, claimBy(t, s, inEast), "east", 1)
			c := claimBy(t, s, inWest)
			must(t, s.PutPart(t.Context(), c, 0, []byte{1}))
			cancel(t, s, id)
			must(t, s.Release(t.Context(), c))
		},
		"in the last stage": func(id string) {
			capture(t, s, claimBy(t, s, inEast), "east", 1)
			capture(t, s, claimBy(t, s, inWest), "west", 1)
			c := claimBy(t, s, final)
			cancel(t, s, id)
			_, err := s.Finish(t.Context(), c, runstore.Ending{Status: engine.StatusFinished})
			must(t, err)
		},
	} {
		id := submit(t, s, apart()).ID
		cancelled(id)
		r, err := s.Get(t.Context(), id)
		must(t, err)
		if r.End != runstore.Cancelled || r.Status != engine.StatusFailed {
			t.Errorf("cancelled %s: %s %s", name, r.Status, r.End)
		}
		wantSwept(t, s, r)
		for _, w := range []runstore.Worker{inEast, inWest, final} {
			wantNothing(t, s, w)
		}
	}
}

func cancel(t *testing.T, s runstore.Store, id string) {
	t.Helper()
	_, err := s.Cancel(t.Context(), id)
	must(t, err)
}
