package report_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks/internal/report"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"0 s":         0,
		"0.38 ms":     380 * time.Microsecond,
		"50 ms":       50 * time.Millisecond,
		"2.5 s":       2500 * time.Millisecond,
		"1 min":       time.Minute,
		"14 min 59 s": 15*time.Minute - time.Second,
		"1 h 30 min":  90 * time.Minute,
		"2 d 1 h":     49 * time.Hour,
		"1 h 1 s":     time.Hour + time.Second,
	} {
		if got := report.Duration(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}
