//go:build unix

package fleet_test

import (
	"os"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

const (
	// memberDisk is the space of a member of a group in bytes: about twice that of an empty one.
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
	v := startVictims(t, storeOnGroup(t, group, "runs"), 2)
	goesOn := func(when string) {
		began := time.Now()
		v.goesOn()
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
	v.end()
}
