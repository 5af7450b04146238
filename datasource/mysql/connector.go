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
	"github.com/dbprecheck/precheck/datasource/internal/transport"
)

// connector opens sessions that are read-only and have a deadline for each statement on the
// server, and remembers their ids so that a statement can be killed.
type connector struct {
	endpoint datasource.Endpoint
	variant  Variant
	base     driver.Connector
	recorder *transport.Recorder

	mu   sync.Mutex
	ids  map[driver.Conn]uint64
	live int
	most int
}

func newConnector(e datasource.Endpoint, v Variant) (*connector, error) {
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr = "tcp", e.Address()
	cfg.User, cfg.Passwd = e.User, e.Password.Reveal()
	cfg.Timeout = e.ConnectTimeout
	cfg.InterpolateParams = true // one statement instead of prepare, execute and close
	cfg.Collation = "utf8mb4_general_ci"
	cfg.Logger = &mysql.NopLogger{}
	cfg.ConnectionAttributes = "program_name:precheck"
	cfg.DialFunc = dial
	if v.Capabilities != 0 {
		cfg.DialFunc = dialAnnouncing(v.Capabilities)
	}
	if v.Attributes != "" {
		cfg.ConnectionAttributes += "," + v.Attributes
	}
	c := &connector{endpoint: e, variant: v, ids: map[driver.Conn]uint64{}, recorder: transport.NewRecorder(e)}
	var err error
	if c.base, err = protect(cfg, e, c.recorder); err != nil {
		return nil, err
	}
	return c, nil
}

// dial marks its errors, to distinguish a server that cannot be reached from one that does not answer, and
// checks the first bytes that are read.
func dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, dialError{err}
	}
	greeted, _ := ctx.Value(greetingKey{}).(*greeting)
	tcp, ok := conn.(*net.TCPConn)
	if !ok || greeted == nil {
		return conn, nil
	}
	return &greetedConn{tcp, greeted}, nil
}

// greeting is the start of a server's handshake packet: three bytes for its length, its sequence number,
// which is 0, and the protocol version, which is 10, or 255 for an error (MySQL Internals,
// Protocol::HandshakeV10). With another protocol, the driver would read a length from the first three bytes
// and wait for that many, and does not report what it read.
type greeting struct{ head []byte }

type greetingKey struct{}

func (g *greeting) isOtherProtocol() bool {
	return len(g.head) == 5 && (g.head[3] != 0 || g.head[4] != 10 && g.head[4] != 255)
}

// greetedConn stops reading if the greeting is not that of a MySQL server.
type greetedConn struct {
	*net.TCPConn
	greeting *greeting
}

// Read reads.
func (c *greetedConn) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	g := c.greeting
	if wanted := 5 - len(g.head); wanted > 0 {
		if g.head = append(g.head, b[:min(n, wanted)]...); g.isOtherProtocol() {
			return 0, net.ErrClosed
		}
	}
	return n, err
}

// Connect opens a session. Its own statements are not counted as Usage: they belong to no fact.
func (c *connector) Connect(ctx context.Context) (driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.endpoint.ConnectTimeout)
	defer cancel()
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, err
	}
	var id uint64
	if settings := c.variant.Settings; settings != nil {
		err = applySettings(ctx, conn, settings(c.endpoint.StatementTimeout), fromServer)
	} else {
		id, err = prepareSession(ctx, conn, c.endpoint.StatementTimeout)
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids[conn] = id
	c.live++
	c.most = max(c.most, c.live)
	return &countedConn{conn.(mysqlConn), c}, nil
}

// connect logs on. The driver does not check the lengths in a greeting: if it panics, the peer is not a MySQL
// server.
func (c *connector) connect(ctx context.Context) (conn driver.Conn, err error) {
	var g greeting
	defer func() {
		if p := recover(); p != nil {
			err = protocolError{fmt.Errorf("the greeting cannot be read: %v", p)}
		} else if g.isOtherProtocol() {
			err = protocolError{fmt.Errorf("the greeting begins with %q", g.head)}
		}
	}()
	return c.base.Connect(context.WithValue(ctx, greetingKey{}, &g))
}

// Driver returns the driver of the sessions.
func (c *connector) Driver() driver.Driver { return c.base.Driver() }

// mysqlConn is the part of the driver's connection that database/sql uses.
type mysqlConn interface {
	driver.Conn
	driver.Pinger
	driver.QueryerContext
	driver.ExecerContext
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.SessionResetter
	driver.Validator
	driver.NamedValueChecker
}

// countedConn notifies its connector when it is closed.
type countedConn struct {
	mysqlConn
	connector *connector
}

// Close closes the connection and forgets it.
func (c *countedConn) Close() error {
	c.connector.mu.Lock()
	if _, open := c.connector.ids[c.mysqlConn]; open {
		delete(c.connector.ids, c.mysqlConn)
		c.connector.live--
	}
	c.connector.mu.Unlock()
	return c.mysqlConn.Close()
}

func (c *connector) peak() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.most
}

func (c *connector) sessionID(conn *sql.Conn) (id uint64, err error) {
	err = conn.Raw(func(dc any) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		id = c.ids[dc.(*countedConn).mysqlConn]
		return nil
	})
	return id, err
}

// killTimeout limits the attempt to kill a cancelled statement.
const killTimeout = time.Second

// killQuery kills the statement of session id over a separate connection: the driver closes the socket of a
// cancelled statement, but a server notices that only when it writes. If the session id is not known, the
// server's own limit applies.
func (c *connector) killQuery(ctx context.Context, id uint64) {
	if id == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), killTimeout)
	defer cancel()
	conn, err := c.connect(ctx)
	if err != nil {
		return // the server's own statement limit applies
	}
	defer func() { _ = conn.Close() }()
	_, _ = conn.(driver.ExecerContext).ExecContext(ctx, fmt.Sprintf("KILL QUERY %d", id), nil)
}

// prepareSession makes a fresh session read-only, with plain quoting and a limit on statements.
func prepareSession(ctx context.Context, conn driver.Conn, limit time.Duration) (id uint64, err error) {
	rows, err := conn.(driver.QueryerContext).QueryContext(ctx, "SELECT CONNECTION_ID(), VERSION(), @@version_comment",
		nil)
	if err != nil {
		return 0, err
	}
	cells := make([]driver.Value, 3)
	err = rows.Next(cells)
	_ = rows.Close()
	if err != nil {
		return 0, err
	}
	if _, err := fmt.Sscan(text(cells[0]), &id); err != nil {
		return 0, fmt.Errorf("CONNECTION_ID() gave %q", text(cells[0]))
	}
	return id, applySettings(ctx, conn, sessionSettings(text(cells[1]), text(cells[2]), limit), lacksSetting)
}

// applySettings runs statements that set up a session; an error that is tolerable is none.
func applySettings(ctx context.Context, conn driver.Conn, statements []string, tolerable func(error) bool) error {
	for _, statement := range statements {
		if _, err := conn.(driver.ExecerContext).ExecContext(ctx, statement, nil); err != nil && !tolerable(err) {
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

// lacksSetting reports whether the error means that the server has no such setting, which is no
// reason to refuse it: 1193 unknown variable, which Dolt has no number for, 1235 and 8047 not
// supported (TiDB), 1064 syntax.
func lacksSetting(err error) bool {
	var refused *mysql.MySQLError
	return hasNumber(err, 1064, 1193, 1235, 8047) ||
		errors.As(err, &refused) && refused.Number == 1105 && strings.HasPrefix(refused.Message, "Unknown system variable")
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
