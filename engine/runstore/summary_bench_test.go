package runstore

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// runsOfSummary is how many runs the benchmarks of summaries have.
var runsOfSummary = flag.Int("summary-runs", 100_000, "number of runs of the benchmarks of summaries")

// The number of a store's runs, and those of a filter, by verdict, type of checks and data source.
func BenchmarkSummarize(b *testing.B) {
	for _, kind := range []string{"SQLite", string(dbtest.MariaDB), string(dbtest.MySQL)} {
		b.Run(kind, func(b *testing.B) {
			s := benchStore(b)
			if kind != "SQLite" {
				s = serverStore(b, dbtest.Product(kind))
			}
			fillFleet(b, s, *runsOfSummary)
			for name, f := range map[string]Filter{"latest": {Latest: true}, "all": {},
				"one source": {Latest: true, DataSource: "e_7"}, "search": {Latest: true, Search: "task-1"}} {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						sum, err := s.Summarize(b.Context(), f)
						if err != nil || sum.Runs == 0 || len(sum.Checks) == 0 || len(sum.Sources) == 0 {
							b.Fatal(sum.Runs, err)
						}
					}
				})
			}
			for name, f := range map[string]Filter{"list all": {}, "list search": {Search: "task-1"},
				"list verdict": {Latest: true, Verdicts: []Verdict{VerdictFailed}},
				"list check":   {Latest: true, Check: "OWN_3", Outcome: engine.Failed}} {
				b.Run(name, func(b *testing.B) {
					for b.Loop() {
						if runs, _, err := s.List(b.Context(), f, Page{Size: 50}); err != nil || len(runs) == 0 {
							b.Fatal(len(runs), err)
						}
					}
				})
			}
		})
	}
}

func serverStore(b *testing.B, p dbtest.Product) *store {
	b.Helper()
	server := dbtest.Get(b, p)
	s, err := OpenServers(b.Context(), Servers{Database: server.Database(b), Endpoints: []datasource.Endpoint{{
		Type: datasource.MySQL, Host: server.Host, Port: server.Port, User: server.User,
		Password: datasource.NewSecret(server.Password)}}}, Options{Queue: 1 << 30})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s.(*store)
}

// fillFleet stores at least n finished runs of 80 items, of which one in ten did not pass, between 500 data sources.
func fillFleet(b *testing.B, s *store, n int) {
	b.Helper()
	first := min(n, 500)
	for i := range first {
		sub := benchSubmission(80)
		sub.Name = fmt.Sprintf("task-%d", i)
		sub.SourceID, sub.SinkID = fmt.Sprintf("e_%d", i/2), fmt.Sprintf("e_%d", 250+i/2)
		if _, _, err := s.Submit(b.Context(), sub); err != nil {
			b.Fatal(err)
		}
	}
	runs := 0
	for runs < first {
		c, err := s.Claim(b.Context(), Worker{ID: "w", Lease: MinLease})
		if err != nil {
			b.Fatal(err)
		}
		var items []Item
		for at := range 80 {
			item := Item{Index: at, Status: engine.ItemPassed, Outcome: engine.Passed,
				Result: []byte(strings.Repeat(`{"Outcome":"passed"}`, 5))}
			if at%10 == runs%10 || at == runs*7%80 || at == runs*3%79 {
				item.Status, item.Outcome = engine.ItemFailed, []engine.Outcome{engine.Failed, engine.Warned,
					engine.Unknown}[at/10%3]
			}
			items = append(items, item)
		}
		if err := s.Put(b.Context(), c, items...); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Finish(b.Context(), c, Ending{Status: engine.StatusFailed}); err != nil {
			b.Fatal(err)
		}
		runs++
	}
	for letter := 'a'; runs < n; letter++ {
		id := fmt.Sprintf("REPLACE(%%s, '_', '_%c')", letter)
		name := "name" // the last two copies repeat the names
		if runs*4 < n {
			name = fmt.Sprintf("REPLACE(name, '-', '-%d')", letter)
		}
		copyRows(b, s, "runs", map[string]string{"id": fmt.Sprintf(id, "id"), "name": name,
			"submitted": fmt.Sprintf("submitted - %d", runs)})
		for _, table := range []string{"run_bodies", "run_profiles"} {
			copyRows(b, s, table, map[string]string{"run_id": fmt.Sprintf(id, "run_id")})
		}
		runs *= 2
	}
}

// copyRows adds the rows of a table to it, with changes of some columns.
func copyRows(b *testing.B, s *store, table string, changes map[string]string) {
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
			columns[i] = change
		}
	}
	if _, err := write(b.Context(), s, "copy", func(t *tx) (int64, error) {
		t.most = time.Hour
		defer func() { t.most = 0 }()
		return t.exec("INSERT INTO " + table + " SELECT " + strings.Join(columns, ", ") + " FROM " + table)
	}); err != nil {
		b.Fatal(err)
	}
}
