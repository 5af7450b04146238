package engine_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// busy is a reader that counts the readers that read at the same time, by host.
type busy struct {
	datasource.Snapshot
	now, most *atomic.Int64
	once      *sync.Once
}

func (b busy) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	b.once.Do(func() {
		now := b.now.Add(1)
		for most := b.most.Load(); now > most && !b.most.CompareAndSwap(most, now); most = b.most.Load() {
			continue
		}
	})
	return b.Snapshot.Read(ctx, fact)
}

func (b busy) Close() error {
	b.once.Do(func() { b.now.Add(1) })
	b.now.Add(-1)
	return nil
}

// Many runs in both directions between two servers share the connections of each, and all of them end.
func TestRunsWaitForConnections(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	open := func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		if e.Host != "queue-a" {
			return shop(), nil
		}
		return busy{Snapshot: shop(), now: &now, most: &most, once: &sync.Once{}}, nil
	}
	e, err := engine.New(engine.WithChecks(check("TEST_QUEUE", wrongTables("a"))), engine.WithOnly("TEST_QUEUE"),
		engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Go(func() {
			forth := task()
			forth.Source.Host, forth.Destination.Host = "queue-a", "queue-b"
			if i%2 == 1 {
				forth.Source.Host, forth.Destination.Host = "queue-b", "queue-a"
			}
			r, err := e.Run(t.Context(), forth)
			if err != nil {
				t.Error(err)
				return
			}
			if got := last(r).Outcome; got != engine.Failed {
				t.Errorf("got %s, want the finding: %s", got, last(r).Reason)
			}
		})
	}
	wg.Wait()
	if limit := int64(engine.ServerConnections / engine.DefaultConnections); most.Load() > limit {
		t.Errorf("%d runs used the server at the same time, more than %d", most.Load(), limit)
	}
}

// A run that reaches its time limit while it waits for others says so.
func TestQueuedRunReachesItsLimit(t *testing.T) {
	t.Parallel()
	asked, early := make(chan struct{}), false
	first := true
	var mu sync.Mutex
	open := func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
		mu.Lock()
		defer mu.Unlock()
		if first {
			first = false
			return stuck{shop(), asked, &early, make(chan struct{}, 1)}, nil
		}
		return shop(), nil
	}
	e, err := engine.New(engine.WithOnly("RDB_CONNECT"), engine.WithOpener(open))
	if err != nil {
		t.Fatal(err)
	}
	long, short := task(), task()
	long.Source.Host, short.Source.Host = "queue-c", "queue-c"
	long.Limits.Connections = engine.ServerConnections
	short.Limits.Timeout = 20 * time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if _, err := e.Run(ctx, long); err != nil {
			t.Error(err)
		}
	}()
	<-asked
	r, err := e.Run(t.Context(), short)
	cancel()
	<-ended
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range r.Results {
		if res.Outcome != engine.Unknown || !strings.Contains(res.Reason, "waited for other runs") {
			t.Errorf("%s: %s: %s", res.Item.Name(), res.Outcome, res.Reason)
		}
	}
}

// The reason of an item that a run did not reach in time names the side that had not answered.
func TestTimeoutNamesTheSide(t *testing.T) {
	t.Parallel()
	for host, side := range map[string]string{"a": "source", "b": "destination"} {
		asked, early := make(chan struct{}), false
		open := func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
			if e.Host == host {
				return stuck{shop(), asked, &early, make(chan struct{}, 1)}, nil
			}
			return shop(), nil
		}
		e, err := engine.New(engine.WithOnly("RDB_CONNECT"), engine.WithOpener(open))
		if err != nil {
			t.Fatal(err)
		}
		waiting := task()
		waiting.Limits.Timeout = 2 * time.Second // enough for the other endpoint on a busy machine
		r, err := e.Run(t.Context(), waiting)
		if err != nil {
			t.Fatal(err)
		}
		if n := r.Count(engine.Unknown); n != 1 {
			t.Errorf("%s: %d items are unknown, want one", side, n)
		}
		for _, res := range r.Results {
			if res.Outcome != engine.Unknown {
				continue
			}
			if !strings.Contains(res.Reason, "("+side+")") || !strings.Contains(res.Advice, "("+side+")") {
				t.Errorf("%s: %s %s", side, res.Reason, res.Advice)
			}
		}
	}
}

// Accounts that may open one connection, and many runs at once, get the verdicts of a single run with all
// its connections. A run that is refused a connection warns of it.
func TestFewConnectionsOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		source, dest := s.Database(t), s.Database(t)
		createTables(t, s, source, 20)
		var users []string
		end := func(schema string) checktest.Endpoint {
			user, password := s.Account(t, "GRANT ALL ON *.* TO %s WITH GRANT OPTION")
			users = append(users, user)
			return checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
		}
		limit := func(connections int) {
			for _, user := range users {
				s.Exec(t, fmt.Sprintf("ALTER USER '%s'@'%%' WITH MAX_USER_CONNECTIONS %d", user, connections))
			}
		}
		task := checktest.Real{Source: end(source), Dest: end(dest)}.Task(checks.AllPhases)
		var last *engine.Report // of all checks
		outcomes := func(task engine.Task, options ...engine.Option) string {
			e, err := engine.New(options...)
			if err != nil {
				t.Error(err)
				return ""
			}
			r, err := e.Run(t.Context(), task)
			if err != nil {
				t.Error(err)
				return ""
			}
			if len(options) == 0 {
				last = r
			}
			var b strings.Builder
			for _, res := range r.Results {
				if res.Item.Check.Type != "RDB_CONNECTION_LIMIT" { // which judges the account's limit
					b.WriteString(res.Item.Name() + " " + string(res.Outcome) + " " + res.Reason + "\n")
				}
			}
			return b.String()
		}
		want := outcomes(task)
		limit(1)
		got := outcomes(task)
		if got != want {
			t.Errorf("with two connections:\n%s\nwith eight:\n%s", got, want)
		}
		refused := slices.ContainsFunc(last.Usage, func(u engine.DatabaseUsage) bool { return u.Admitted > 0 })
		warned := slices.ContainsFunc(last.Warnings,
			func(w string) bool { return strings.Contains(w, "limits.connections: the ") })
		if warned != refused {
			t.Errorf("warnings %q of %+v", last.Warnings, last.Usage)
		}
		limit(0)

		var wg sync.WaitGroup
		want = outcomes(task, engine.WithOnly("RDB_TABLE_EXIST"))
		for range 200 {
			wg.Go(func() {
				if got := outcomes(task, engine.WithOnly("RDB_TABLE_EXIST")); got != want {
					t.Errorf("one of many:\n%s\nalone:\n%s", got, want)
				}
			})
		}
		wg.Wait()
	})
}
