package mysql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
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

	mu   sync.Mutex
	live int
	most int
}

func newConnector(e datasource.Endpoint, v Variant) (*connector, error) {
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr = "tcp", e.Address()
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
	c := &connector{endpoint: e, variant: v, recorder: transport.NewRecorder(e)}
	var err error
	if c.base, err = protect(cfg, e, c.recorder); err != nil {
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
	return conn, nil
}

// Connect opens a session. Its own statements are not counted as Usage: they belong to no fact.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.logon(ctx)
	if err != nil {
		return nil, err
	}
	if settings := c.variant.Settings; settings != nil {
		err = c.apply(ctx, conn, settings(c.endpoint.StatementTimeout), refused)
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
	sock, stream := &guard.Socket{}, &stream{}
	attempt := guard.NewAttempt(ctx, sock, c.endpoint)
	ctx = context.WithValue(context.WithoutCancel(ctx), dialingKey{}, dialing{attempt, stream})
	inner, err := attempt.Run(func() (driver.Conn, error) { return c.base.Connect(ctx) })
	if err != nil {
		if stream.err != nil {
			return nil, stream.err
		}
		return nil, err
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

func (c *connector) sessionID(conn *sql.Conn) (id uint64, err error) {
	err = conn.Raw(func(dc any) error {
		id = dc.(*connection).id
		return nil
	})
	return id, err
}

// prepare makes a fresh session read-only, with plain quoting and a limit on statements, and reads its id.
func (c *connector) prepare(ctx context.Context, conn *connection) error {
	cells, err := c.identify(ctx, conn)
	if err != nil {
		return err
	}
	if _, err := fmt.Sscan(text(cells[0]), &conn.id); err != nil {
		return fmt.Errorf("CONNECTION_ID() gave %q", text(cells[0]))
	}
	settings := sessionSettings(text(cells[1]), text(cells[2]), c.endpoint.StatementTimeout)
	return c.apply(ctx, conn, settings, lacksSetting)
}

// identify reads the id of the session and the version of the server.
func (c *connector) identify(ctx context.Context, conn *connection) ([]driver.Value, error) {
	ctx, cancel := guard.SetUp(ctx, c.endpoint)
	defer cancel()
	rows, err := conn.QueryContext(ctx, "SELECT CONNECTION_ID(), VERSION(), @@version_comment", nil)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	cells := make([]driver.Value, 3)
	if len(rows.Columns()) != len(cells) {
		return nil, guard.ErrUnreadable
	}
	err = rows.Next(cells)
	for i := range cells { // the driver reuses its buffer
		cells[i] = text(cells[i])
	}
	return cells, err
}

// apply runs statements that set up a session; an error that is tolerable is none.
func (c *connector) apply(ctx context.Context, conn *connection, statements []string, tolerable func(error) bool) error {
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

// lacksSetting reports whether the error means that the server has no such setting, which is no
// reason to refuse it: 1193 unknown variable, which Dolt has no number for, 1235 and 8047 not
// supported (TiDB), 1064 syntax.
func lacksSetting(err error) bool {
	var refused *mysql.MySQLError
	if !errors.As(err, &refused) {
		return false
	}
	switch refused.Number {
	case 1064, 1193, 1235, 8047:
		return true
	}
	return refused.Number == 1105 && strings.HasPrefix(refused.Message, "Unknown system variable")
}

// sessionSettings returns the statements that set up a session of a server with that VERSION() and
// @@version_comment. Names are read in utf8mb4 even if the server ignores the character set that the client
// requests at logon (skip-character-set-client-handshake).
func sessionSettings(version, comment string, limit time.Duration) []string {
	settings := []string{"SET NAMES utf8mb4", "SET SESSION TRANSACTION READ ONLY", "SET SESSION sql_mode = ''"}
	switch flavor, v := identifyVersion(version, comment); {
	case flavor == datasource.FlavorOceanBase:
		settings = append(settings, fmt.Sprintf("SET SESSION ob_query_timeout = %d", limit.Microseconds()))
	case flavor == datasource.FlavorMariaDB && v.AtLeast(10, 1, 1):
		settings = append(settings, fmt.Sprintf("SET SESSION max_statement_time = %g", limit.Seconds()))
	case flavor == datasource.FlavorTiDB, flavor != datasource.FlavorMariaDB && v.AtLeast(5, 7, 8):
		settings = append(settings, fmt.Sprintf("SET SESSION max_execution_time = %d", limit.Milliseconds()))
		if v.AtLeast(8) { // sizes and AUTO_INCREMENT as they are, not as they were up to a day ago
			settings = append(settings, "SET SESSION information_schema_stats_expiry = 0")
		}
		if v.AtLeast(8, 0, 30) { // keys that the server generated are keys
			settings = append(settings, "SET SESSION show_gipk_in_create_table_and_information_schema = ON")
		}
	}
	return settings
}

func text(v driver.Value) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}
