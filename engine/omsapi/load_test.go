package omsapi_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// load is what a load test has measured.
type load struct {
	runs    float64 // finished per second
	p50     time.Duration
	p99     time.Duration // of GetPreCheckResult
	polls   int
	events  int64
	growth  int64 // of the heap from the first half of the runs to the end, in bytes
	elapsed time.Duration
}

// put submits that many small tasks while clients poll them and streams watch them. It fails if a run is lost, an
// answer falls back, or the last answer differs from the store.
func put(t testing.TB, submits, pollers, watchers int) load {
	t.Helper()
	s := serve(t, func(c *config.Config) {
		c.Limits.Queue, c.Limits.Streams, c.Limits.Runs = submits+1, watchers+1, 4
	}, engine.WithOnly("RDB_CONNECT", "RDB_SCHEMA_EXIST"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	transport := &http.Transport{MaxIdleConnsPerHost: pollers + 8}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	call := func(action, body string, to any) error {
		r, err := client.Post(s.URL+"/api/v2?Action="+action, "application/json", strings.NewReader(body))
		if err != nil {
			return err
		}
		defer func() { _ = r.Body.Close() }()
		text, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		var e struct {
			Success bool
			Data    json.RawMessage
		}
		if err := json.Unmarshal(text, &e); err != nil || !e.Success {
			return fmt.Errorf("%s: status %d: %.300s %w", action, r.StatusCode, text, err)
		}
		return json.Unmarshal(e.Data, to)
	}
	var watching sync.WaitGroup
	var events atomic.Int64
	ready := make(chan struct{}, watchers)
	for range watchers {
		watching.Go(func() {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/events/runs", nil)
			if err != nil {
				t.Error(err)
				return
			}
			answer, err := client.Do(r)
			ready <- struct{}{}
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = answer.Body.Close() }()
			lines := bufio.NewReader(answer.Body)
			for {
				line, err := lines.ReadString('\n')
				if err != nil {
					return
				}
				if strings.HasPrefix(line, "event: ") {
					events.Add(1)
				}
			}
		})
	}
	for range watchers {
		<-ready
	}
	var mu sync.Mutex
	var took []time.Duration
	ids := make(chan string, submits)
	var polling sync.WaitGroup
	var finished atomic.Int64
	var half int64
	started := time.Now()
	for range pollers {
		polling.Go(func() {
			for id := range ids {
				for last := engine.Progress(-1); ; {
					var d engine.Data
					begun := time.Now()
					if err := call("GetPreCheckResult", `{"id":"`+id+`"}`, &d); err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					took = append(took, time.Since(begun))
					mu.Unlock()
					if d.ProjectID != id || d.Progress < last {
						t.Errorf("%s: %s with progress %v after %v", id, d.ProjectID, d.Progress, last)
					}
					last = d.Progress
					if d.ProjectStatus == engine.StatusFinished || d.ProjectStatus == engine.StatusFailed {
						run, err := s.store.Get(ctx, id)
						if err != nil || run.Status != d.ProjectStatus || run.Items != len(d.PreCheckResults) ||
							run.Done != run.Items {
							t.Errorf("%s: the answer is %s, the store has %+v, %v", id, d.ProjectStatus, run.Status,
								err)
						}
						if finished.Add(1) == int64(submits/2) {
							atomic.StoreInt64(&half, heap())
						}
						break
					}
					select {
					case <-time.After(50 * time.Millisecond):
					case <-ctx.Done():
						return
					}
				}
			}
		})
	}
	for range submits {
		var id string
		if err := call("SubmitPreCheck", task, &id); err != nil {
			t.Fatal(err)
		}
		ids <- id
	}
	close(ids)
	polling.Wait()
	elapsed := time.Since(started)
	growth := heap() - atomic.LoadInt64(&half)
	cancel()
	watching.Wait()
	_, total, err := s.store.List(t.Context(), runstore.Filter{}, runstore.Page{})
	if err != nil || total != submits || finished.Load() != int64(submits) {
		t.Errorf("%d runs were submitted, %d finished, the store has %d, %v", submits, finished.Load(), total, err)
	}
	slices.Sort(took)
	return load{runs: float64(submits) / elapsed.Seconds(), p50: took[len(took)/2], p99: took[len(took)*99/100],
		polls: len(took), events: events.Load(), growth: growth, elapsed: elapsed}
}

// heap returns the size of the live objects.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestLoad(t *testing.T) {
	t.Parallel()
	if l := put(t, 30, 5, 10); l.polls < 30 || l.events < 10 {
		t.Errorf("%+v", l)
	}
}

// The bounds of BenchmarkLoad, for a loaded machine of two cores.
const (
	slowestPoll = 2 * time.Second
	fewestRuns  = 5  // per second
	mostGrowth  = 64 // MiB
)

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		l := put(b, 1000, 50, 200)
		b.ReportMetric(float64(l.p50.Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(l.p99.Microseconds())/1000, "p99-ms")
		b.ReportMetric(l.runs, "runs/s")
		b.ReportMetric(float64(l.polls)/l.elapsed.Seconds(), "polls/s")
		b.ReportMetric(float64(l.growth)/(1<<20), "MiB-growth")
		if l.p99 > slowestPoll || l.runs < fewestRuns || l.growth > mostGrowth<<20 {
			b.Errorf("out of bounds: %+v", l)
		}
	}
}
