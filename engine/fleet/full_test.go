//go:build unix

package fleet_test

import (
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/runstore"
)

const (
	// memberDisk is the space of a member in TestGroupFullDisk, in bytes: about twice that of an empty one.
	memberDisk = 400 << 20
	// fullFor is how long the disk of the primary stays full: longer than a statement of the store may take.
	fullFor = 30 * time.Second
)

// While two processes run prechecks, the disk of a secondary of the group becomes full, and they go on. When that of
// the primary becomes full, they go on once there is space again. No record that was acknowledged is lost or doubled.
func TestGroupFullDisk(t *testing.T) {
	t.Parallel()
	if os.Getenv(killsWanted) == "" {
		t.Skip("it takes minutes: set " + killsWanted)
	}
	group := dbtest.StartGroupOn(t, 3, memberDisk)
	store := storeOnGroup(t, group)
	s := openStore(t, store, runstore.Options{MaxRestarts: 1 << 30})
	defer func() { _ = s.Close() }()
	w := newWitness(t)
	var processes sync.WaitGroup
	finish := make(chan struct{})
	others := make([]*witness, 2)
	for i := range others {
		others[i] = newWitness(t)
		processes.Go(func() {
			others[i].run(store, "put", func(process *os.Process) {
				<-finish
				_ = process.Signal(syscall.SIGTERM)
			})
		})
	}
	goesOn := func(when string) {
		began := time.Now()
		awaitFinished(t, s, finishedIn(t, s)+10)
		t.Logf("%s, ten runs more have finished after %s", when, time.Since(began).Round(time.Second))
	}
	goesOn("at first")
	freeSecondary := group.Members[1].FillDisk(t)
	goesOn("with a full secondary")
	freePrimary := group.Members[0].FillDisk(t)
	time.Sleep(fullFor)
	must(t, freePrimary())
	goesOn("after the primary was full")
	must(t, freeSecondary())
	group.AwaitOnline(t)
	goesOn("with space everywhere")
	close(finish)
	processes.Wait()
	for _, other := range others {
		w.merge(other)
	}
	w.poll(s)
	w.conclude(s)
	t.Logf("%d runs, %d records, %d ends", len(w.submitted), len(w.records), len(w.endings))
}
