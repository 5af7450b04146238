package mysql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"reflect"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource/internal/guard"
)

// mysqlConn is the part of the driver's connection that is used.
type mysqlConn interface {
	driver.Conn
	driver.Pinger
	driver.QueryerContext
	driver.ExecerContext
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

// connection is a connection of the driver whose calls end with their contexts. After an error that is not
// the server's own it is not used again: what the server sends next may belong to any call.
//
// The driver gets contexts that never end. Otherwise it would watch them in a goroutine of its own, for which
// the driver's Close waits without end after a panic (v1.10.1).
type connection struct {
	inner  mysqlConn
	sock   *guard.Socket
	stream *stream
	id     uint64                           // of the session on the server, 0 if it is not known
	limit  time.Duration                    // of its statements on the server, 0 if it is not known
	limits func(limit time.Duration) string // returns the assignment of another
	closed func()
}

// call runs one call of the driver. The end of ctx closes the socket.
func (c *connection) call(ctx context.Context, run func(context.Context) error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	stop := context.AfterFunc(ctx, c.sock.Kill)
	err := guard.Call(func() error { return run(context.WithoutCancel(ctx)) })
	stop()
	return c.judge(ctx, err)
}

// judge decides after a call whether the connection can be used again, and returns why the call failed.
func (c *connection) judge(ctx context.Context, err error) error {
	var server *mysql.MySQLError
	if err == nil || errors.As(err, &server) || errors.Is(err, driver.ErrSkip) {
		return err
	}
	c.sock.Kill()
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case c.stream.err != nil: // which the driver does not report
		return c.stream.err
	case errors.Is(err, io.EOF): // a packet ended early; a connection that ended is ErrInvalidConn
		return guard.ErrUnreadable
	}
	return err
}

// QueryContext runs a query. Its context also bounds the fetches of its rows.
func (c *connection) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	var inner driver.Rows
	err := c.call(ctx, func(ctx context.Context) (err error) {
		inner, err = c.inner.QueryContext(ctx, query, args)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &resultRows{inner: inner, conn: c, ctx: ctx, stop: context.AfterFunc(ctx, c.sock.Kill)}, nil
}

// ExecContext runs a statement that returns no rows.
func (c *connection) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	var result driver.Result
	err := c.call(ctx, func(ctx context.Context) (err error) {
		result, err = c.inner.ExecContext(ctx, query, args)
		return err
	})
	return result, err
}

// Ping checks that the server answers.
func (c *connection) Ping(ctx context.Context) error { return c.call(ctx, c.inner.Ping) }

// CheckNamedValue passes values to the driver.
func (c *connection) CheckNamedValue(v *driver.NamedValue) error { return c.inner.CheckNamedValue(v) }

// ResetSession makes database/sql discard a connection that cannot be used again.
func (c *connection) ResetSession(ctx context.Context) error {
	if !c.IsValid() {
		return driver.ErrBadConn
	}
	return c.inner.ResetSession(ctx)
}

// IsValid reports whether the connection may be used again.
func (c *connection) IsValid() bool { return !c.sock.Dead() && c.inner.IsValid() }

// errSentOnce is why there are no transactions and no prepared statements here.
var errSentOnce = errors.New("each statement is sent once, in a session that is read-only")

// Prepare is not supported: statements go through QueryContext.
func (*connection) Prepare(string) (driver.Stmt, error) { return nil, errSentOnce }

// Begin is not supported: the session is read-only.
func (*connection) Begin() (driver.Tx, error) { return nil, errSentOnce }

// goodbyeTime is how long a goodbye to the server may take.
const goodbyeTime = time.Second

// Close ends the session and closes the socket.
func (c *connection) Close() error {
	defer time.AfterFunc(goodbyeTime, c.sock.Kill).Stop()
	_ = guard.Call(c.inner.Close) // a goodbye that is not heard is no failure
	c.sock.Kill()
	if c.closed != nil {
		c.closed()
	}
	return nil
}

// resultRows are rows whose fetches end with the context of their query.
type resultRows struct {
	inner driver.Rows
	conn  *connection
	ctx   context.Context
	stop  func() bool
}

// Columns returns the names of the columns.
func (r *resultRows) Columns() []string { return r.inner.Columns() }

// Next returns the next row.
func (r *resultRows) Next(dest []driver.Value) error {
	err := guard.Call(func() error {
		err := r.inner.Next(dest)
		if errors.Is(err, io.EOF) && !complete(r.inner) {
			return guard.ErrUnreadable
		}
		return err
	})
	if errors.Is(err, io.EOF) {
		return err
	}
	return r.conn.judge(r.ctx, err)
}

// complete reports whether the server has ended the rows. The driver returns io.EOF also for a row that ends
// early, and only its own field tells the two apart.
func complete(rows driver.Rows) bool {
	return reflect.Indirect(reflect.ValueOf(rows)).FieldByName("rs").FieldByName("done").Bool()
}

// Close reads the remaining rows, for which the query's context gives the time.
func (r *resultRows) Close() error {
	err := guard.Call(r.inner.Close)
	r.stop()
	if err != nil {
		r.conn.sock.Kill()
	}
	return nil
}
