package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/disposable"
)

// statementTimeout bounds each statement, or batch of them, that the helpers execute.
const statementTimeout = 3 * time.Minute

// AtLeast reports whether the server's version is that of parts or a later one.
func (s *Server) AtLeast(parts ...int) bool {
	version, _ := datasource.ParseVersion(s.Version)
	return version.AtLeast(parts...)
}

// DB returns the administrator's connection pool, closed at t's end.
func (s *Server) DB(t testing.TB) *sql.DB {
	t.Helper()
	db, err := s.Open(s.User, s.Password)
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	t.Cleanup(func() { db.Close() })
	return db
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
	db, err := s.Open(s.User, s.Password)
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
	user, password = uniqueName(), disposable.NewPassword()
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
func fromDSN(p Product, dsn string) (*disposable.Server, error) {
	if dsn == "" {
		return nil, disposable.Unavailable("not set")
	}
	s := &disposable.Server{Product: p, Origin: dsns[p]}
	address := ""
	if p.Oracle() {
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
	return s, s.Await(ctx, func() error { return nil })
}

// uniqueName returns a new name of 13 lower-case characters, short enough for
// an account of any version.
func uniqueName() string { return "pt_" + disposable.RandomHex(5) }
