package mysql

import (
	"context"
	"database/sql"
	"encoding/binary"
	"net"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/guard"
)

// Variant is how a server differs from MySQL behind the MySQL protocol, as a tenant of OceanBase in Oracle
// mode does. datasource/oceanbase defines it. What is zero is as MySQL has it.
type Variant struct {
	// Capabilities are flags that the client announces in addition to those of the driver.
	Capabilities uint32
	// Attributes are connection attributes in addition to the program's name: name:value, separated by
	// commas.
	Attributes string
	// Settings returns the statements that prepare a session with a limit on statements. The server may
	// refuse each of them. Without an id, a statement of such a session cannot be killed.
	Settings func(limit time.Duration) []string
	// Identify reads which server it is.
	Identify func(context.Context, *Reader) (datasource.Server, error)
	// Classify returns the meaning of a server error, nil if it is the same as in MySQL.
	Classify func(*mysql.MySQLError) *datasource.Error
	// Rewrite returns a query over OceanBase's own views in the syntax of this server.
	Rewrite func(query string) string
}

// OpenVariant returns a Reader of a server that differs from MySQL.
func OpenVariant(endpoint datasource.Endpoint, scope datasource.Scope, v Variant) (*Reader, error) {
	endpoint = endpoint.WithDefaults()
	l, err := newLink(endpoint, v)
	if err != nil {
		return nil, err
	}
	return l.reader(endpoint, scope, v), nil
}

// Endpoint returns the endpoint that is read, with its defaults.
func (r *Reader) Endpoint() datasource.Endpoint { return r.endpoint }

// Transport returns how the connections are protected. It is known after the first logon.
func (r *Reader) Transport() datasource.Transport { return r.link.connector.recorder.Transport() }

// Identify returns which server it is.
func (r *Reader) Identify(ctx context.Context) (datasource.Server, error) { return r.identify(ctx) }

// Query runs one statement and calls each at every row. Its errors are the driver's.
func (r *Reader) Query(ctx context.Context, query string, each func(*sql.Rows) error) error {
	return r.rows(ctx, query, nil, each)
}

// QueryRow runs one statement that returns one row, and scans it into cells. It fails with sql.ErrNoRows if
// there is none.
func (r *Reader) QueryRow(ctx context.Context, query string, cells ...any) error {
	return r.one(ctx, query, cells...)
}

// Classify returns an error of Identify, Query or QueryRow as a *datasource.Error.
func (r *Reader) Classify(ctx context.Context, err error) error { return r.classify(ctx, err) }

// announcingConn sets capability flags in the first packet that the driver writes: the handshake response,
// or the request for TLS, which begins like it.
type announcingConn struct {
	*guard.Conn
	capabilities uint32
	announced    bool
}

// dialAnnouncing returns a dial function whose connections announce the capabilities.
func dialAnnouncing(capabilities uint32) func(ctx context.Context, network, address string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &announcingConn{Conn: conn.(*guard.Conn), capabilities: capabilities}, nil
	}
}

// Write sets the flags in the driver's own buffer, which an io.Writer should not modify: after a request for
// TLS, the driver continues in that buffer and sends it again as the start of the handshake response, which
// is already encrypted when it reaches this connection.
func (c *announcingConn) Write(b []byte) (int, error) {
	if !c.announced && len(b) >= 8 { // four bytes of header, then the flags
		c.announced = true
		flags := b[4:8]
		binary.LittleEndian.PutUint32(flags, binary.LittleEndian.Uint32(flags)|c.capabilities)
	}
	return c.Conn.Write(b)
}
