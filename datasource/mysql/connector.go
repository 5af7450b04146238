package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
	"github.com/dbprecheck/precheck/datasource/internal/transport"
)

// mostStatement is more bytes than any statement has. Otherwise the driver would query the server's limit when
// it connects.
const mostStatement = 64 << 20

// connector opens sessions that are read-only and have a deadline for each statement on the
// server.
type connector struct {
	endpoint datasource.Endpoint
	variant  Variant
	base     driver.Connector
	recorder *transport.Recorder

	killer killer

	mu     sync.Mutex
	live   int
	most   int
	server string // to which the first session led; empty if it is not known
}

func newConnector(e datasource.Endpoint, v Variant, change ...func(*mysql.Config)) (*connector, error) {
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr = "tcp", e.Address()
	if e.Socket != "" {
		cfg.Net = "unix"
	}
	cfg.User, cfg.Passwd = e.User, e.Password.Reveal()
	cfg.InterpolateParams = true // one statement instead of prepare, execute and close
	cfg.Collation = "utf8mb4_general_ci"
	cfg.Logger = &mysql.NopLogger{}
	cfg.MaxAllowedPacket = mostStatement
	cfg.ConnectionAttributes = "program_name:precheck"
	cfg.DialFunc = dial
	if v.Capabilities != 0 {
		cfg.DialFunc = dialAnnouncing(v.Capabilities)
	}
	if v.Attributes != "" {
		cfg.ConnectionAttributes += "," + v.Attributes
	}
	for _, change := range change {
		change(cfg)
	}
	c := &connector{endpoint: e, variant: v, recorder: transport.NewRecorder(e)}
	var err error
	if c.base, err = protectedLogon(cfg, e, c.recorder); err != nil {
		return nil, err
	}
	return c, nil
}

// dialing is what a connection needs at the moment it is dialed.
type dialing struct {
	attempt *guard.Attempt
	stream  *stream
}

type dialingKey struct{}

// dial connects as the attempt allows, and follows the packets of the connection.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	d := ctx.Value(dialingKey{}).(dialing)
	conn, err := d.attempt.Dial(network, address)
	if err != nil {
		return nil, err
	}
	conn.Check, conn.Allow = d.stream.received, d.stream.sent
	d.stream.remote = conn.RemoteAddr()
	return conn, nil
}

// Connect opens a session. Its own statements are not counted as Usage: they belong to no fact.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.logon(ctx)
	if err != nil {
		return nil, err
	}
	if settings := c.variant.Settings; settings != nil {
		err = c.apply(ctx, conn, settings(c.endpoint.StatementTimeout), fromServer)
	} else {
		err = c.prepare(ctx, conn)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live++
	c.most = max(c.most, c.live)
	conn.closed = sync.OnceFunc(c.forget)
	return conn, nil
}

// forget notes that a session has been closed.
func (c *connector) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.live--
}

// logon runs the driver's connect. On failure, no socket stays open.
func (c *connector) logon(ctx context.Context) (*connection, error) {
	sock, stream := &guard.Socket{}, &stream{password: newPasswordRule(c.endpoint, c.recorder)}
	attempt := guard.NewAttempt(ctx, sock, c.endpoint)
	ctx = context.WithValue(context.WithoutCancel(ctx), dialingKey{}, dialing{attempt, stream})
	inner, err := attempt.Run(func() (driver.Conn, error) { return c.base.Connect(ctx) })
	if err != nil {
		if stream.err != nil {
			err = stream.err
		}
		return nil, logonError{err}
	}
	return &connection{inner: inner.(mysqlConn), sock: sock, stream: stream}, nil
}

// Driver returns the driver of the sessions.
func (c *connector) Driver() driver.Driver { return c.base.Driver() }

func (c *connector) peak() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most
}

// session returns the ID of a session, whose statements may take as long as the limit says.
func (c *connector) session(ctx context.Context, conn *sql.Conn, limit time.Duration) (id uint64, err error) {
	err = conn.Raw(func(dc any) error {
		conn := dc.(*connection)
		id = conn.id
		if conn.limits == nil || conn.limit >= limit {
			return nil
		}
		conn.limit = limit
		setting := conn.limits(limit)
		if setting == "" {
			return nil
		}
		return c.apply(ctx, conn, []string{"SET " + setting}, lacksSetting)
	})
	return id, err
}

// prepare makes a fresh session read-only, with plain quoting and a limit on statements, and reads its id.
func (c *connector) prepare(ctx context.Context, conn *connection) error {
	cells, err := c.row(ctx, conn, "SELECT CONNECTION_ID(), VERSION(), @@version_comment", 3)
	if err != nil {
		return err
	}
	if _, err := fmt.Sscan(text(cells[0]), &conn.id); err != nil {
		return fmt.Errorf("CONNECTION_ID() gave %q", text(cells[0]))
	}
	if err := c.apply(ctx, conn, []string{"SET SESSION TRANSACTION READ ONLY"}, lacksSetting); err != nil {
		return err
	}
	version, comment := text(cells[1]), text(cells[2])
	conn.limit = c.endpoint.StatementTimeout
	conn.limits = func(limit time.Duration) string { return limitSetting(version, comment, limit) }
	if err := c.configure(ctx, conn, sessionSettings(version, comment, c.endpoint.StatementTimeout)); err != nil {
		return err
	}
	return c.verify(ctx, conn, isOneServer(version, comment))
}

// apply runs statements that set up a session; an error that is tolerable is none.
func (c *connector) apply(ctx context.Context, conn *connection, statements []string,
	tolerable func(error) bool) error {
	for _, statement := range statements {
		ctx, cancel := guard.SetUp(ctx, c.endpoint)
		_, err := conn.ExecContext(ctx, statement, nil)
		cancel()
		if err != nil && !tolerable(err) {
			return err
		}
	}
	return nil
}

// fromServer reports whether the server returned the error, as opposed to the statement not having reached it. Settings
// of a Variant may be refused for any reason, because no verdict depends on them.
func fromServer(err error) bool {
	var server *mysql.MySQLError
	return errors.As(err, &server)
}

func text(v driver.Value) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}
