package runstore_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/engine/runstore"
)

func TestZones(t *testing.T) {
	t.Parallel()
	for want, names := range map[runstore.Zones][]string{"": {""}, "a": {"a"}, ",a": {"", "a"}, "a,b": {"a", "b"}} {
		if got := runstore.ZonesOf(append(slices.Clone(names), names[0])...); got != want {
			t.Errorf("%q: %q", names, got)
		}
		if diff := cmp.Diff(names, want.Names()); diff != "" {
			t.Errorf("%q (-want +got):\n%s", want, diff)
		}
	}
}

// A worker takes the runs of its zones only, the one that has waited longest first.
func TestClaimZones(t *testing.T) { everywhere(t, testClaimZones) }

func testClaimZones(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	for _, z := range []runstore.Zones{"b", "", "a", "a,b", ",a", "b", "c"} {
		sub := submission("in " + string(z))
		sub.Zones, sub.Databases = z, nil
		if r := submit(t, s, sub); r.Zones != z {
			t.Errorf("submitted in %q, stored in %q", z, r.Zones)
		}
		time.Sleep(2 * time.Millisecond) // another time of the store, which has milliseconds
	}
	claimed := func(zones ...runstore.Zones) (all []runstore.Zones) {
		t.Helper()
		for {
			c, err := s.Claim(t.Context(), runstore.Worker{ID: "w", Lease: runstore.MinLease, Zones: zones})
			if errors.Is(err, runstore.ErrNothing) {
				return all
			}
			must(t, err)
			all = append(all, c.Run.Zones)
		}
	}
	for _, one := range []struct{ worker, want []runstore.Zones }{
		{[]runstore.Zones{"d", "d,e", "e"}, nil},
		{nil, []runstore.Zones{""}},
		{[]runstore.Zones{"c"}, []runstore.Zones{"c"}},
		{[]runstore.Zones{"a", "a,b", "b"}, []runstore.Zones{"b", "a", "a,b", "b"}},
		{[]runstore.Zones{"", ",a"}, []runstore.Zones{",a"}},
	} {
		if diff := cmp.Diff(one.want, claimed(one.worker...)); diff != "" {
			t.Errorf("a worker of %q (-want +got):\n%s", one.worker, diff)
		}
	}
}

// A remote worker that claims again gets the run that it holds. The end of the process that claimed for it changes
// nothing for it.
func TestClaimRemote(t *testing.T) { everywhere(t, testClaimRemote) }

func testClaimRemote(t *testing.T, at place) {
	first := at.open(t, runstore.Options{})
	for range 2 {
		sub := submission("x")
		sub.Zones = "a"
		submit(t, first, sub)
	}
	worker := runstore.Worker{ID: "agent/a/1", Remote: true, Lease: runstore.MinLease, Zones: []runstore.Zones{"a"}}
	c, err := first.Claim(t.Context(), worker)
	must(t, err)
	must(t, first.Close())
	s := at.open(t, runstore.Options{})
	again, err := s.Claim(t.Context(), worker)
	must(t, err)
	if diff := cmp.Diff(c.Databases, again.Databases); again.Run.ID != c.Run.ID || again.Epoch != c.Epoch ||
		again.Owner != worker.ID || c.Owner != worker.ID || diff != "" {
		t.Errorf("%+v, then %+v", c, again)
	}
	reaped, err := s.Reap(t.Context())
	must(t, err)
	if len(reaped) > 0 {
		t.Errorf("reaped %+v", reaped)
	}
	r, err := s.Get(t.Context(), c.Run.ID)
	must(t, err)
	if !c.Holds(r) {
		t.Errorf("does not hold %+v", r)
	}
	for _, other := range []runstore.Claim{{Run: c.Run, Owner: "agent/a/2", Epoch: c.Epoch},
		{Run: c.Run, Owner: c.Owner, Epoch: c.Epoch + 1}, {Run: runstore.Run{ID: "t_none"}, Owner: c.Owner}} {
		if other.Holds(r) {
			t.Errorf("%+v holds %+v", other, r)
		}
	}
	if r = finish(t, s, c); c.Holds(r) {
		t.Errorf("holds %+v", r)
	}
	next, err := s.Claim(t.Context(), worker)
	must(t, err)
	if next.Run.ID == c.Run.ID {
		t.Error("the run that has ended was claimed again")
	}
}
