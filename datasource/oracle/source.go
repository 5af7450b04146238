package oracle

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"
	"sync/atomic"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/answer"
	"github.com/dbprecheck/precheck/datasource/internal/connpool"
	"github.com/dbprecheck/precheck/datasource/internal/textrow"
	"github.com/dbprecheck/precheck/datasource/internal/transport"
	"github.com/dbprecheck/precheck/datasource/internal/usage"
)

// connections is a Source over a small pool of connections to one database.
type connections struct {
	pool       *connpool.Pool
	recorder   *transport.Recorder
	statements usage.Statements
	open       atomic.Int64 // maximum number at a time
}

// Close closes the connections.
func (p *connections) Close() error { return p.pool.Close() }

// Usage returns the use of the database so far.
func (p *connections) Usage() datasource.Usage {
	return datasource.Usage{Statements: p.statements.Counts(), Connections: int(p.open.Load()),
		Admitted: p.pool.Admitted()}
}

// Query runs one statement.
func (p *connections) Query(ctx context.Context, query string, each func([]string) error) error {
	return p.run(ctx, query, func(_ *sql.Conn, rows *sql.Rows) (int, error) { return eachRow(rows, each) })
}

// Answer runs one query. Its session, which is read-only as all are, is not used again, because the query may have
// changed it.
func (p *connections) Answer(ctx context.Context, query string, most int) (a datasource.QueryResult, err error) {
	err = p.run(ctx, query, func(conn *sql.Conn, rows *sql.Rows) (count int, err error) {
		a, err = answer.Read(rows, most)
		_ = rows.Close()
		_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		return len(a.Rows), err
	})
	return a, err
}

// run runs one statement, on another connection if the one that was idle has been closed, and lets read read its
// rows and count them.
func (p *connections) run(ctx context.Context, query string, read func(*sql.Conn, *sql.Rows) (int, error)) error {
	p.statements.Count(ctx)
	var rows *sql.Rows
	var count int
	var err error
	ended := datasource.Statement(ctx, query)
	defer func() { ended(count, err) }()
	for range idleRetries {
		err = p.pool.Use(ctx, func(conn *sql.Conn) error {
			if rows, err = conn.QueryContext(ctx, query); err != nil {
				return err
			}
			defer func() { _ = rows.Close() }()
			p.noteOpen(int64(p.pool.Open()))
			count, err = read(conn, rows)
			return err
		})
		if rows != nil || !errors.Is(err, driver.ErrBadConn) {
			break
		}
	}
	return err
}

// idleRetries is how often a statement is sent that did not reach the server.
const idleRetries = 3

func eachRow(rows *sql.Rows, each func([]string) error) (count int, err error) {
	row, err := textrow.New(rows)
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		count++
		cells, err := row.Scan(rows)
		if err != nil {
			return count, err
		}
		if err := each(cells); err != nil {
			return count, err
		}
	}
	return count, rows.Err()
}

func (p *connections) noteOpen(n int64) {
	for {
		most := p.open.Load()
		if n <= most || p.open.CompareAndSwap(most, n) {
			return
		}
	}
}

// Identify reads which server it is.
func (p *connections) Identify(ctx context.Context) (datasource.Server, error) {
	s := datasource.Server{Flavor: datasource.FlavorOracle}
	known := false
	// The rows of other products, PL/SQL among them, do not start with Oracle.
	err := p.Query(ctx, "SELECT product, version FROM product_component_version", func(c []string) error {
		if strings.HasPrefix(c[0], "Oracle") && !known {
			s.Comment, s.VersionText = strings.TrimSpace(c[0]), c[1]
			s.Version, known = datasource.ParseVersion(c[1])
		}
		return nil
	})
	if err != nil {
		return s, err
	}
	if !known {
		return s, errors.New("PRODUCT_COMPONENT_VERSION names no version of Oracle Database")
	}
	session, err := one(ctx, p, "SELECT SYS_CONTEXT('USERENV', 'SESSION_USER') FROM dual")
	if err != nil {
		return s, err
	}
	s.Account, s.Transport = session[0], p.recorder.Transport()
	return s, nil
}
