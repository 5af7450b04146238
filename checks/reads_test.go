package checks_test

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// A Pass returns the declared facts and refuses all others, on both sides.
func TestPassRefusesUndeclaredFacts(t *testing.T) {
	t.Parallel()
	c := &checks.Check{Type: "X", Sides: checks.BothSides, Reads: checks.Reads{
		Own: checks.Facts{datasource.FactGrants}, Source: checks.Facts{datasource.FactColumns},
		Dest: checks.Facts{datasource.FactIndexes},
	}}
	facts := datasource.NewFacts(t.Context(), datasource.Snapshot{
		datasource.FactGrants: datasource.Grants{}, datasource.FactColumns: datasource.TableRows[datasource.Column]{},
		datasource.FactIndexes: datasource.TableRows[datasource.Index]{},
	})
	mapping := func(context.Context) (*checks.Mapping, error) { return &checks.Mapping{}, nil }
	for _, tc := range []struct {
		side            checks.Side
		role            checks.Role
		source, dest    [3]bool // grants, columns, indexes
		own             [3]bool
		mappingDeclared bool
	}{
		{checks.Source, checks.Master, [3]bool{true, true, false}, [3]bool{false, false, true},
			[3]bool{true, true, false},
			false},
		{checks.Dest, checks.Master, [3]bool{false, true, false}, [3]bool{true, false, true},
			[3]bool{true, false, true},
			true},
		{checks.Source, checks.Slave, [3]bool{true, true, false}, [3]bool{false, false, true},
			[3]bool{true, false, false},
			true},
	} {
		c.Reads.Mapping = tc.mappingDeclared
		p := checks.NewPass(checks.PassConfig{Check: c, Side: tc.side, Role: tc.role, Source: facts, Dest: facts,
			Facts:   facts,
			Mapping: mapping})
		readable := func(of *datasource.Facts) (can [3]bool) {
			_, grants := datasource.FactGrants.Of(t.Context(), of)
			_, columns := datasource.FactColumns.Of(t.Context(), of)
			_, indexes := datasource.FactIndexes.Of(t.Context(), of)
			for i, err := range []error{grants, columns, indexes} {
				if can[i] = err == nil; err != nil && !errors.Is(err, datasource.ErrUndeclared) {
					t.Errorf("%v", err)
				}
			}
			return can
		}
		got := [3][3]bool{readable(p.Source()), readable(p.Dest()), readable(p.Facts())}
		if diff := cmp.Diff([3][3]bool{tc.source, tc.dest, tc.own}, got); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", tc.side, tc.role, diff)
		}
		if _, err := p.Mapping(t.Context()); (err == nil) != tc.mappingDeclared {
			t.Errorf("%s: the mapping: %v", tc.side, err)
		}
	}
}

func TestFactsOfASide(t *testing.T) {
	t.Parallel()
	c := &checks.Check{Sides: []checks.Side{checks.Dest}, Reads: checks.Reads{
		Own: checks.Facts{datasource.FactServer}, Source: checks.Facts{datasource.FactColumns}, Mapping: true,
	}}
	if diff := cmp.Diff(checks.Facts{datasource.FactServer, datasource.FactSchemas, datasource.FactTables,
		datasource.FactColumns},
		c.Of(checks.Source), cmp.Comparer(func(a, b datasource.AnyFact) bool { return a == b })); diff != "" {
		t.Errorf("source (-want +got):\n%s", diff)
	}
	if got := c.Of(checks.Dest); len(got) != 1 || got[0] != datasource.AnyFact(datasource.FactServer) {
		t.Errorf("destination: %v", got)
	}
	if !c.Reads.Primary(checks.Source) || c.Reads.Primary(checks.Dest) {
		t.Error("the check depends on the source alone")
	}
}
