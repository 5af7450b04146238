package agent_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// An agent that does not reach the server stops its runs before their lease lapses. The run is queued again with what
// it has finished, another agent goes on, and what the first one still writes is refused.
func TestLeaseLapses(t *testing.T) {
	t.Parallel()
	s := serve(t, t.TempDir(), settings(), options(nil, own("OWN_A", passes), own("OWN_B", passes))...)
	between, cut := s.behindNetwork(t)
	stopped := make(chan struct{})
	never := make(chan struct{})
	first := start(t, agent.Config{Token: constant(tokenA), Name: "first", Engine: options(nil, own("OWN_A", passes),
		own("OWN_B", func(ctx context.Context, p *checks.Pass) error {
			defer close(stopped)
			return blocks(never)(ctx, p)
		}))}, between)
	id := s.submit(t, "e_a0", "e_a1")
	r := s.await(t, id, func(r runstore.Run) bool { return r.Done == 1 })
	cut.Store(true)
	<-stopped
	if now, err := s.store.Get(t.Context(), id); err != nil || now.Owner != r.Owner || now.Restarts != 0 {
		t.Errorf("another one has the run before the first one stopped: %+v, %v", now, err)
	}
	var again atomic.Bool
	repeated := func(context.Context, *checks.Pass) error {
		again.Store(true)
		return nil
	}
	start(t, agent.Config{Token: constant(tokenA), Name: "second",
		Engine: options(nil, own("OWN_A", repeated), own("OWN_B", passes))}, s)
	e := s.await(t, id, ended)
	if e.End != runstore.Complete || e.Done != 2 || e.Restarts != 1 || again.Load() ||
		!strings.HasPrefix(e.Owner, "agent/a/second/") {
		t.Errorf("again %v: %+v\n%s", again.Load(), e, first.log)
	}
	claim := fmt.Sprintf(`{"run":%q,"slot":%q,"epoch":%d}`, id, strings.TrimPrefix(r.Owner, "agent/a/"), r.Epoch)
	result := `{"Outcome":"failed","Item":{"Type":"OWN_A"}}`
	for call, more := range map[string]string{"put": `,"items":[{"index":0,"result":` + result + `}]`,
		"finish": `,"status":"FAILED"`, "beat": "", "release": ""} {
		status, text := s.post(t, agent.Path+call, tokenA, `{"claim":`+claim+more+`}`)
		if status != http.StatusConflict {
			t.Errorf("a stale %s: %d %s", call, status, text)
		}
	}
}
