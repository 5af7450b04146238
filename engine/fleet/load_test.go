package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Many runs are submitted while clients poll and watch them: nothing is lost, the progress that a client sees never
// falls, and every answer is that of the store. The benchmark prints runs per second and the latency of a report.
func BenchmarkLoad(b *testing.B) {
	const (
		pollers  = 50
		watchers = 200
	)
	s := openStore(b, b.TempDir(), runstore.Options{})
	var added []*checks.Check
	for i := range 10 {
		added = append(added, own(fmt.Sprintf("OWN_%c", 'A'+i), func(ctx context.Context, _ *checks.Pass) error {
			select {
			case <-time.After(2 * time.Millisecond):
			case <-ctx.Done():
			}
			return nil
		}))
	}
	f, _ := start(b, fleet.Config{Store: s, Engine: options(added...), Runs: 16,
		Limit: func(string) int { return engine.ServerConnections }})
	var mu sync.Mutex
	var ids []string
	var latencies []time.Duration
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	some := func() string {
		mu.Lock()
		defer mu.Unlock()
		if len(ids) == 0 {
			return ""
		}
		return ids[rand.N(len(ids))]
	}
	var clients sync.WaitGroup
	for range pollers {
		clients.Go(func() {
			seen := map[string]engine.Progress{}
			for ctx.Err() == nil {
				id := some()
				if id == "" {
					time.Sleep(time.Millisecond)
					continue
				}
				began := time.Now()
				report, _, err := f.Report(ctx, id)
				if err != nil {
					if ctx.Err() == nil {
						b.Error(err)
					}
					return
				}
				took, data := time.Since(began), report.Data(false)
				if data.Progress < seen[id] {
					b.Errorf("the progress of %s fell from %v to %v", id, seen[id], data.Progress)
				}
				seen[id] = data.Progress
				mu.Lock()
				latencies = append(latencies, took)
				mu.Unlock()
				time.Sleep(100 * time.Millisecond) // between two polls
			}
		})
	}
	for range watchers {
		clients.Go(func() {
			version := int64(0)
			id := ""
			for ctx.Err() == nil {
				if id == "" {
					id, version = some(), 0
					if id == "" {
						time.Sleep(time.Millisecond)
						continue
					}
				}
				r, err := s.Wait(ctx, id, version)
				if err != nil && !errors.Is(err, context.Canceled) {
					b.Error(err)
				}
				if version = r.Version; r.Ended() {
					id = ""
				}
			}
		})
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	b.ResetTimer()
	for i := range b.N {
		wanted := task(fmt.Sprint(i))
		wanted.Source.Host, wanted.Destination.Host = fmt.Sprint("a", i%8), fmt.Sprint("b", i%8)
		r := submit(b, f, wanted)
		mu.Lock()
		ids = append(ids, r.ID)
		mu.Unlock()
	}
	for _, id := range ids {
		if r := await(b, s, id, ended); r.Status != engine.StatusFinished || r.Done != len(added) {
			b.Errorf("%+v", r)
		}
	}
	b.StopTimer()
	elapsed := b.Elapsed()
	cancel()
	clients.Wait()
	runtime.GC()
	runtime.ReadMemStats(&after)
	slices.Sort(latencies)
	b.ReportMetric(float64(b.N)/elapsed.Seconds(), "runs/s")
	if n := len(latencies); n > 0 {
		b.ReportMetric(float64(latencies[n*99/100].Microseconds())/1000, "p99-ms")
	}
	b.ReportMetric(float64(int64(after.HeapAlloc)-int64(before.HeapAlloc))/(1<<20), "heap-growth-MiB")
}
