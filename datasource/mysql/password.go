package mysql

import (
	"context"
	"crypto/rand"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"net"
	"syscall"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/transport"
	"github.com/dbprecheck/precheck/datasource/message"
)

// protect returns the driver's connector with the TLS settings of the endpoint, and with a watch over the
// password where TLS does not protect it. The recorder learns how the connections are protected.
func protect(cfg *mysql.Config, e datasource.Endpoint, recorder *transport.Recorder) (driver.Connector, error) {
	config, err := e.TLSConfig()
	if err != nil {
		return nil, err
	}
	key, err := e.PublicKey()
	if err != nil {
		return nil, err
	}
	cfg.TLS = recorder.Watch(config)
	cfg.AllowFallbackToPlaintext = e.TLS.Mode == datasource.TLSPreferred
	// If the server does not offer TLS, the driver clears cfg.TLS for good, without a lock. With this option
	// each connection has its own copy.
	if err := cfg.Apply(mysql.BeforeConnect(func(context.Context, *mysql.Config) error { return nil })); err != nil {
		return nil, err
	}
	if key != nil { // NewConnector looks it up in the driver's global list
		cfg.ServerPubKey = rand.Text()
		mysql.RegisterServerPubKey(cfg.ServerPubKey, key)
		defer mysql.DeregisterServerPubKey(cfg.ServerPubKey)
	}
	c := &guardedLogon{knowsKey: key != nil, insecure: e.InsecurePassword, recorder: recorder}
	cfg.DialFunc = c.watch(cfg.DialFunc)
	if c.Connector, err = mysql.NewConnector(cfg); err != nil {
		return nil, fmt.Errorf("the settings of endpoint %s: %w", e, err)
	}
	return c, nil
}

// guardedLogon is the driver's connector. It ends a logon before the driver sends the password itself, and
// not only a hash of it, to a server that has not proved its identity: for caching_sha2_password and
// sha256_password, the driver encrypts it with any key that the server sends, and for sha256_password even if
// it knows the server's key.
type guardedLogon struct {
	driver.Connector
	knowsKey bool // the endpoint has the public key of the server
	insecure bool // the endpoint allows sending the password
	recorder *transport.Recorder
}

type (
	logonKey struct{}
	dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)
)

// Connect logs on. The driver does not report why reading failed, so the connection does.
func (c *guardedLogon) Connect(ctx context.Context) (driver.Conn, error) {
	var refusal error
	conn, err := c.Connector.Connect(context.WithValue(ctx, logonKey{}, &refusal))
	switch {
	case err == nil:
		return conn, nil
	case refusal != nil:
		err = refusal
	}
	return nil, logonError{err}
}

// watch returns a dial function with a watch over each connection.
func (c *guardedLogon) watch(dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		refusal, _ := ctx.Value(logonKey{}).(*error)
		return &logonConn{Conn: conn, logon: c, refusal: refusal}, nil
	}
}

// logonConn is a connection that is watched until its logon has ended.
type logonConn struct {
	net.Conn
	logon   *guardedLogon
	refusal *error // why the logon was given up
	stage   logonStage
	packets packets // from the server
}

// logonStage is how far a logon is.
type logonStage int

const (
	greets        logonStage = iota // the server speaks, the client has not answered
	authenticates                   // without TLS
	unwatched                       // the logon has ended, or does not need the watch
)

// clientSSL is the capability with which the first packet of a client announces TLS (MySQL Internals,
// Capabilities Flags, CLIENT_SSL).
const clientSSL = 0x0800

// Write writes. The first packet shows whether TLS follows.
func (c *logonConn) Write(b []byte) (int, error) {
	if c.stage == greets {
		c.stage = unwatched
		const header, flags = 4, 4
		if len(b) < header+flags || binary.LittleEndian.Uint32(b[header:])&clientSSL == 0 {
			exposed := c.logon.recorder.Plain(c.RemoteAddr())
			if (exposed || c.logon.knowsKey) && !c.logon.insecure {
				c.stage = authenticates
			}
		}
	}
	return c.Conn.Write(b)
}

// Read reads, and fails before the driver sees a packet that it must not answer.
func (c *logonConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if c.stage == unwatched {
		return n, err
	}
	for start := range c.packets.starts(b[:n]) {
		if refusal := c.judge(start); refusal != nil {
			*c.refusal = refusal
			return 0, net.ErrClosed
		}
	}
	return n, err
}

// The first bytes of a server's packets during authentication (MySQL Internals, Protocol::AuthMoreData,
// caching_sha2_password information).
const (
	packetOK           = 0
	packetAuthMoreData = 1
	packetError        = 255

	fastAuthSuccess = 3
	performFullAuth = 4
)

// judge returns why the logon is given up at a packet of the server, nil if it is not.
func (c *logonConn) judge(p packetStart) error {
	switch {
	case c.stage == greets && p.number > 0:
		// The driver would take it for an answer, even after TLS has begun: whoever is on the way could insert it.
		return protocolError{errors.New("the server sends more than its greeting before the client answers")}
	case c.stage == greets, c.stage == unwatched:
	case p.is(packetOK), p.is(packetError):
		c.stage = unwatched
	case !p.is(packetAuthMoreData), p.length == 2 && p.first[1] == fastAuthSuccess:
	case c.logon.knowsKey && p.length == 2 && p.first[1] == performFullAuth:
		// The driver encrypts the password with the key of the endpoint.
	default:
		return passwordDemanded()
	}
	return nil
}

// SyscallConn returns the socket, with which the driver checks that an idle connection is alive.
func (c *logonConn) SyscallConn() (syscall.RawConn, error) {
	if socket, ok := c.Conn.(syscall.Conn); ok {
		return socket.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}

// packets follows the packets in a stream: three bytes with the length, one with the sequence number, then the
// payload (MySQL Internals, MySQL Packets).
type packets struct {
	buffer [6]byte // the header and the first bytes of the payload
	have   int     // bytes in buffer
	left   int     // bytes of the payload that are not in buffer and have not arrived
	number int     // packets that are complete
}

// packetStart is the start of a packet.
type packetStart struct {
	number int // from 0
	length int
	first  []byte // the first two bytes of the payload, as far as it has them
}

func (p packetStart) is(first byte) bool { return p.length > 0 && p.first[0] == first }

// starts follows b and yields each packet as soon as its first bytes have arrived.
func (p *packets) starts(b []byte) iter.Seq[packetStart] {
	const header = 4
	return func(yield func(packetStart) bool) {
		for len(b) > 0 {
			if p.left > 0 {
				n := min(p.left, len(b))
				b, p.left = b[n:], p.left-n
				continue
			}
			p.buffer[p.have] = b[0]
			b, p.have = b[1:], p.have+1
			if p.have < header {
				continue
			}
			length := int(p.buffer[0]) | int(p.buffer[1])<<8 | int(p.buffer[2])<<16
			if first := p.buffer[header:p.have]; len(first) == min(length, 2) {
				start := packetStart{p.number, length, first}
				p.have, p.left, p.number = 0, length-len(first), p.number+1
				if !yield(start) {
					return
				}
			}
		}
	}
}

// passwordDemanded is the error of a logon that was given up because the server demanded the password itself.
func passwordDemanded() *datasource.Error {
	return &datasource.Error{Class: datasource.ErrTLS, Cause: message.New("datasource.mysql.password_demanded"),
		Remedy: message.New("datasource.mysql.password_demanded.remedy")}
}
