package dbtest

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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	_ "github.com/sijms/go-ora/v2" // driver "oracle"

	"github.com/dbprecheck/precheck/datasource"
)

// statementTimeout bounds each statement, or batch of them, that the helpers execute.
const statementTimeout = 3 * time.Minute

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

// AtLeast reports whether the server's version is that of parts or a later one.
func (s *Server) AtLeast(parts ...int) bool {
	version, _ := datasource.ParseVersion(s.Version)
	return version.AtLeast(parts...)
}

// DB returns the administrator's connection pool, closed at t's end.
func (s *Server) DB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := s.open(s.User, s.Password)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func (s *Server) open(user, password string) (*sql.DB, error) {
	if s.Product.oracle() {
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

// Exec executes the statements in order on one connection of the administrator, and ends t with the text of
// the first that fails. One string may contain several statements, with semicolons between them.
func (s *Server) Exec(t testing.TB, statements ...string) {
	t.Helper()
	if err := s.exec(statements...); err != nil {
		t.Fatalf("dbtest: %s: %v", s.Product, err)
	}
}

func (s *Server) exec(statements ...string) error {
	db, err := s.open(s.User, s.Password)
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for _, statement := range statements {
		ctx, cancel := context.WithTimeout(context.Background(), statementTimeout)
		_, err := db.ExecContext(ctx, statement)
		cancel()
		if err != nil {
			return fmt.Errorf("%w\nin: %.500s", err, statement)
		}
	}
	return nil
}

// Database creates a database of a new short name, dropped at t's end. Not for
// Oracle.
func (s *Server) Database(t testing.TB) string {
	t.Helper()
	name := uniqueName()
	s.Exec(t, "CREATE DATABASE "+name)
	s.cleanup(t, "DROP DATABASE IF EXISTS "+name)
	return name
}

// Account creates an account 'user'@'%' with a new name, dropped at t's end, and executes the grants, in
// which %s is replaced by the quoted account:
//
//	user, password := s.Account(t, "GRANT SELECT ON *.* TO %s")
//
// Not for Oracle.
func (s *Server) Account(t testing.TB, grants ...string) (user, password string) {
	t.Helper()
	user, password = uniqueName(), newPassword()
	account := "'" + user + "'@'%'"
	statements := []string{"CREATE USER " + account + " IDENTIFIED BY '" + password + "'"}
	for _, grant := range grants {
		statements = append(statements, strings.ReplaceAll(grant, "%s", account))
	}
	s.cleanup(t, "DROP USER IF EXISTS "+account)
	s.Exec(t, statements...)
	return user, password
}

// cleanup executes the statement at t's end, unless the server has ended by then.
func (s *Server) cleanup(t testing.TB, statement string) {
	t.Cleanup(func() {
		if s.stopped {
			return
		}
		// An open transaction of the test must not delay the end for a day.
		if err := s.exec("SET SESSION lock_wait_timeout = 10", statement); err != nil {
			t.Errorf("dbtest: cleanup on %s: %v", s.Product, err)
		}
	})
}

// fromDSN returns the server that dsn names.
func fromDSN(p Product, dsn string) (*Server, error) {
	if dsn == "" {
		return nil, unavailable("not set")
	}
	s := &Server{Product: p, Origin: products[p].dsn, foreign: true}
	address := ""
	if p.oracle() {
		u, err := url.Parse(dsn)
		if err != nil || u.Scheme != "oracle" || u.User == nil {
			return nil, errors.New("want oracle://user:password@host:port/service")
		}
		s.User = u.User.Username()
		s.Password, _ = u.User.Password()
		address, s.Service = u.Host, strings.Trim(u.Path, "/")
	} else {
		c, err := mysql.ParseDSN(dsn)
		if err != nil {
			return nil, err
		}
		if c.Net != "tcp" {
			return nil, fmt.Errorf("want a TCP address, not %s", c.Net)
		}
		s.User, s.Password, address = c.User, c.Passwd, c.Addr
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	s.Host = host
	if s.Port, err = strconv.Atoi(port); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return s, s.await(ctx, func() error { return nil })
}

// await returns when the server answers a statement. It returns the error of alive, or the last error of the
// server if ctx ends before. It sets the version.
func (s *Server) await(ctx context.Context, alive func() error) error {
	db, err := s.open(s.User, s.Password)
	if err != nil {
		return err
	}
	defer db.Close()
	query := "SELECT version()"
	if s.Product.oracle() {
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

// uniqueName returns a new name of 13 lower-case characters, short enough for
// an account of any version.
func uniqueName() string { return "pt_" + randomHex(5) }

// newPassword returns a password that no validation component objects to and
// that needs no quoting.
func newPassword() string { return "Pw-" + randomHex(12) }

func randomHex(bytes int) string {
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
