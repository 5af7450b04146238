// Package guard keeps a driver that trusts its server from harm: a panic of the driver is an error, and the
// driver's socket can be closed from outside, which ends any wait of the driver.
package guard

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// ErrUnreadable is the error of a driver's call that panicked, or of a stream whose framing is wrong. After
// it, the socket must be closed: what the server sends next may belong to any call.
var ErrUnreadable = errors.New("the driver cannot make sense of what the server sent")

// Call runs a driver's code and makes an error of a panic.
func Call(run func() error) (err error) {
	defer func() {
		if recover() != nil {
			err = ErrUnreadable
		}
	}()
	return run()
}

// Socket is the network connection under a session of a driver. The driver may dial more than once, when it
// is redirected; the last connection counts. Once killed, a socket stays closed. The zero value is ready to
// use.
type Socket struct {
	mu     sync.Mutex
	conn   *Conn
	killed bool
}

// Kill closes the network connection, now and for ever.
func (s *Socket) Kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killed = true
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

// Dead reports whether the connection was killed or has failed.
func (s *Socket) Dead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.killed || s.conn != nil && s.conn.failed.Load()
}

// Conn returns the network connection, nil before the first was dialed.
func (s *Socket) Conn() *Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// Dial connects, and makes the connection the socket's. It fails if the socket has been killed.
func (s *Socket) Dial(ctx context.Context, network, address string) (*Conn, error) {
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.killed {
		_ = c.Close()
		return nil, net.ErrClosed
	}
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.conn = &Conn{Conn: c}
	return s.conn, nil
}

// Conn is a network connection that closes on any failure, because a driver would go on with a stream that is
// out of sync.
type Conn struct {
	net.Conn
	// Check inspects what was read before the driver gets it, and Allow what the driver writes before it is
	// sent. Their errors are failures. Nil checks nothing.
	Check, Allow func([]byte) error

	failed atomic.Bool
}

// Read reads.
func (c *Conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err == nil && c.Check != nil {
		err = c.Check(b[:n])
	}
	if err != nil {
		c.fail()
		return 0, err
	}
	return n, nil
}

// Write writes.
func (c *Conn) Write(b []byte) (int, error) {
	if c.Allow != nil {
		if err := c.Allow(b); err != nil {
			c.fail()
			return 0, err
		}
	}
	n, err := c.Conn.Write(b)
	if err != nil {
		c.fail()
	}
	return n, err
}

func (c *Conn) fail() {
	c.failed.Store(true)
	_ = c.Close()
}

// SyscallConn returns the socket, with which a driver checks that an idle connection is alive.
func (c *Conn) SyscallConn() (syscall.RawConn, error) {
	if socket, ok := c.Conn.(syscall.Conn); ok {
		return socket.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}
