package runstore

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
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

// each runs a benchmark on a store of each kind.
func each(b *testing.B, bench func(*testing.B, *store)) {
	b.Run("SQLite", func(b *testing.B) { bench(b, benchStore(b)) })
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		b.Run(string(p), func(b *testing.B) {
			server := dbtest.Get(b, p)
			s, err := OpenServers(b.Context(), Servers{Database: server.Database(b), Endpoints: []datasource.Endpoint{{
				Type: datasource.MySQL, Host: server.Host, Port: server.Port, User: server.User,
				Password: datasource.NewSecret(server.Password)}}}, Options{Queue: 1 << 30})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			bench(b, s.(*store))
		})
	}
}

// spread submits runs between one source and each of a number of destinations, and copies them until there are n. Of
// the other tables of a run it copies only those that are named.
func spread(b *testing.B, s *store, n, destinations int, tables ...string) {
	b.Helper()
	var all errgroup.Group
	all.SetLimit(200)
	for i := range destinations {
		all.Go(func() error {
			sub := benchSubmission(80)
			sub.Databases[1].Address, sub.SinkID = fmt.Sprint("b", i), fmt.Sprint("e_", i)
			_, _, err := s.Submit(b.Context(), sub)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		b.Fatal(err)
	}
	for have, letter := destinations, 'a'; have < n; letter++ {
		more := min(have, n-have)
		replaced := fmt.Sprintf("REPLACE(%%s, '_', '_%c')", letter)
		copied(b, s, "runs", map[string]string{"id": replaced, "submitted": fmt.Sprintf("%%s - %d", have),
			"queued": fmt.Sprintf("%%s + %d", have)}, fmt.Sprint(" ORDER BY id LIMIT ", more))
		for _, table := range tables {
			copied(b, s, table, map[string]string{"run_id": replaced},
				" WHERE "+fmt.Sprintf(replaced, "run_id")+" IN (SELECT id FROM runs)")
		}
		have += more
	}
}

// copied adds the rows of a table to it, with changes of some columns.
func copied(b *testing.B, s *store, table string, changes map[string]string, which string) {
	b.Helper()
	rows, err := s.query(b.Context(), "SELECT * FROM "+table+" WHERE 1 = 0")
	if err != nil {
		b.Fatal(err)
	}
	columns, err := rows.Columns()
	if err := errors.Join(err, rows.Close()); err != nil {
		b.Fatal(err)
	}
	for i, c := range columns {
		if change, ok := changes[c]; ok {
			columns[i] = fmt.Sprintf(change, c)
		}
	}
	if _, err := write(b.Context(), s, "copy", func(t *tx) (int64, error) {
		t.most = time.Hour
		defer func() { t.most = 0 }()
		return t.exec("INSERT INTO " + table + " SELECT " + strings.Join(columns, ", ") + " FROM " + table + which)
	}); err != nil {
		b.Fatal(err)
	}
}

// alter changes rows as no method does.
func alter(b *testing.B, s *store, statement string, args ...any) {
	b.Helper()
	if _, err := write(b.Context(), s, "alter", func(t *tx) (int64, error) {
		t.most = time.Hour
		defer func() { t.most = 0 }()
		return t.exec(statement, args...)
	}); err != nil {
		b.Fatal(err)
	}
}

// repeat is the loop of a benchmark. Beside the mean it reports the shortest time, which a busy machine changes less.
func repeat(b *testing.B, f func()) {
	b.Helper()
	least := time.Duration(math.MaxInt64)
	for b.Loop() {
		began := time.Now()
		f()
		least = min(least, time.Since(began))
	}
	b.ReportMetric(float64(least.Microseconds())/1000, "least-ms")
}

// runsOfLists is how many runs BenchmarkListFailed has.
var runsOfLists = flag.Int("runs", 100_000, "number of runs of BenchmarkListFailed")

// The last 50 of the runs that failed, one in ten.
func BenchmarkListFailed(b *testing.B) {
	each(b, func(b *testing.B, s *store) {
		spread(b, s, *runsOfLists, 10)
		alter(b, s, "UPDATE runs SET status = CASE WHEN sink_id = 'e_0' THEN 'FAILED' ELSE 'FINISHED' END")
		repeat(b, func() {
			runs, total, err := s.List(b.Context(), Filter{Statuses: []engine.ProjectStatus{engine.StatusFailed}},
				Page{Size: 50})
			if err != nil || len(runs) != 50 || total < *runsOfLists/20 {
				b.Fatal(len(runs), total, err)
			}
		})
	})
}

// queued is how many runs wait while others are claimed.
const queued = 100_000

// The cost of a claim and of giving the run back, with runs between few and many pairs of databases.
func BenchmarkClaim(b *testing.B) {
	eachQueue(b, func(b *testing.B, s *store) {
		repeat(b, func() {
			c, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease})
			if err != nil {
				b.Fatal(err)
			}
			if err := s.Release(b.Context(), c); err != nil {
				b.Fatal(err)
			}
		})
	})
}

// Nothing can be claimed, because one database of all queued runs has no free connection.
func BenchmarkClaimBusy(b *testing.B) {
	eachQueue(b, func(b *testing.B, s *store) {
		if _, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease}); err != nil {
			b.Fatal(err)
		}
		alter(b, s, "UPDATE addresses SET most = 4 WHERE address = 'a'")
		repeat(b, func() {
			if _, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease}); !errors.Is(err, ErrNothing) {
				b.Fatal(err)
			}
		})
	})
}

// eachQueue runs a benchmark on queues of few and of many demands.
func eachQueue(b *testing.B, bench func(*testing.B, *store)) {
	each(b, func(b *testing.B, s *store) {
		for _, demands := range []int{1, 1000, 10_000} {
			b.Run(fmt.Sprint("demands=", demands), func(b *testing.B) {
				for _, table := range []string{"runs", "run_databases", "run_bodies", "claimed", "demands"} {
					alter(b, s, "DELETE FROM "+table)
				}
				spread(b, s, queued, demands, "run_databases", "run_bodies")
				bench(b, s)
			})
		}
	})
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
