package guard

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Attempt is an attempt to connect to an endpoint. Each of its steps may take as long as the endpoint's
// ConnectTimeout: dialing, and the logon with its TLS handshake.
type Attempt struct {
	ctx      context.Context
	cancel   context.CancelCauseFunc
	sock     *Socket
	endpoint datasource.Endpoint
	logon    *time.Timer
}

// NewAttempt returns an attempt that ends with ctx and uses the socket.
func NewAttempt(ctx context.Context, sock *Socket, e datasource.Endpoint) *Attempt {
	a := &Attempt{sock: sock, endpoint: e}
	a.ctx, a.cancel = context.WithCancelCause(ctx)
	return a
}

// Dial connects, and begins the time of the logon.
func (a *Attempt) Dial(network, address string) (*Conn, error) {
	limit := a.endpoint.ConnectTimeout
	ctx, cancel := context.WithTimeoutCause(a.ctx, limit, late(
		message.New("datasource.connect.dial_timeout", "address", a.endpoint.Address(), "limit", limit),
		message.New("datasource.connect.dial_timeout.remedy")))
	defer cancel()
	c, err := a.sock.Dial(ctx, network, address)
	if err != nil {
		if ctx.Err() != nil {
			a.cancel(context.Cause(ctx))
		}
		return nil, err
	}
	if a.logon != nil { // redirected
		a.logon.Stop()
	}
	a.logon = time.AfterFunc(limit, func() {
		a.cancel(late(
			message.New("datasource.connect.logon_timeout", "address", a.endpoint.Address(), "limit", limit),
			message.New("datasource.connect.logon_timeout.remedy")))
	})
	return c, nil
}

// Run runs the driver's code that connects. On failure the socket is closed, and the error is the reason why
// the attempt ended early where there is one.
func (a *Attempt) Run(connect func() (driver.Conn, error)) (conn driver.Conn, err error) {
	stop := context.AfterFunc(a.ctx, a.sock.Kill)
	err = Call(func() (err error) {
		conn, err = connect()
		return err
	})
	if !stop() {
		err = context.Cause(a.ctx)
	}
	if a.logon != nil {
		a.logon.Stop()
	}
	a.cancel(nil)
	if err == nil {
		return conn, nil
	}
	a.sock.Kill()
	if conn != nil {
		_ = Call(conn.Close) // which frees what the driver holds
	}
	return nil, err
}

// SetUp returns a context for a statement that sets up a session of the endpoint, which may take as long as
// its ConnectTimeout.
func SetUp(ctx context.Context, e datasource.Endpoint) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, e.ConnectTimeout, late(
		message.New("datasource.connect.setup_timeout", "address", e.Address(), "limit", e.ConnectTimeout),
		message.New("datasource.connect.setup_timeout.remedy")))
}

func late(cause, remedy message.Text) error {
	return &datasource.Error{Class: datasource.ErrTimeout, Cause: cause, Remedy: remedy,
		Err: context.DeadlineExceeded}
}
