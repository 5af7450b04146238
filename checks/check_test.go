package checks_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
)

// A check of a log belongs to the sides whose log the task reads, and to tasks that read a log.
func TestSidesOfLogCheck(t *testing.T) {
	t.Parallel()
	c := checks.Check{Sides: []checks.Side{checks.Source, checks.Dest}, Phases: checks.Incremental | checks.Reverse,
		LogOf: checks.MySQLFamily}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Type
		phases       checks.Phases
		want         []checks.Side
	}{
		{"over", datasource.MySQL, datasource.MySQL, checks.Full | checks.Incremental, []checks.Side{checks.Source}},
		{"back", datasource.MySQL, datasource.MariaDB, checks.Full | checks.Reverse, []checks.Side{checks.Dest}},
		{"both ways", datasource.MySQL, datasource.MySQL, checks.AllPhases, []checks.Side{checks.Source, checks.Dest}},
		{"both ways, to another family", datasource.MySQL, datasource.OceanBaseMySQL, checks.AllPhases,
			[]checks.Side{checks.Source}},
		{"both ways, from another family", datasource.OceanBaseMySQL, datasource.MySQL, checks.AllPhases,
			[]checks.Side{checks.Dest}},
		{"over from another family", datasource.OceanBaseMySQL, datasource.MySQL, checks.Incremental, []checks.Side{}},
	} {
		r := checks.Route{Source: tc.source, Dest: tc.dest, Phases: tc.phases}
		if diff := cmp.Diff(tc.want, c.SidesFor(r)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
		if applies, reason := c.Applies(r); applies != (len(tc.want) > 0) || applies == (!reason.IsZero()) {
			t.Errorf("%s: applies %v, because %q", tc.name, applies, reason)
		}
	}
}

// A type with an unknown dialect is not treated as MySQL: only a check that names the type applies.
func TestUnknownDialect(t *testing.T) {
	t.Parallel()
	route := checks.Route{Source: "DB2", Dest: datasource.MySQL, Phases: checks.Full}
	c := checks.Check{Sides: checks.BothSides, Phases: checks.Full}
	if ok, reason := c.Applies(route); ok || reason.IsZero() {
		t.Errorf("a check that names no type applies to DB2: %v, %s", ok, reason)
	}
	c.Sources = []datasource.Type{"DB2"}
	if ok, reason := c.Applies(route); !ok {
		t.Errorf("a check that names DB2 does not apply: %s", reason)
	}
}

func TestPhasesFromOracle(t *testing.T) {
	t.Parallel()
	c := checks.Check{Sides: []checks.Side{checks.Source}, Phases: checks.Schema, ExtraPhasesFromOracle: checks.Full}
	for _, tc := range []struct {
		source datasource.Type
		phases checks.Phases
		want   bool
	}{
		{datasource.MySQL, checks.Schema, true}, {datasource.MySQL, checks.Full, false},
		{datasource.OceanBaseMySQL, checks.Full, false},
		{datasource.Oracle, checks.Schema, true}, {datasource.Oracle, checks.Full, true},
		{datasource.OceanBaseOracle, checks.Full, true}, {datasource.Oracle, checks.Incremental, false},
	} {
		if applies, reason := c.Applies(checks.Route{Source: tc.source, Dest: datasource.Oracle,
			Phases: tc.phases}); applies != tc.want {
			t.Errorf("%s from %s: applies %v, because %q", tc.phases, tc.source, applies, reason)
		}
	}
}
