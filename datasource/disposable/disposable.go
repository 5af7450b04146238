package disposable

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/sijms/go-ora/v2" // driver "oracle"
)

// Product names a kind of server.
type Product string

// The products.
const (
	MariaDB    Product = "MariaDB"
	MySQL      Product = "MySQL"
	OceanBase  Product = "OceanBase"  // Community Edition, a MySQL-mode tenant
	OracleFree Product = "OracleFree" // 23ai
	OracleXE   Product = "OracleXE"   // 21c, or another version by its image
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

	stop  func() error           // nil: it was not started here
	ended func() error           // why the server has ended; nil if it has not
	pause func(pause bool) error // nil: it was not started here
}

// Options control how [Start] starts a server.
type Options struct {
	// Args are arguments of the server program, which override those of a server for tests.
	Args []string
	// Images are the Docker images, by preference; nil are those that testdata/containers/build.sh makes, and the
	// public ones. "none" excludes Docker.
	Images []string
	// Disk is the space of the data of MariaDB and MySQL in a container, in bytes; 0 is the default of the engine.
	Disk int64
	// Loopback makes a container of MariaDB or MySQL listen on a loopback port of this machine, on which other such
	// servers can reach it. Server programs do that anyway.
	Loopback bool
	// MySQL is a folder with the unpacked packages of MySQL; empty: mysqld in PATH.
	MySQL string
}

// TestImages returns the Docker images from which a server of product p is started if Options name none.
func TestImages(p Product) []string { return products[p].images }

// Start starts a server of a product in a container, or from a server program of this machine. It ends with
// [Server.Stop], or when this process ends for any reason. The error is an [Unavailable] if there is neither.
func Start(ctx context.Context, p Product, o Options) (*Server, error) {
	return Obtain(ctx, p, Ways(p, o)...)
}

// Ended returns why the server has ended on its own, with the end of its log; nil if it is at work.
func (s *Server) Ended() error {
	if s.ended == nil {
		return nil
	}
	return s.ended()
}

// Stop ends the server immediately and without a shutdown, like a crash.
func (s *Server) Stop() error {
	if s.stop == nil {
		return nil
	}
	return s.stop()
}

// Pause stops the processes of the server, which keeps its connections and says nothing, until Resume.
func (s *Server) Pause() error { return s.pause(true) }

// Resume lets a server go on that was paused.
func (s *Server) Resume() error { return s.pause(false) }

// product holds the data needed to run a server of a product.
type product struct {
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

const dataFolder = "/var/lib/mysql"

// inMemory stores data outside an image's layers, where creating a table takes six times as long.
var inMemory = map[string]string{dataFolder: ""}

var products = map[Product]product{
	MariaDB: {
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
		images: []string{"oceanbase/oceanbase-ce"},
		port:   2881, user: "root@test",
		env: func(password string) map[string]string {
			return map[string]string{"MODE": "slim", "OB_TENANT_NAME": "test", "OB_TENANT_PASSWORD": password}
		},
		readyLog: "boot success!",
		timeout:  5 * time.Minute,
	},
	OracleFree: {
		images: []string{"gvenzl/oracle-free:slim-faststart"},
		port:   1521, user: "system", service: "FREEPDB1",
		env:      oracleEnv,
		readyLog: "DATABASE IS READY TO USE!",
		timeout:  5 * time.Minute,
	},
	OracleXE: {
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

// Oracle reports whether the product is Oracle.
func (p Product) Oracle() bool { return p == OracleFree || p == OracleXE }

// Way is one way to get a server.
type Way struct {
	Name string
	Get  func(context.Context) (*Server, error)
}

// Unavailable is the error of a way that cannot provide a server here, as opposed to one whose server is broken.
type Unavailable string

// Error returns the reason.
func (u Unavailable) Error() string { return string(u) }

func unavailablef(format string, args ...any) error {
	return Unavailable(fmt.Sprintf(format, args...))
}

// Ways lists the ways to start a server of product p.
func Ways(p Product, o Options) []Way {
	var args []string
	if spec := products[p]; spec.args != nil {
		args = slices.Concat(spec.args, []string{fmt.Sprintf("--server-id=%d", serverID())}, o.Args)
	}
	return []Way{
		{"Docker", func(ctx context.Context) (*Server, error) { return startContainer(ctx, p, o, args) }},
		{"server program", func(ctx context.Context) (*Server, error) { return startProgram(ctx, p, o.MySQL, args) }},
	}
}

// Obtain returns the server of the first of the ways that has one. Its error is an [Unavailable] that names each
// reason if none has.
func Obtain(ctx context.Context, p Product, ways ...Way) (*Server, error) {
	var reasons []string
	for _, w := range ways {
		s, err := w.Get(ctx)
		var reason Unavailable
		switch {
		case err == nil:
			return s, nil
		case errors.As(err, &reason):
			reasons = append(reasons, w.Name+": "+string(reason))
		default:
			return nil, fmt.Errorf("%s by %s: %w", p, w.Name, err)
		}
	}
	return nil, unavailablef("no %s server here (%s)", p, strings.Join(reasons, "; "))
}

// memo caches the first answer for each key for the lifetime of the process.
type memo[V any] struct{ answers sync.Map }

func (m *memo[V]) get(key string, find func() (V, error)) (V, error) {
	once, _ := m.answers.LoadOrStore(key, sync.OnceValues(find))
	return once.(func() (V, error))()
}

// Config returns the settings of go-sql-driver/mysql for the server: TCP, no
// TLS, several statements per query allowed, driver log off.
func (s *Server) Config(user, password, database string) *mysql.Config {
	c := mysql.NewConfig()
	c.User, c.Passwd, c.DBName = user, password, database
	c.Net, c.Addr = "tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port))
	c.MultiStatements = true
	c.Logger = &mysql.NopLogger{}
	return c
}

// Open returns a pool of connections of an account.
func (s *Server) Open(user, password string) (*sql.DB, error) {
	if s.Product.Oracle() {
		dsn := url.URL{
			Scheme: "oracle", User: url.UserPassword(user, password),
			Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), Path: s.Service,
		}
		return sql.Open("oracle", dsn.String())
	}
	connector, err := mysql.NewConnector(s.Config(user, password, ""))
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// Await returns when the server answers a statement. It returns the error of alive, or the last error of the
// server if ctx ends before. It sets the version.
func (s *Server) Await(ctx context.Context, alive func() error) error {
	db, err := s.Open(s.User, s.Password)
	if err != nil {
		return err
	}
	defer db.Close()
	query := "SELECT version()"
	if s.Product.Oracle() {
		query = "SELECT banner FROM v$version WHERE rownum = 1"
	}
	for {
		attempt, cancel := context.WithTimeout(ctx, 5*time.Second)
		err := db.QueryRowContext(attempt, query).Scan(&s.Version)
		cancel()
		if err == nil {
			return nil
		}
		if dead := alive(); dead != nil {
			return dead
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("no answer: %w", err)
		case <-time.After(30 * time.Millisecond):
		}
	}
}

// NewPassword returns a password that no validation component objects to and
// that needs no quoting.
func NewPassword() string { return "Pw-" + RandomHex(12) }

// RandomHex returns that many random bytes as hexadecimal digits.
func RandomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// serverID returns a replication server id, so that no two servers have the same.
func serverID() uint32 {
	var b [4]byte
	rand.Read(b[:])
	return binary.BigEndian.Uint32(b[:]) | 1
}
