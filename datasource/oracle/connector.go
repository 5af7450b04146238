package oracle

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	go_ora "github.com/sijms/go-ora/v2"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// prefetchRows is how many rows come with each round trip. The driver's own 25 makes 38
// fetches of 1,234 dictionary rows; 1,000 makes one.
const prefetchRows = "1000"

// defaultGrace is how long a server may take to answer a break, and a goodbye, before its
// socket is closed.
const defaultGrace = time.Second

// connector opens sessions that are bounded by their contexts whatever the server does.
//
// The driver alone is not safe against a sick server (v2.9.0): a timeout leaves the answer
// pending for the next statement, a TLS handshake or a fetch knows no context, a failed
// logon keeps its socket, and a malformed packet panics. So every session has a driver of
// its own, which gets a context that ends only with a break; the socket belongs to this
// package and is closed when the session cannot be trusted any more.
//
// What is left: a server that logs the session on and then claims a result of billions of
// columns makes the driver ask for more memory than there is, which no recover catches.
//
// The driver prints what it makes of a logon warning (ORA-28002) to standard error, and
// the query ids of change notifications, which no session here asks for, to standard output.
type connector struct {
	endpoint datasource.Endpoint
	url      string
	tls      *tls.Config // nil: not encrypted
	grace    time.Duration
}

// plainName matches what may stand in a connect descriptor without changing its meaning.
var plainName = regexp.MustCompile(`^[\w.$#-]+$`)

// newConnector returns a connector to the endpoint, or an error that says what is wrong
// with its settings. Nothing is dialled yet.
func newConnector(e datasource.Endpoint) (*connector, error) {
	e = e.WithDefaults()
	switch {
	case (e.Service == "") == (e.SID == ""):
		return nil, message.Err("datasource.oracle.settings.service_or_sid")
	case e.Service != "" && !plainName.MatchString(e.Service):
		return nil, message.Err("datasource.oracle.settings.service", "name", strconv.Quote(e.Service))
	case e.SID != "" && !plainName.MatchString(e.SID):
		return nil, message.Err("datasource.oracle.settings.sid", "name", strconv.Quote(e.SID))
	case e.User == "":
		return nil, message.Err("datasource.oracle.settings.user")
	case strings.EqualFold(e.User, "SYS"):
		return nil, message.Err("datasource.oracle.settings.sys")
	case e.Password.Empty():
		// The driver would try the operating system's authentication, and fail with ORA-01017.
		return nil, message.Err("datasource.oracle.settings.password")
	}
	config, err := tlsConfig(e)
	if err != nil {
		return nil, err
	}
	options := map[string]string{
		"PREFETCH_ROWS":   prefetchRows,
		"PROGRAM":         "precheck",
		"SERVER LOCATION": "UTC", // else the driver asks for the time and leaks that cursor
		"CID":             clientID(),
	}
	if e.SID != "" {
		options["SID"] = e.SID
	}
	if config != nil {
		options["SSL"] = "true"
	}
	c := &connector{
		endpoint: e,
		url:      go_ora.BuildUrl(e.Host, e.Port, e.Service, e.User, e.Password.Reveal(), options),
		tls:      config,
		grace:    defaultGrace,
	}
	if _, err := go_ora.ParseConfig(c.url); err != nil {
		// err holds the password
		return nil, message.Err("datasource.oracle.settings.host", "host", strconv.Quote(e.Host))
	}
	return c, nil
}

// clientID is what the listener's log shows of the client.
func clientID() string {
	host, err := os.Hostname()
	if err != nil || !plainName.MatchString(host) {
		host = "unknown"
	}
	return "(CID=(PROGRAM=precheck)(HOST=" + host + "))"
}

// Driver returns the driver of the sessions.
func (c *connector) Driver() driver.Driver { return go_ora.NewDriver() }

// Connect opens a session in a read-only transaction. It takes as long as the context and
// the endpoint's ConnectTimeout allow, TLS and logon included. Whatever goes wrong, no
// socket stays open, and the error is a *datasource.Error.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.endpoint.ConnectTimeout)
	defer cancel()
	sock := &socket{encrypted: c.tls != nil}
	inner, err := c.logon(ctx, sock)
	if err != nil {
		sock.kill()
		return nil, classify(ctx, err, c.endpoint)
	}
	s := &session{inner: inner, sock: sock, endpoint: c.endpoint, grace: c.grace}
	if _, err := s.ExecContext(ctx, "SET TRANSACTION READ ONLY", nil); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// logon runs the driver's connect, which the end of ctx stops by closing the socket.
func (c *connector) logon(ctx context.Context, sock *socket) (_ oraConn, err error) {
	defer asError(&err)
	base := go_ora.NewConnector(c.url).(*go_ora.OracleConnector)
	base.Dialer(dialer{ctx, sock})
	if c.tls != nil {
		base.WithTLSConfig(c.tls.Clone()) // the driver writes the host into it
	}
	stop := context.AfterFunc(ctx, sock.kill)
	inner, err := base.Connect(context.WithoutCancel(ctx))
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		return nil, err
	}
	return inner.(oraConn), nil
}

// oraConn is what is used of the driver's connection.
type oraConn interface {
	driver.Conn
	driver.Pinger
	driver.QueryerContext
	driver.ExecerContext
	driver.SessionResetter
	driver.NamedValueChecker
}

// errPanic marks an error that was a panic of the driver.
var errPanic = errors.New("the driver could not make sense of what the server sent")

// asError turns a panic of the driver into an error.
func asError(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w (%v)", errPanic, r)
	}
}
