//go:build unix

package fleet_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// groupKills is how many primaries TestGroup kills, one after the other. PRECHECK_TEST_KILLS sets it, to at
// most mostGroupKills.
const (
	groupKills     = 1
	mostGroupKills = 5
)

// While two processes run prechecks, the primary of the group that keeps the store is stopped and later goes on, and
// the next one is killed. They go on each time, and no record that was acknowledged is lost or doubled.
func TestGroup(t *testing.T) {
	t.Parallel()
	kills := groupKills
	if n, err := strconv.Atoi(os.Getenv(killsWanted)); err == nil {
		kills = min(n, mostGroupKills)
	}
	group := dbtest.StartGroup(t, kills+2) // of which two are left
	store := storeOnGroup(t, group)
	wantRefused(t, store, group.Members[1], "it is SECONDARY and ONLINE in its group")
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
	goesOn := func(what string) {
		began := time.Now()
		awaitFinished(t, s, finishedIn(t, s)+10)
		t.Logf("%s after the primary was %s, ten runs more have finished", time.Since(began).Round(time.Second), what)
	}
	awaitFinished(t, s, 5)
	paused := group.Primary(t)
	must(t, paused.Pause())
	goesOn("stopped")
	must(t, paused.Resume())
	goesOn("let go on")
	group.AwaitOnline(t)
	for range kills {
		group.Primary(t).Stop(t)
		goesOn("killed")
	}
	close(finish)
	processes.Wait()
	for _, other := range others {
		w.merge(other)
	}
	w.poll(s)
	w.conclude(s)
	t.Logf("%d runs, %d records, %d ends", len(w.submitted), len(w.records), len(w.endings))
	last := group.Primary(t)
	for _, m := range group.Running() {
		if m != last {
			must(t, m.Pause())
		}
	}
	wantRefused(t, store, last, "it sees only 1 of 2 members")
}

// storeOnGroup returns the name of a new store on a group.
func storeOnGroup(t testing.TB, group *dbtest.Group) string {
	t.Helper()
	primary := group.Primary(t)
	primary.Exec(t, "CREATE DATABASE runs", "CREATE USER runs@'%' IDENTIFIED BY 'Runs-1234'",
		"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON runs.* TO runs@'%'",
		"GRANT SELECT ON performance_schema.replication_group_members TO runs@'%'")
	var hosts []string
	for _, m := range group.Members {
		hosts = append(hosts, fmt.Sprintf("%s:%d", m.Host, m.Port))
	}
	return "mysql://runs:Runs-1234@" + strings.Join(hosts, ",") + "/runs"
}

// wantRefused waits until a member alone is not taken for the primary.
func wantRefused(t *testing.T, store string, member *dbtest.Server, want string) {
	t.Helper()
	hosts := store[strings.LastIndex(store, "@")+1 : strings.LastIndex(store, "/")]
	alone := strings.Replace(store, hosts, fmt.Sprintf("%s:%d", member.Host, member.Port), 1)
	var err error
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(100 * time.Millisecond) {
		var s runstore.Store
		if s, err = openNamed(t.Context(), alone, runstore.Options{}); err == nil {
			_ = s.Close()
		} else if strings.Contains(err.Error(), want) {
			return
		}
	}
	t.Errorf("the error of %s is %v, want %s", alone[strings.LastIndex(alone, "@")+1:], err, want)
}

// finishedIn returns how many runs have ended. While there is no primary, it waits for one.
//
// It and awaitFinished may be called by any goroutine.
func finishedIn(t *testing.T, s runstore.Store) int {
	t.Helper()
	_, n, err := s.List(t.Context(), runstore.Filter{Statuses: []engine.ProjectStatus{engine.StatusFinished,
		engine.StatusFailed}}, runstore.Page{Size: 1})
	if err != nil {
		t.Error(err)
	}
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func awaitFinished(t *testing.T, s runstore.Store, n int) {
	t.Helper()
	for limit := time.Now().Add(2 * time.Minute); finishedIn(t, s) < n; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Errorf("%d runs have not finished", n)
			return
		}
	}
}
