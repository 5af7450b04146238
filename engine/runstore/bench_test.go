package runstore

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

func benchStore(b *testing.B) *store {
	b.Helper()
	s, err := OpenFolder(b.Context(), b.TempDir(), Options{Queue: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s.(*store)
}

// benchSubmission is a run of as many items as a usual task has.
func benchSubmission(items int) Submission {
	sub := Submission{Name: "bench", SourceID: "e_1", SinkID: "e_2", Databases: []Database{
		{Address: "a", Connections: 4, Limit: 1 << 30}, {Address: "b", Connections: 4, Limit: 1 << 30}}}
	sub.Task.Source = engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: "a"})
	for i := range items {
		c := &checks.Check{Type: fmt.Sprint("OWN_", i), Page: checks.Page{Title: "Own check"}}
		sub.Plan.Items = append(sub.Plan.Items, engine.Item{Check: c, Side: checks.Source, Role: checks.Master})
	}
	return sub
}

func BenchmarkSubmit(b *testing.B) {
	s, sub := benchStore(b), benchSubmission(80)
	b.SetParallelism(25)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, _, err := s.Submit(b.Context(), sub); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The latency of an item that is stored alone, and with those of 50 runs.
func BenchmarkPut(b *testing.B) {
	for _, parallel := range []int{1, 50} {
		b.Run(fmt.Sprint(parallel), func(b *testing.B) {
			s := benchStore(b)
			claims := make(chan Claim, parallel)
			for range parallel {
				if _, _, err := s.Submit(b.Context(), benchSubmission(80)); err != nil {
					b.Fatal(err)
				}
				c, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease * 100})
				if err != nil {
					b.Fatal(err)
				}
				claims <- c
			}
			b.ResetTimer()
			var next atomic.Int64
			var ended = make(chan struct{})
			for range parallel {
				go func() {
					defer func() { ended <- struct{}{} }()
					c := <-claims
					for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
						if err := s.Put(b.Context(), c, Item{Index: int(i) % 80, Skips: int(i),
							Status: engine.ItemPassed, Outcome: engine.Passed,
							Result: []byte(`{"Outcome":"passed"}`)}); err != nil {
							b.Error(err)
						}
					}
				}()
			}
			for range parallel {
				<-ended
			}
		})
	}
}

// seed makes n copies of a run with a status, of different times.
func seed(b *testing.B, s *store, n int, status engine.ProjectStatus) {
	b.Helper()
	r, _, err := s.Submit(b.Context(), benchSubmission(80))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := write(b.Context(), s, "seed", func(t *tx) (none struct{}, err error) {
		_, err = t.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
			INSERT INTO runs SELECT id || i, project_id, name, type, source_id, sink_id, username,
				CASE WHEN i % 10 = 0 THEN ? ELSE ? END, end_reason, items, passed, warned, failed, skipped, blocked,
				unknown, attempt, restarts, skips, version, submitted - i, queued + i, started, finished, cancel_asked,
				owner, epoch, lease_until, labels, ignored, end_text, zones FROM runs JOIN n WHERE id = ?`,
			n, string(engine.StatusFailed), string(status), r.ID)
		if err == nil {
			_, err = t.exec(`INSERT INTO run_databases SELECT r.id, d.address, d.connections FROM run_databases d
				JOIN runs r ON r.id <> ? AND r.status = 'PENDING'`, r.ID)
		}
		if err == nil {
			_, err = t.exec(`INSERT INTO run_bodies SELECT r.id, d.task, d.plan_id, NULL FROM run_bodies d JOIN runs r
				ON r.id <> ? WHERE r.status = 'PENDING'`, r.ID)
		}
		return none, err
	}); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkListFailed(b *testing.B) {
	s := benchStore(b)
	seed(b, s, 100_000, engine.StatusFinished)
	for b.Loop() {
		runs, total, err := s.List(b.Context(), Filter{Statuses: []engine.ProjectStatus{engine.StatusFailed}},
			Page{Size: 50})
		if err != nil || len(runs) != 50 || total != 10_000 {
			b.Fatal(len(runs), total, err)
		}
	}
}

func BenchmarkClaim(b *testing.B) {
	s := benchStore(b)
	seed(b, s, 10_000, engine.StatusPending)
	for b.Loop() {
		c, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Release(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}

// Nothing can be claimed, because one database of all queued runs has no free connection.
func BenchmarkClaimBusy(b *testing.B) {
	s := benchStore(b)
	seed(b, s, 10_000, engine.StatusPending)
	if _, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease}); err != nil {
		b.Fatal(err)
	}
	if _, err := write(b.Context(), s, "limit", func(t *tx) (int64, error) {
		return t.exec("UPDATE addresses SET most = 4 WHERE address = 'a'")
	}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease}); !errors.Is(err, ErrNothing) {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	s := benchStore(b)
	r, _, err := s.Submit(b.Context(), benchSubmission(80))
	if err != nil {
		b.Fatal(err)
	}
	c, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease})
	if err != nil {
		b.Fatal(err)
	}
	for i := range 80 {
		if err := s.Put(b.Context(), c, Item{Index: i, Status: engine.ItemPassed, Outcome: engine.Passed,
			Result: []byte(`{"Outcome":"passed"}`)}); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, _, err := s.Snapshot(b.Context(), r.ID); err != nil {
			b.Fatal(err)
		}
	}
}
