package dbtest

import (
	"testing"
)

// A group replaces its primary when that is killed, and has what was written before.
func TestGroup(t *testing.T) {
	t.Parallel()
	g := StartGroup(t, 3)
	first := g.Primary(t)
	if first != g.Members[0] {
		t.Error("the first member is not the primary")
	}
	first.Exec(t, "CREATE DATABASE kept")
	first.Stop(t)
	second := g.Primary(t)
	if second == first {
		t.Fatal("the primary is the one that was stopped")
	}
	second.Exec(t, "USE kept")
}
