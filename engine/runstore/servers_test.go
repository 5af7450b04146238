package runstore_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func TestParseServers(t *testing.T) {
	t.Parallel()
	s, err := runstore.ParseServers("mysql://ann:hunter2@db1:3307,[fd00::1]:3308,db3/runs?tls=required")
	must(t, err)
	if s.String() != "db1:3307,[fd00::1]:3308,db3:3306/runs" || len(s.Endpoints) != 3 || !s.HasPassword() ||
		s.Endpoints[1].User != "ann" || s.Endpoints[2].TLS.Mode != datasource.TLSRequired {
		t.Errorf("%s %+v", s, s)
	}
	if s = s.WithPassword(datasource.NewSecret("x")); s.Endpoints[2].Password.Reveal() != "x" {
		t.Error("the password is not that of all")
	}
	for _, bad := range []string{"mysql://ann:hunter2@db1", "mysql://ann:hunter2@db1/", "mysql://db1/runs",
		"mysql://ann:hunter2@db1,/runs", "postgres://ann:hunter2@db1/runs", "mysql://ann:hunter2@db1:x/runs",
		"mysql://ann:hunter2@db1/runs?hunter2=1", "mysql://ann:hunt/er2@db1/runs", "mysql:///runs"} {
		if _, err := runstore.ParseServers(bad); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Many processes that open a new database at the same time all get the store.
func TestOpenServersTogether(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		at := on(t, s)
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				s, err := at.tryOpen(t, runstore.Options{})
				if err != nil {
					t.Error(err)
					return
				}
				if _, _, err := s.Submit(t.Context(), submission("x")); err != nil {
					t.Error(err)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		wantCount(t, at.open(t, runstore.Options{}), 6)
	})
}

func wantCount(t *testing.T, s runstore.Store, want int) {
	t.Helper()
	_, total, err := s.List(t.Context(), runstore.Filter{}, runstore.Page{})
	must(t, err)
	if total != want {
		t.Errorf("%d runs, want %d", total, want)
	}
}

// Processes that submit, claim and finish at the same time keep the limits of the databases, run each run once, and
// lose no record.
func TestManyProcesses(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		at := on(t, s)
		const processes, runs = 4, 12
		var all sync.WaitGroup
		var mu sync.Mutex
		claimed := map[string]int{}
		stores := make([]runstore.Store, processes)
		for i := range stores {
			stores[i] = at.open(t, runstore.Options{})
		}
		for _, s := range stores {
			all.Go(func() {
				for range runs {
					if _, _, err := s.Submit(t.Context(), submission("x")); err != nil {
						t.Error(err)
					}
				}
			})
			all.Go(func() {
				for {
					mu.Lock()
					done := len(claimed) == processes*runs
					mu.Unlock()
					if done {
						return
					}
					c, err := s.Claim(t.Context(), runstore.Worker{ID: "w", Lease: runstore.MinLease})
					if errors.Is(err, runstore.ErrNothing) {
						time.Sleep(time.Millisecond)
						continue
					}
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					claimed[c.Run.ID]++
					mu.Unlock()
					stats, err := s.Stats(t.Context())
					if err != nil || stats.Connections["a:3306"] > 8 {
						t.Errorf("%d connections, %v", stats.Connections["a:3306"], err)
					}
					finish(t, s, c)
				}
			})
		}
		all.Wait()
		for id, n := range claimed {
			if n != 1 {
				t.Errorf("run %s was claimed %d times", id, n)
			}
		}
		finished, total, err := stores[0].List(t.Context(), runstore.Filter{Statuses: []engine.ProjectStatus{
			engine.StatusFinished}}, runstore.Page{Size: runstore.MaxPage})
		must(t, err)
		if total != processes*runs {
			t.Errorf("%d runs have finished", total)
		}
		for _, r := range finished {
			if r.Done != 2 {
				t.Errorf("run %s has %d items", r.ID, r.Done)
			}
		}
	})
}

// A server that is read-only is told apart from one that takes writes, which is used.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			first, second := on(t, dbtest.Start(t, p)), on(t, dbtest.Get(t, p))
			readOnly, writable := first.servers, second.servers
			first.server.Exec(t, "SET GLOBAL read_only = ON")
			_, err := first.tryOpen(t, runstore.Options{})
			want(t, err, runstore.ErrUnavailable)
			if err == nil || !strings.Contains(err.Error(), "read_only is ON") ||
				!strings.Contains(err.Error(), readOnly.Endpoints[0].Address()) {
				t.Errorf("the error is %v", err)
			}
			writable.Endpoints = append(readOnly.Endpoints, writable.Endpoints...)
			s := place{servers: writable, server: second.server}.open(t, runstore.Options{})
			submit(t, s, submission("x"))
			wantCount(t, place{servers: second.servers}.open(t, runstore.Options{}), 1)
		})
	}
}

// While the only server is read-only, writes wait.
func TestSwitchOver(t *testing.T) {
	t.Parallel()
	server := dbtest.Start(t, dbtest.MySQL)
	at := on(t, server)
	s := at.open(t, runstore.Options{})
	submit(t, s, submission("before"))
	server.Exec(t, "SET GLOBAL super_read_only = ON")
	time.AfterFunc(time.Second, func() { server.Exec(t, "SET GLOBAL super_read_only = OFF, GLOBAL read_only = OFF") })
	submit(t, s, submission("after")) // waits for the server
	wantNames(t, s, "before", "after")
}

// relay passes connections on until it is told to cut one.
type relay struct {
	net.Listener
	to  string
	cut func(fromClient []byte) (before, after bool) // the packet is passed on
}

func (r *relay) serve() {
	for {
		client, err := r.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.to)
		if err != nil {
			_ = client.Close()
			return
		}
		end := func() { _, _ = client.Close(), server.Close() }
		go func() {
			defer end()
			buffer := make([]byte, 1<<16)
			for {
				n, err := client.Read(buffer)
				if err != nil {
					return
				}
				before, after := r.cut(buffer[:n])
				if before {
					return
				}
				if _, err := server.Write(buffer[:n]); err != nil {
					return
				}
				if after { // the server does it, and the answer is lost
					time.Sleep(50 * time.Millisecond)
					return
				}
			}
		}()
		go func() {
			defer end()
			buffer := make([]byte, 1<<16)
			for {
				n, err := server.Read(buffer)
				if err != nil {
					return
				}
				if _, err := client.Write(buffer[:n]); err != nil {
					return
				}
			}
		}()
	}
}

// through puts a relay in front of the server.
func (p *place) through(t *testing.T, cut func(fromClient []byte) (before, after bool)) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	server := &p.servers.Endpoints[0]
	go (&relay{listener, server.Address(), cut}).serve()
	server.Host, server.Port = "127.0.0.1", listener.Addr().(*net.TCPAddr).Port
	server.TLS.Mode = datasource.TLSDisabled
}

// Connections are cut before and after a COMMIT has reached the server. Each write is made once, and acknowledged.
func TestCutAtCommit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, server *dbtest.Server) {
		at := on(t, server)
		var mu sync.Mutex
		commits := 0
		at.through(t, func(data []byte) (before, after bool) {
			if !strings.HasSuffix(string(data), "COMMIT") {
				return false, false
			}
			mu.Lock()
			defer mu.Unlock()
			commits++
			return commits%3 == 1, commits%3 == 2
		})
		s := at.open(t, runstore.Options{})
		var names []string
		for i := range 6 {
			names = append(names, strings.Repeat("x", i+1))
			submit(t, s, submission(names[i]))
		}
		wantNames(t, s, names...)
		for range names {
			finish(t, s, claim(t, s))
		}
		_, err := s.CreateLabel(t.Context(), "once")
		must(t, err)
		if commits < 20 {
			t.Errorf("only %d commits", commits)
		}
		finished, _, err := s.List(t.Context(), runstore.Filter{Statuses: []engine.ProjectStatus{
			engine.StatusFinished}}, runstore.Page{})
		must(t, err)
		for _, r := range finished {
			if r.Done != 2 || r.Restarts != 0 {
				t.Errorf("%+v", r)
			}
		}
		if len(finished) != len(names) {
			t.Errorf("%d runs have finished", len(finished))
		}
	})
}

// While the server cannot be reached, calls that read wait for it as those that write do, until their callers no longer
// wait or the store is closed.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, server *dbtest.Server) {
		at := on(t, server)
		var down atomic.Bool
		at.through(t, func([]byte) (before, after bool) { return down.Load(), false })
		s, err := at.tryOpen(t, runstore.Options{})
		must(t, err)
		r := submit(t, s, submission("x"))
		project, err := s.CreateProject(t.Context(), runstore.Project{Name: "p"})
		must(t, err)
		down.Store(true)
		for name, read := range map[string]func(context.Context) error{
			"Get":   func(ctx context.Context) error { _, err := s.Get(ctx, r.ID); return err },
			"Items": func(ctx context.Context) error { _, err := s.Items(ctx, r.ID, 0); return err },
			"List": func(ctx context.Context) error {
				runs, total, err := s.List(ctx, runstore.Filter{}, runstore.Page{})
				if err == nil && (len(runs) != 1 || total != 1) {
					err = fmt.Errorf("%d runs of %d", len(runs), total)
				}
				return err
			},
			"Snapshot": func(ctx context.Context) error { _, _, err := s.Snapshot(ctx, r.ID); return err },
			"Stats":    func(ctx context.Context) error { _, err := s.Stats(ctx); return err },
			"Wait":     func(ctx context.Context) error { _, err := s.Wait(ctx, r.ID, 0); return err },
			"Project":  func(ctx context.Context) error { _, err := s.Project(ctx, project.ID); return err },
		} {
			down.Store(true)
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
			err := read(ctx)
			cancel()
			if !errors.Is(err, runstore.ErrUnavailable) && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: the error is %v", name, err)
			}
			time.AfterFunc(200*time.Millisecond, func() { down.Store(false) })
			if err := read(t.Context()); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		down.Store(true)
		ended := make(chan error)
		go func() { _, err := s.Get(context.WithoutCancel(t.Context()), r.ID); ended <- err }()
		must(t, s.Close())
		if err := <-ended; err == nil {
			t.Error("a store was read that is closed and unreachable")
		}
	})
}

// A process that keeps the lock and says nothing more, as one that is stopped, delays the others until the server ends
// its session.
func TestStoppedProcess(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, server *dbtest.Server) {
		at := on(t, server)
		s := at.open(t, runstore.Options{})
		stopped, err := server.DB(t).Conn(t.Context())
		must(t, err)
		for _, statement := range []string{"SET SESSION wait_timeout = 3", "USE " + at.servers.Database,
			"START TRANSACTION", "SELECT 1 FROM meta WHERE name = 'lock' FOR UPDATE"} {
			_, err := stopped.ExecContext(t.Context(), statement)
			must(t, err)
		}
		began := time.Now()
		submit(t, s, submission("x"))
		if took := time.Since(began); took < time.Second {
			t.Errorf("the lock did not hold: %s", took)
		}
		_ = stopped.Close()
	})
}

// The text of a name is searched without its case, byte by byte otherwise.
func TestNames(t *testing.T) { everywhere(t, testNames) }

func testNames(t *testing.T, at place) {
	s := at.open(t, runstore.Options{})
	for _, name := range []string{"a", "a ", "A", "ä", "a\\'\"\x00;", strings.Repeat("长", 100)} {
		_, err := s.CreateLabel(t.Context(), name)
		must(t, err)
		sub := submission(name)
		sub.IdempotencyKey = name
		if r := submit(t, s, sub); r.Name != name {
			t.Errorf("%q is stored as %q", name, r.Name)
		}
	}
	for search, want := range map[string]int{"A": 4, "长长": 1, "\\": 1, "'": 1} {
		if _, total, err := s.List(t.Context(), runstore.Filter{Search: search}, runstore.Page{}); err != nil ||
			total < want {
			t.Errorf("%q: %d found, want %d, %v", search, total, want, err)
		}
	}
	labels, err := s.ListLabels(t.Context())
	must(t, err)
	if len(labels) != 6 {
		t.Errorf("labels %v", labels)
	}
}

// A text that a server cannot keep is refused, not cut.
func TestTooLong(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, server *dbtest.Server) {
		s := on(t, server).open(t, runstore.Options{})
		_, err := s.CreateLabel(t.Context(), strings.Repeat("x", 600))
		want(t, err, runstore.ErrInvalid)
		_, err = s.CreateLabel(t.Context(), "x")
		must(t, err)
	})
}
