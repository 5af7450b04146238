package oracle

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"time"

	"github.com/sijms/go-ora/v2/network"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
)

// session is a connection of the driver whose calls end with their contexts. After a cancelled call or an
// unreadable answer it is not reused.
type session struct {
	inner    oraConn
	sock     *socket
	endpoint datasource.Endpoint
	grace    time.Duration
	spent    bool // not to be used again
}

// kill closes the session's socket, which ends any wait of the driver.
func (s *session) kill() {
	s.spent = true
	s.sock.Kill()
}

// call runs one call of the driver. When ctx ends, the server is sent a break, and if the
// call does not end within the grace period, the socket is closed.
//
// The driver gets a context that never ends: otherwise it would send the break itself, which races with its
// own reading and may happen after the call has ended.
func (s *session) call(ctx context.Context, run func(context.Context) error) error {
	if err := ctx.Err(); err != nil {
		return classify(ctx, err, s.endpoint)
	}
	late := make(chan *time.Timer, 1)
	stop := context.AfterFunc(ctx, func() {
		s.sock.interrupt()
		late <- time.AfterFunc(s.grace, s.sock.Kill)
	})
	err := guard.Call(func() error { return run(context.WithoutCancel(ctx)) })
	if stop() {
		return s.judge(ctx, err)
	}
	// The server may still answer the break after the driver has stopped listening.
	s.spent = true
	(<-late).Stop()
	if err != nil {
		return ended(ctx, s.endpoint)
	}
	return nil
}

// judge decides after a call whether the session can still be trusted, and classifies the error. After an
// error of the database the session remains usable; any other error may leave part of an answer unread.
func (s *session) judge(ctx context.Context, err error) error {
	var server *network.OracleError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, driver.ErrBadConn):
		// database/sql makes a new connection and tries again.
		s.kill()
		return err
	case !errors.As(err, &server):
		s.kill()
	}
	return classify(ctx, err, s.endpoint)
}

// bounded returns ctx the statement's time limit.
func (s *session) bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, s.endpoint.StatementTimeout, errStatementTimeout)
}

// QueryContext runs a query. The context and the endpoint's StatementTimeout bound it and
// every fetch of its rows.
func (s *session) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	ctx, cancel := s.bounded(ctx)
	var inner driver.Rows
	err := s.call(ctx, func(ctx context.Context) (err error) {
		inner, err = s.inner.QueryContext(ctx, query, args)
		return err
	})
	if err != nil {
		cancel()
		return nil, err
	}
	// The driver does not send a break during a fetch, so the end of the context closes the socket.
	return &resultRows{inner: inner, session: s, ctx: ctx, cancel: cancel,
		stop: context.AfterFunc(ctx, s.sock.Kill)}, nil
}

// ExecContext runs a statement that returns no rows.
func (s *session) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	var result driver.Result
	err := s.call(ctx, func(ctx context.Context) (err error) {
		result, err = s.inner.ExecContext(ctx, query, args)
		return err
	})
	return result, err
}

// Ping checks that the server answers.
func (s *session) Ping(ctx context.Context) error {
	ctx, cancel := s.bounded(ctx)
	defer cancel()
	return s.call(ctx, s.inner.Ping)
}

// CheckNamedValue passes values to the driver unchanged.
func (s *session) CheckNamedValue(v *driver.NamedValue) error { return s.inner.CheckNamedValue(v) }

// ResetSession makes database/sql discard a session that cannot be used again.
func (s *session) ResetSession(ctx context.Context) error {
	if !s.IsValid() {
		return driver.ErrBadConn
	}
	return s.inner.ResetSession(ctx)
}

// IsValid reports whether the session may be used again.
func (s *session) IsValid() bool { return !s.spent && !s.sock.Dead() }

// errReadOnly is why there are no transactions and no prepared statements here.
var errReadOnly = errors.New("the session is in a read-only transaction already, and each statement is sent once")

// Prepare is not supported: statements go through QueryContext.
func (s *session) Prepare(string) (driver.Stmt, error) { return nil, errReadOnly }

// Begin is not supported: the session is in one read-only transaction.
func (s *session) Begin() (driver.Tx, error) { return nil, errReadOnly }

// Close logs off from a healthy server within the grace period, and closes the socket in any case.
func (s *session) Close() error {
	defer s.sock.Kill()
	if !s.IsValid() {
		s.sock.Kill() // the driver still frees its resources
	}
	defer time.AfterFunc(s.grace, s.sock.Kill).Stop()
	_ = guard.Call(s.inner.Close) // a goodbye that is not heard is no failure
	return nil
}

// resultRows are rows whose fetches end with the context of their query.
type resultRows struct {
	inner   driver.Rows
	session *session
	ctx     context.Context
	cancel  context.CancelFunc
	stop    func() bool // reports whether the context has not ended yet
}

// Columns returns the names of the columns.
func (r *resultRows) Columns() []string { return r.inner.Columns() }

// Next returns the next row.
func (r *resultRows) Next(dest []driver.Value) error {
	err := guard.Call(func() error { return r.inner.Next(dest) })
	switch {
	case err == nil, errors.Is(err, io.EOF) && !r.session.sock.Dead():
		return err
	case r.ctx.Err() != nil:
		r.session.kill()
		return ended(r.ctx, r.session.endpoint)
	}
	if err = r.session.judge(r.ctx, err); errors.Is(err, driver.ErrBadConn) {
		// Rows have already been returned: a second attempt would return them again.
		return classify(r.ctx, err, r.session.endpoint)
	}
	return err
}

// Close closes the cursor within the grace period. This takes a round trip.
func (r *resultRows) Close() error {
	defer r.cancel()
	if !r.stop() {
		r.session.kill()
	}
	timer := time.AfterFunc(r.session.grace, r.session.sock.Kill)
	err := guard.Call(r.inner.Close)
	if !timer.Stop() || err != nil {
		r.session.kill()
	}
	return nil
}
