package dbtest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dbprecheck/precheck/datasource/disposable"
)

// Product names a kind of server.
type Product = disposable.Product

// The products.
const (
	MariaDB    = disposable.MariaDB
	MySQL      = disposable.MySQL
	OceanBase  = disposable.OceanBase
	OracleFree = disposable.OracleFree
	OracleXE   = disposable.OracleXE
)

// Server is a running database server that answers statements.
type Server struct {
	disposable.Server

	shared  bool // with other tests, or from a DSN: it is not stopped
	foreign bool // from a DSN, so its log must not be emptied
	stopped bool
}

// Get returns the server of product p that all tests of this test binary share, starting it on first use. Its
// binary log is on, in ROW format; it does not resolve names and does not sync to disk; all other settings
// are the product's defaults. Tests run on it in parallel: a test that changes the whole server needs its
// own, see [Start].
func Get(t testing.TB, p Product) *Server {
	t.Helper()
	s, err := shared(p)
	return deliver(t, p, s, err)
}

// Start returns a server of product p for t alone, run with args after those of [Get], which they override,
// and stopped at t's end.
func Start(t testing.TB, p Product, args ...string) *Server {
	t.Helper()
	return start(t, p, disposable.Options{Args: args})
}

func start(t testing.TB, p Product, o disposable.Options) *Server {
	t.Helper()
	started, err := disposable.Obtain(t.Context(), p, ways(p, o, false)...)
	s := &Server{}
	if err == nil {
		s.Server = *started
	}
	s = deliver(t, p, s, err)
	t.Cleanup(func() { s.Stop(t) })
	return s
}

// Each runs f on the shared MariaDB and on the shared MySQL, as parallel
// subtests of those names.
func Each(t *testing.T, f func(t *testing.T, s *Server)) {
	for _, p := range []Product{MariaDB, MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			f(t, Get(t, p))
		})
	}
}

// Main runs m's tests, ends the shared servers, and returns the exit status. It is also 1 if something could
// not be removed. A package without a TestMain is cleaned up as well, but does not wait for it:
//
//	func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }
func Main(m *testing.M) int {
	status := m.Run()
	if err := disposable.End(); err != nil {
		fmt.Fprintln(os.Stderr, "dbtest: left behind:", err)
		status = max(status, 1)
	}
	return status
}

// Stop ends a server that [Start] returned, immediately and without a shutdown, like a crash. A second call
// does nothing.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.shared {
		t.Fatalf("dbtest: stop %s: other tests use it", s.Product)
	}
	if s.stopped {
		return
	}
	s.stopped = true
	if err := s.Server.Stop(); err != nil {
		t.Errorf("dbtest: stop %s: %v", s.Product, err)
	}
}

// ways lists the methods to get a server of product p with these options; if shareable, a server that others use is
// allowed.
func ways(p Product, o disposable.Options, shareable bool) []disposable.Way {
	given := func(context.Context) (*disposable.Server, error) { return fromDSN(p, os.Getenv(dsns[p])) }
	if !shareable {
		given = func(context.Context) (*disposable.Server, error) {
			return nil, disposable.Unavailable("a server of its own is wanted")
		}
	}
	o.Images, o.MySQL = Images(p), os.Getenv("PRECHECK_TEST_MYSQL_BASEDIR")
	return append([]disposable.Way{{Name: dsns[p], Get: given}}, disposable.Ways(p, o)...)
}

// Images returns the Docker images from which tests start a server of product p, by preference.
func Images(p Product) []string {
	if image := os.Getenv("PRECHECK_TEST_" + strings.ToUpper(string(p)) + "_IMAGE"); image != "" {
		return []string{image}
	}
	return disposable.TestImages(p)
}

// dsns are the environment variables with the DSN of an administrator.
var dsns = map[Product]string{
	MariaDB: "PRECHECK_TEST_MARIADB_DSN", MySQL: "PRECHECK_TEST_MYSQL_DSN", OceanBase: "PRECHECK_TEST_OCEANBASE_DSN",
	OracleFree: "PRECHECK_TEST_ORACLE_DSN", OracleXE: "PRECHECK_TEST_ORACLE_DSN",
}

// deliver returns s, or ends t with the reason why there is none.
func deliver(t testing.TB, p Product, s *Server, err error) *Server {
	t.Helper()
	var reason disposable.Unavailable
	switch {
	case err == nil:
		t.Logf("dbtest: %s %s from %s at %s:%d", p, s.Version, s.Origin, s.Host, s.Port)
		return s
	case errors.As(err, &reason) && !required(os.Getenv("PRECHECK_TEST_REQUIRE"), p):
		t.Skipf("dbtest: did not run: %v", err)
	default:
		t.Fatalf("dbtest: %v", err)
	}
	return nil
}

func required(list string, p Product) bool {
	return slices.ContainsFunc(strings.Split(list, ","), func(name string) bool {
		return strings.EqualFold(strings.TrimSpace(name), string(p))
	})
}

// servers are those that all tests of this test binary share.
var servers sync.Map

// shared returns the server of product p that all tests share.
func shared(p Product) (*Server, error) {
	once, _ := servers.LoadOrStore(p, sync.OnceValues(func() (*Server, error) {
		s, err := disposable.Obtain(context.Background(), p, ways(p, disposable.Options{}, true)...)
		if err != nil {
			return nil, err
		}
		return &Server{Server: *s, shared: true, foreign: s.Origin == dsns[p]}, nil
	}))
	return once.(func() (*Server, error))()
}
