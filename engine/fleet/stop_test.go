//go:build unix

package fleet_test

import (
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// A process on another machine is stopped beyond the lease of its runs, which another one finishes meanwhile, and goes
// on: what it still writes is refused, and it works on with other runs.
func TestStop(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, server *dbtest.Server) {
		store := storeOn(t, server)
		w := newWitness(t)
		s := openStore(t, store, runstore.Options{MaxRestarts: 1 << 30})
		defer func() { _ = s.Close() }()
		left := 0
		var taken []runstore.Run
		w.run(store, "put", func(victim *os.Process) {
			defer func() { _ = victim.Signal(syscall.SIGTERM) }() // it gives back what it has
			_ = victim.Signal(syscall.SIGSTOP)
			held := runningIn(t, s)
			left = len(held)
			time.Sleep(runstore.MinLease + time.Second)
			if _, err := s.Reap(t.Context()); err != nil {
				t.Error(err)
				return
			}
			for range held {
				c, err := s.Claim(t.Context(), runstore.Worker{ID: "other", Lease: runstore.MinLease})
				if err != nil {
					t.Error(err)
					return
				}
				ending := runstore.Ending{Status: engine.StatusFailed, Reason: runstore.Interrupted}
				r, err := s.Finish(t.Context(), c, ending)
				if err != nil {
					t.Error(err)
				}
				taken = append(taken, r)
			}
			_ = victim.Signal(syscall.SIGCONT)
			awaitFinished(t, s, finishedIn(t, s)+1)
		})
		if left == 0 || len(taken) != left {
			t.Errorf("%d runs were left by the process that was stopped, %d were taken over", left, len(taken))
		}
		for _, r := range taken {
			w.end(r)
		}
		w.poll(s)
		w.conclude(s)
		t.Logf("%d runs were taken over; %d runs, %d records, %d ends", left, len(w.submitted), len(w.records),
			len(w.endings))
	})
}

func runningIn(t *testing.T, s runstore.Store) []runstore.Run {
	t.Helper()
	running, _, err := s.List(t.Context(), runstore.Filter{Statuses: []engine.ProjectStatus{engine.StatusRunning}},
		runstore.Page{Size: runstore.MaxPage})
	if err != nil {
		t.Error(err)
	}
	return running
}
