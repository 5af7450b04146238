package runstore

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// longest selects the run to claim by looking at each that is queued.
const longest = `SELECT r.queued FROM runs r WHERE r.status = 'PENDING' AND NOT EXISTS (
		SELECT 1 FROM run_databases d JOIN addresses a ON a.address = d.address
			JOIN (SELECT address, SUM(connections) AS used FROM claimed GROUP BY address) c ON c.address = d.address
		WHERE d.run_id = r.id AND c.used + d.connections > a.most)
	ORDER BY r.queued LIMIT 1`

// onEach runs a test on a store of each kind.
func onEach(t *testing.T, test func(*testing.T, *store)) {
	t.Helper()
	t.Parallel()
	run := func(t *testing.T, s Store, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		test(t, s.(*store))
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		s, err := OpenFolder(t.Context(), t.TempDir(), Options{})
		run(t, s, err)
	})
	dbtest.Each(t, func(t *testing.T, server *dbtest.Server) {
		s, err := openOn(t, server, server.Database(t))
		run(t, s, err)
	})
}

// Whatever is done with runs, Claim takes the one that has waited longest of those that fit, and the table of demands
// has those of the queued runs.
func TestDemands(t *testing.T) {
	onEach(t, func(t *testing.T, s *store) {
		random := rand.New(rand.NewPCG(1, 2))
		var runs []string
		var claims []Claim
		one := func(from []string) string { return from[random.IntN(len(from))] }
		known := func(err error) {
			t.Helper()
			if err != nil && !errors.Is(err, ErrConflict) && !errors.Is(err, ErrLost) {
				t.Fatal(err)
			}
		}
		check := &checks.Check{Type: "OWN_A", Page: checks.Page{Title: "Own check"}}
		claimed, nothing := 0, 0
		for range 200 {
			claims = slices.DeleteFunc(claims, func(c Claim) bool {
				how := random.IntN(10)
				switch how {
				case 0:
					known(s.Release(t.Context(), c))
				case 1:
					_, err := s.Finish(t.Context(), c, Ending{Status: engine.StatusFailed, Reason: Refused})
					known(err)
				}
				return how < 2
			})
			switch random.IntN(16) {
			case 0, 1, 2, 3:
				sub := Submission{Plan: engine.Plan{Items: []engine.Item{{Check: check, Side: checks.Source}}}}
				for _, i := range random.Perm(3)[:1+random.IntN(2)] {
					sub.Databases = append(sub.Databases, Database{Address: fmt.Sprint("d", i),
						Connections: 1 + random.IntN(3), Limit: 3 + random.IntN(2)})
				}
				r, _, err := s.Submit(t.Context(), sub)
				known(err)
				runs = append(runs, r.ID)
			case 4:
				if len(runs) > 0 {
					_, err := s.Cancel(t.Context(), one(runs))
					known(err)
				}
			case 5:
				if len(runs) > 0 {
					_, err := s.Retry(t.Context(), one(runs), Retry{})
					known(err)
				}
			case 6:
				if len(claims) > 0 && random.IntN(6) == 0 {
					_, err := write(t.Context(), s, "lapse", func(t *tx) (int64, error) {
						return t.exec("UPDATE runs SET lease_until = 1 WHERE status = 'RUNNING'")
					})
					known(err)
					_, err = s.Reap(t.Context())
					known(err)
					claims = nil
				}
			case 7:
				known(s.fixDemands(t.Context()))
			default:
				want, none := number(t, s, longest)
				c, err := s.Claim(t.Context(), Worker{ID: "w", Lease: MinLease})
				if errors.Is(err, ErrNothing) != none || err != nil && !none {
					t.Fatalf("nothing is free: %v, but %v", none, err)
				}
				if none {
					nothing++
					continue
				}
				claimed++
				claims = append(claims, c)
				if got, _ := number(t, s, "SELECT queued FROM runs WHERE id = ?", c.Run.ID); got != want {
					t.Errorf("a run was claimed that is queued since %d, and not one since %d", got, want)
				}
			}
			wantDemands(t, s)
		}
		t.Logf("%d runs, %d claims, %d times nothing", len(runs), claimed, nothing)
		if claimed == 0 || nothing == 0 {
			t.Errorf("%d claims, %d times nothing", claimed, nothing)
		}
	})
}

// number returns the only value of a query, or that there is none.
func number(t *testing.T, s *store, query string, args ...any) (value int64, none bool) {
	t.Helper()
	value, err := one[int64](t.Context(), s, query, args...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		t.Fatal(err)
	}
	return value, err != nil
}

// wantDemands fails if the demands are not those of the queued runs, each with the one that has waited longest.
func wantDemands(t *testing.T, s *store) {
	t.Helper()
	type demanded struct {
		demand string
		queued int64
	}
	scan := func(scan func(...any) error) (d demanded, err error) { return d, scan(&d.demand, &d.queued) }
	want, err := all(t.Context(), s, scan,
		"SELECT demand, MIN(queued) FROM runs WHERE status = 'PENDING' GROUP BY demand ORDER BY demand")
	got, err2 := all(t.Context(), s, scan, `SELECT d.demand, MIN(d.queued) FROM demands d JOIN runs r ON r.id = d.run_id
		AND r.demand = d.demand AND r.queued = d.queued AND r.status = 'PENDING' GROUP BY d.demand ORDER BY d.demand`)
	total, err3 := one[int](t.Context(), s, "SELECT COUNT(DISTINCT demand) FROM demands")
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(want, got) || total != len(want) {
		t.Errorf("the demands are %v, want %v", got, want)
	}
}

// What an older program does with the store, which does not know of demands, keeps no run from being claimed in its
// turn.
func TestFixDemands(t *testing.T) {
	onEach(t, func(t *testing.T, s *store) {
		for _, older := range []struct {
			statement string
			claimed   []string
		}{
			{"UPDATE runs SET demand = '' WHERE status = 'PENDING'", []string{"first", "second"}},
			{"DELETE FROM demands", []string{"first", "second"}},
			{"UPDATE demands SET run_id = 'gone'", []string{"first", "second"}},
			{"UPDATE runs SET status = 'RUNNING' WHERE name = 'first' AND status = 'PENDING'", []string{"second"}},
		} {
			for _, name := range []string{"first", "second"} {
				if _, _, err := s.Submit(t.Context(), Submission{Name: name,
					Databases: []Database{{Address: "a", Connections: 1, Limit: 1}}}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(2 * time.Millisecond) // the queue is in order of milliseconds
			}
			if _, err := write(t.Context(), s, "older", func(t *tx) (int64, error) {
				return t.exec(older.statement)
			}); err != nil {
				t.Fatal(err)
			}
			worker := Worker{ID: "w", Lease: MinLease}
			if len(older.claimed) == 1 {
				if _, err := s.Claim(t.Context(), worker); !errors.Is(err, ErrNothing) {
					t.Errorf("the error is %v", err)
				}
			} else if _, err := s.Prune(t.Context(), Retention{}); err != nil {
				t.Fatal(err)
			}
			for _, name := range older.claimed {
				c, err := s.Claim(t.Context(), worker)
				if err != nil || c.Run.Name != name {
					t.Fatalf("%s: claimed %q, %v", older.statement, c.Run.Name, err)
				}
				_, err = s.Finish(t.Context(), c, Ending{Status: engine.StatusFailed, Reason: Refused})
				if err != nil {
					t.Fatal(err)
				}
			}
			wantDemands(t, s)
		}
	})
}
