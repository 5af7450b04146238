package oracle

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	go_ora "github.com/sijms/go-ora/v2"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
	"github.com/dbprecheck/precheck/datasource/internal/transport"
	"github.com/dbprecheck/precheck/datasource/message"
)

// prefetchRows is the number of rows per round trip. The driver's default of 25 takes 38 fetches for 1,234
// dictionary rows; 1,000 takes one.
const prefetchRows = "1000"

// defaultGrace is the time that a server has to answer a break or a logoff before its socket is closed.
const defaultGrace = time.Second

// connector opens sessions that end with their contexts, regardless of the server's behavior.
//
// The driver is not safe against a misbehaving server (v2.9.0): a timeout leaves the answer pending for the
// next statement, a TLS handshake or a fetch ignores its context, a failed logon does not close its socket,
// and a malformed packet causes a panic. So every session has its own driver, with a context that ends only
// with a break. The socket belongs to this package and is closed when the session can no longer be trusted.
//
// One case remains: if a server claims a result of billions of columns after logon, the driver allocates more
// memory than is available, which recover cannot catch.
//
// The driver prints logon warnings (ORA-28002) to standard error, and the query ids of change notifications,
// which no session here requests, to standard output.
type connector struct {
	endpoint datasource.Endpoint
	url      string
	tls      *tls.Config // nil: not encrypted
	recorder *transport.Recorder
	grace    time.Duration
}

// plainName matches values that do not change the meaning of a connect descriptor.
var plainName = regexp.MustCompile(`^[\w.$#-]+$`)

// newConnector returns a connector to the endpoint, or an error if its settings are invalid. It does not
// connect.
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
		"SERVER LOCATION": "UTC", // otherwise the driver queries the time and leaks that cursor
		"CID":             clientID(),
	}
	if e.SID != "" {
		options["SID"] = e.SID
	}
	if config != nil {
		options["SSL"] = "true"
	}
	recorder := transport.NewRecorder(e)
	c := &connector{
		endpoint: e,
		url:      go_ora.BuildUrl(e.Host, e.Port, e.Service, e.User, e.Password.Reveal(), options),
		tls:      recorder.Watch(config),
		recorder: recorder,
		grace:    defaultGrace,
	}
	if _, err := go_ora.ParseConfig(c.url); err != nil {
		// err holds the password
		return nil, message.Err("datasource.oracle.settings.host", "host", strconv.Quote(e.Host))
	}
	return c, nil
}

// clientID is the name of the client in the listener's log.
func clientID() string {
	host, err := os.Hostname()
	if err != nil || !plainName.MatchString(host) {
		host = "unknown"
	}
	return "(CID=(PROGRAM=precheck)(HOST=" + host + "))"
}

// Driver returns the driver of the sessions.
func (c *connector) Driver() driver.Driver { return go_ora.NewDriver() }

// Connect opens a session in a read-only transaction. It ends with the context, and each step may take as
// long as the endpoint's ConnectTimeout. On failure, no socket stays open, and the error is a
// *datasource.Error.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	sock := &socket{encrypted: c.tls != nil}
	inner, err := c.logon(ctx, sock)
	if err != nil {
		return nil, classify(ctx, err, c.endpoint)
	}
	s := &session{inner: inner, sock: sock, endpoint: c.endpoint, grace: c.grace}
	ctx, cancel := guard.SetUp(ctx, c.endpoint)
	defer cancel()
	if _, err := s.ExecContext(ctx, "SET TRANSACTION READ ONLY", nil); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// logon runs the driver's connect. The end of ctx closes the socket, which stops it.
func (c *connector) logon(ctx context.Context, sock *socket) (oraConn, error) {
	attempt := guard.NewAttempt(ctx, &sock.Socket, c.endpoint)
	base := go_ora.NewConnector(c.url).(*go_ora.OracleConnector)
	base.Dialer(dialer{attempt, sock})
	if c.tls != nil {
		base.WithTLSConfig(c.tls.Clone()) // the driver writes the host into it
	}
	inner, err := attempt.Run(func() (driver.Conn, error) { return base.Connect(context.WithoutCancel(ctx)) })
	if err != nil {
		return nil, err
	}
	if c.tls == nil {
		c.recorder.Plain(sock.Conn().RemoteAddr())
	}
	return inner.(oraConn), nil
}

// oraConn is the part of the driver's connection that is used.
type oraConn interface {
	driver.Conn
	driver.Pinger
	driver.QueryerContext
	driver.ExecerContext
	driver.SessionResetter
	driver.NamedValueChecker
}
