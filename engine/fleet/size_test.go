//go:build unix

package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Fleets, each with a store of its own, run tasks of one item that takes 20 ms, and are always given as many as they
// can run. Then they are given half as many a second: p99-ms is the time in which 99 of 100 finish after their
// submission.
func BenchmarkSize(b *testing.B) {
	for name, store := range map[string]func(*testing.B) string{
		"SQLite":  func(b *testing.B) string { return b.TempDir() },
		"MariaDB": func(b *testing.B) string { return storeOn(b, dbtest.Get(b, dbtest.MariaDB)) },
		"MySQL":   func(b *testing.B) string { return storeOn(b, dbtest.Get(b, dbtest.MySQL)) },
		"group":   func(b *testing.B) string { return storeOnGroup(b, dbtest.StartGroup(b, 3), "runs") },
	} {
		b.Run(name, func(b *testing.B) {
			at := store(b)
			for _, fleets := range []int{1, 2, 4, 6} {
				b.Run(fmt.Sprint("fleets=", fleets), func(b *testing.B) { benchSize(b, at, fleets) })
			}
		})
	}
}

func benchSize(b *testing.B, store string, fleets int) {
	check := own("OWN_A", func(ctx context.Context, _ *checks.Pass) error {
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
		}
		return ctx.Err()
	})
	var all []*fleet.Fleet
	for range fleets {
		s := openStore(b, store, runstore.Options{Queue: 1 << 30})
		b.Cleanup(func() { _ = s.Close() }) // after the fleet has stopped
		f, _ := start(b, fleet.Config{Store: s, Engine: options(check)})
		all = append(all, f)
	}
	b.ResetTimer()
	began := time.Now()
	given(b, all, b.N, 0)
	rate := float64(b.N) / time.Since(began).Seconds()
	b.StopTimer()
	latencies := given(b, all, b.N, time.Duration(2*float64(time.Second)/rate))
	slices.Sort(latencies)
	b.ReportMetric(rate, "tasks/s")
	b.ReportMetric(float64(latencies[len(latencies)*99/100].Milliseconds()), "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// given submits n tasks, at intervals, to each fleet in turn, and returns how long each took from its submission to its
// end, by the clock of the store, once all have ended.
func given(b *testing.B, fleets []*fleet.Fleet, n int, every time.Duration) []time.Duration {
	b.Helper()
	took := make([]time.Duration, n)
	places := make(chan struct{}, 64) // submissions at a time
	var tasks sync.WaitGroup
	for i := range n {
		f := fleets[i%len(fleets)]
		places <- struct{}{}
		tasks.Go(func() {
			wanted := task(fmt.Sprint(i))
			wanted.Source.Host, wanted.Destination.Host = fmt.Sprint("a", i%100), fmt.Sprint("b", i%100)
			r, _, err := f.Submit(b.Context(), runstore.Submission{Task: wanted})
			<-places
			for err == nil && !r.Ended() {
				r, err = f.Store.Wait(b.Context(), r.ID, r.Version)
			}
			if err == nil && r.Status != engine.StatusFinished {
				err = errors.New(string(r.Status))
			}
			if err != nil {
				b.Error(err)
			}
			took[i] = r.Finished.Sub(r.Submitted)
		})
		time.Sleep(every)
	}
	tasks.Wait()
	return took
}
