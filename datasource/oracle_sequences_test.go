package datasource_test

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func TestSequenceUsed(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		min, max, step, next string
		want                 float64
	}{
		{"0", "100", "1", "90", 0.9},
		{"0", "100", "-1", "90", 0.1},
		{"-100", "100", "1", "0", 0.5},
		{"0", "100", "1", "101", 1.01},
		{"1", "1", "1", "1", 0},
		{"0", "10000000000000000000000000000", "1", "5000000000000000000000000000", 0.5},
		{"", "100", "1", "90", 0},
		{"0", "100", "1", "x", 0},
	} {
		s := datasource.OracleSequence{Min: tc.min, Max: tc.max, Increment: tc.step, Next: tc.next}
		if got := s.Used(); got != tc.want {
			t.Errorf("%+v: %g, want %g", s, got, tc.want)
		}
	}
}
