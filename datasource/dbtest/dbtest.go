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
	"time"
)

// Product names a kind of server.
type Product string

// The products.
const (
	MariaDB    Product = "MariaDB"
	MySQL      Product = "MySQL"
	OceanBase  Product = "OceanBase"  // Community Edition, a MySQL-mode tenant
	OracleFree Product = "OracleFree" // 23ai
	OracleXE   Product = "OracleXE"   // 21c; others by PRECHECK_TEST_ORACLEXE_IMAGE
)

// Server is a running database server that answers statements.
type Server struct {
	Product  Product
	Host     string
	Port     int
	User     string // administrator
	Password string
	Service  string // Oracle's service name, else empty
	Version  string // as the server reports it: version(), Oracle's banner
	Origin   string // where it came from, for messages

	foreign bool         // from a DSN, so its log must not be emptied
	stop    func() error // nil: shared with others
	stopped bool
}

// Get returns the server of product p that all tests of this test binary share, starting it on first use. Its
// binary log is on, in ROW format; it does not resolve names and does not sync to disk; all other settings
// are the product's defaults. Tests run on it in parallel: a test that changes the whole server needs its
// own, see [Start].
func Get(t testing.TB, p Product) *Server {
	t.Helper()
	s, err := shared.get(p, func() (*Server, error) {
		s, err := obtain(context.Background(), p, ways(p, nil, true))
		if err == nil {
			s.stop = nil
		}
		return s, err
	})
	return deliver(t, p, s, err)
}

// Start returns a server of product p for t alone, run with args after those of [Get], which they override,
// and stopped at t's end.
func Start(t testing.TB, p Product, args ...string) *Server {
	t.Helper()
	s, err := obtain(t.Context(), p, ways(p, args, false))
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
	if err := endSession(); err != nil {
		fmt.Fprintln(os.Stderr, "dbtest: left behind:", err)
		status = max(status, 1)
	}
	return status
}

// Stop ends a server that [Start] returned, immediately and without a shutdown, like a crash. A second call
// does nothing.
func (s *Server) Stop(t testing.TB) {
	t.Helper()
	if s.stop == nil {
		t.Fatalf("dbtest: stop %s: other tests use it", s.Product)
	}
	if s.stopped {
		return
	}
	s.stopped = true
	if err := s.stop(); err != nil {
		t.Errorf("dbtest: stop %s: %v", s.Product, err)
	}
}

// product holds the data needed to run a server of a product.
type product struct {
	dsn      string   // environment variable
	images   []string // by preference
	port     int      // inside a container
	user     string
	service  string
	env      func(password string) map[string]string // of a container
	tmpfs    map[string]string                       // of a container: folder to options
	args     []string                                // for the server
	readyLog string                                  // the log text of a container that is ready
	timeout  time.Duration                           // for coming up
}

var mysqlArgs = []string{
	"--log-bin=binlog", "--skip-name-resolve", "--max-connections=1000",
	"--innodb-flush-log-at-trx-commit=0", "--sync-binlog=0", "--innodb-buffer-pool-size=32M",
}

// inMemory stores data outside an image's layers, where creating a table takes six times as long.
var inMemory = map[string]string{"/var/lib/mysql": ""}

var products = map[Product]product{
	MariaDB: {
		dsn:    "PRECHECK_TEST_MARIADB_DSN",
		images: []string{"precheck-mariadb:local", "mariadb:11.4"},
		port:   3306, user: "root",
		env: func(password string) map[string]string {
			return map[string]string{"MARIADB_ROOT_PASSWORD": password, "MARIADB_ROOT_HOST": "%"}
		},
		tmpfs:   inMemory,
		args:    append(slices.Clip(mysqlArgs), "--binlog-format=ROW"),
		timeout: 2 * time.Minute,
	},
	MySQL: {
		dsn:    "PRECHECK_TEST_MYSQL_DSN",
		images: []string{"precheck-mysql:local", "mysql:8.4"},
		port:   3306, user: "root",
		env: func(password string) map[string]string {
			return map[string]string{"MYSQL_ROOT_PASSWORD": password, "MYSQL_ROOT_HOST": "%"}
		},
		tmpfs:   inMemory,
		args:    mysqlArgs,
		timeout: 2 * time.Minute,
	},
	OceanBase: {
		dsn:    "PRECHECK_TEST_OCEANBASE_DSN",
		images: []string{"oceanbase/oceanbase-ce"},
		port:   2881, user: "root@test",
		env: func(password string) map[string]string {
			return map[string]string{"MODE": "slim", "OB_TENANT_NAME": "test", "OB_TENANT_PASSWORD": password}
		},
		readyLog: "boot success!",
		timeout:  5 * time.Minute,
	},
	OracleFree: {
		dsn:    "PRECHECK_TEST_ORACLE_DSN",
		images: []string{"gvenzl/oracle-free:slim-faststart"},
		port:   1521, user: "system", service: "FREEPDB1",
		env:      oracleEnv,
		readyLog: "DATABASE IS READY TO USE!",
		timeout:  5 * time.Minute,
	},
	OracleXE: {
		dsn:    "PRECHECK_TEST_ORACLE_DSN",
		images: []string{"gvenzl/oracle-xe:slim-faststart"},
		port:   1521, user: "system", service: "XEPDB1",
		env:      oracleEnv,
		readyLog: "DATABASE IS READY TO USE!",
		timeout:  5 * time.Minute,
	},
}

func oracleEnv(password string) map[string]string {
	return map[string]string{"ORACLE_PASSWORD": password}
}

func (p Product) oracle() bool { return p == OracleFree || p == OracleXE }

// way is one way to get a server.
type way struct {
	name string
	get  func(context.Context) (*Server, error)
}

// unavailable is the error of a method that cannot provide a server here, as opposed to one whose server is
// broken.
type unavailable string

func (u unavailable) Error() string { return string(u) }

func unavailablef(format string, args ...any) error {
	return unavailable(fmt.Sprintf(format, args...))
}

// ways lists the methods to get a server of product p with the arguments args; if shareable, a server that
// others use is allowed.
func ways(p Product, args []string, shareable bool) []way {
	spec := products[p]
	args = slices.Concat(spec.args, []string{fmt.Sprintf("--server-id=%d", serverID())}, args)
	if spec.args == nil {
		args = nil
	}
	given := func(context.Context) (*Server, error) { return fromDSN(p, os.Getenv(spec.dsn)) }
	if !shareable {
		given = func(context.Context) (*Server, error) {
			return nil, unavailable("a server of its own is wanted")
		}
	}
	return []way{
		{spec.dsn, given},
		{"Docker", func(ctx context.Context) (*Server, error) { return startContainer(ctx, p, args) }},
		{"server program", func(ctx context.Context) (*Server, error) { return startProgram(ctx, p, args) }},
	}
}

// obtain returns the server of the first of the ways that has one. Its error is
// an [unavailable] that names each reason if none has.
func obtain(ctx context.Context, p Product, ways []way) (*Server, error) {
	var reasons []string
	for _, w := range ways {
		s, err := w.get(ctx)
		var reason unavailable
		switch {
		case err == nil:
			return s, nil
		case errors.As(err, &reason):
			reasons = append(reasons, w.name+": "+string(reason))
		default:
			return nil, fmt.Errorf("%s by %s: %w", p, w.name, err)
		}
	}
	return nil, unavailablef("no %s server here (%s)", p, strings.Join(reasons, "; "))
}

// deliver returns s, or ends t with the reason why there is none.
func deliver(t testing.TB, p Product, s *Server, err error) *Server {
	t.Helper()
	var reason unavailable
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

// memo caches the first answer for each product for the lifetime of the process.
type memo[V any] struct{ answers sync.Map }

func (m *memo[V]) get(p Product, find func() (V, error)) (V, error) {
	once, _ := m.answers.LoadOrStore(p, sync.OnceValues(find))
	return once.(func() (V, error))()
}

var shared memo[*Server]
