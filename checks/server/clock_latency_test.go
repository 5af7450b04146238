package server_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestClockLatency(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		latency datasource.Latency
		want    []string
	}{
		{datasource.Latency{RoundTrip: time.Millisecond, ClockOffset: time.Second}, nil},
		{datasource.Latency{RoundTrip: 50 * time.Millisecond, ClockOffset: -time.Minute}, nil},
		{datasource.Latency{RoundTrip: 51 * time.Millisecond}, []string{"far"}},
		{datasource.Latency{ClockOffset: 61 * time.Second}, []string{"clock"}},
		{datasource.Latency{ClockOffset: -8 * time.Hour, RoundTrip: time.Second}, []string{"clock", "far"}},
	} {
		findings, notes, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactLatency: tc.latency}}.Run(t,
			server.ClockLatency)
		if err != nil || notes != nil {
			t.Fatalf("%v: %q, %v", tc.latency, notes, err)
		}
		rules(t, tc.want, findings)
	}
}
