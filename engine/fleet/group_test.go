//go:build unix

package fleet_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
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

// groupFleet runs prechecks on a store in a group.
type groupFleet interface {
	// goesOn waits until ten runs more have finished.
	goesOn()
	// strike breaks parts of the fleet, recover repairs them.
	strike()
	recover()
	// end ends the fleet, and compares what the store has with what was acknowledged.
	end()
}

// While two processes, and servers and agents in zones, run prechecks, a secondary of the group that keeps their
// stores has a full disk, the primary is stopped and later goes on, and the next one, whose disk is full, is killed.
// They go on each time, and no record that was acknowledged is lost or doubled.
func TestGroup(t *testing.T) {
	t.Parallel()
	kills := groupKills
	if n, err := strconv.Atoi(os.Getenv(killsWanted)); err == nil {
		kills = min(n, mostGroupKills)
	}
	group := dbtest.StartGroupOn(t, kills+2, memberDisk) // of which two are left
	store := storeOnGroup(t, group, "runs")
	wantRefused(t, store, group.Members[1], "it is SECONDARY and ONLINE in its group")
	fleets := []groupFleet{startVictims(t, store, 2)}
	if z, missing := startZones(t, storeOnGroup(t, group, "zones")); missing == "" {
		fleets = append(fleets, z)
	} else {
		t.Run("zones", func(t *testing.T) { skipUnlessRequired(t, "netns", missing) })
	}
	all := func(do func(groupFleet)) {
		for _, f := range fleets {
			do(f)
		}
	}
	began := time.Now()
	goesOn := func(when string) {
		at := time.Now()
		all(groupFleet.goesOn)
		t.Logf("%s: %s, ten runs more have finished after %s", time.Since(began).Round(time.Second), when,
			time.Since(at).Round(time.Second))
	}
	goesOn("at first")
	for range kills {
		all(groupFleet.strike)
		free := group.Running()[len(group.Running())-1].FillDisk(t)
		goesOn("with a full secondary")
		must(t, free())
		group.AwaitOnline(t)
		paused := group.Primary(t)
		must(t, paused.Pause())
		goesOn("with a primary that was stopped")
		must(t, paused.Resume())
		goesOn("when it went on")
		group.AwaitOnline(t)
		primary := group.Primary(t)
		primary.FillDisk(t)
		primary.Stop(t)
		goesOn("after the primary was killed")
		all(groupFleet.recover)
	}
	all(groupFleet.end)
	last := group.Primary(t)
	for _, m := range group.Running() {
		if m != last {
			must(t, m.Pause())
		}
	}
	wantRefused(t, store, last, "it sees only 1 of 2 members")
}

// skipUnlessRequired ends a test that lacks something: it fails if that is in the list PRECHECK_TEST_REQUIRE.
func skipUnlessRequired(t *testing.T, name, reason string) {
	t.Helper()
	if slices.Contains(strings.Split(os.Getenv("PRECHECK_TEST_REQUIRE"), ","), name) {
		t.Fatal(reason)
	}
	t.Skip(reason)
}

// storeOnGroup returns the name of a new store on a group, in a database and with an account of this name.
func storeOnGroup(t testing.TB, group *dbtest.Group, name string) string {
	t.Helper()
	primary := group.Primary(t)
	primary.Exec(t, "CREATE DATABASE "+name, "CREATE USER "+name+"@'%' IDENTIFIED BY 'Runs-1234'",
		"GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON "+name+".* TO "+name+"@'%'",
		"GRANT SELECT ON performance_schema.replication_group_members TO "+name+"@'%'")
	var hosts []string
	for _, m := range group.Members {
		hosts = append(hosts, fmt.Sprintf("%s:%d", m.Host, m.Port))
	}
	return "mysql://" + name + ":Runs-1234@" + strings.Join(hosts, ",") + "/" + name
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
