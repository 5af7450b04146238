package checks_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
)

func TestPlace(t *testing.T) {
	t.Parallel()
	texts := map[string]string{
		"SOURCE": "the source", "SOURCE_ROOT": "the root container of the source",
		"SOURCE_STANDBY":      "the standby of the source",
		"SOURCE_STANDBY_ROOT": "the root container of the source's standby",
		"DEST":                "the destination", "DEST_ROOT": "the root container of the destination",
		"DEST_STANDBY":      "the standby of the destination",
		"DEST_STANDBY_ROOT": "the root container of the destination's standby",
	}
	for text, want := range texts {
		p, ok := checks.ParsePlace(text)
		if !ok || p.String() != text || p.Text().String() != want {
			t.Errorf("%s is read as %+v (%v), named %q", text, p, ok, p.Text())
		}
	}
	for _, text := range []string{"", "source", "ROOT", "_ROOT", "DEST_ROOT_STANDBY"} {
		if p, ok := checks.ParsePlace(text); ok {
			t.Errorf("%q is read as %+v", text, p)
		}
	}
	whole := checks.Place{Side: checks.Dest, Role: checks.Master, Root: true}
	if got := (checks.Place{Root: true}).Or(checks.Dest, checks.MasterSlave); got != whole {
		t.Errorf("got %+v", got)
	}
}
