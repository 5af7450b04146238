package oracle

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// socket is the network connection under a session. The driver may dial more than once,
// when it is redirected; the last one counts. Once killed it stays closed.
type socket struct {
	encrypted bool

	mu     sync.Mutex
	conn   *guard
	killed bool
}

// kill closes the network connection, now and for ever.
func (s *socket) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.killed = true
	if s.conn != nil {
		_ = s.conn.Close()
	}
}

// dead reports whether the connection was killed or has failed.
func (s *socket) dead() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.killed || s.conn != nil && s.conn.failed.Load()
}

// interrupt asks the server to cancel the current call. Under TLS no packet can be inserted between those of
// the driver, so the connection is closed instead.
func (s *socket) interrupt() {
	s.mu.Lock()
	conn := s.conn
	s.mu.Unlock()
	if s.encrypted || conn == nil {
		s.kill()
		return
	}
	_, _ = conn.Conn.Write(conn.frames.interrupt()) // at one go, so it cuts into no packet
}

// take makes c the socket's connection, and closes it if the socket has been killed in the meantime.
func (s *socket) take(c *guard) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.killed {
		_ = c.Close()
		return net.ErrClosed
	}
	if s.conn != nil {
		_ = s.conn.Close()
	}
	s.conn = c
	return nil
}

// dialer dials under its own context, because the driver's context does not end.
type dialer struct {
	ctx  context.Context
	sock *socket
}

// DialContext dials and hands the connection to the socket.
func (d dialer) DialContext(_ context.Context, network, address string) (net.Conn, error) {
	c, err := (&net.Dialer{}).DialContext(d.ctx, network, address)
	if err != nil {
		return nil, err
	}
	g := &guard{Conn: c, encrypted: d.sock.encrypted}
	if err := d.sock.take(g); err != nil {
		return nil, err
	}
	return g, nil
}

// guard wraps the network connection of the driver. After a failed read or write it closes the connection,
// because the driver would continue with a stream that is out of sync. The driver cannot change its
// deadlines. On a connection without TLS it checks the frame of each packet before it passes it to the
// driver.
type guard struct {
	net.Conn
	encrypted bool
	frames    frames
	wrote     bool
	failed    atomic.Bool
}

// Read reads, and closes the connection on any failure.
func (g *guard) Read(b []byte) (int, error) {
	n, err := g.Conn.Read(b)
	if err == nil && !g.encrypted {
		err = g.frames.check(b[:n])
	}
	if err != nil {
		g.fail()
		return 0, err
	}
	return n, nil
}

// Write writes, and closes the connection on any failure. If TLS is required, the first byte must be that of
// a TLS handshake: otherwise a redirect to an address without TLS would make the driver log on without
// encryption.
func (g *guard) Write(b []byte) (int, error) {
	const handshake = 0x16
	if g.encrypted && !g.wrote && len(b) > 0 && b[0] != handshake {
		g.fail()
		return 0, errDowngrade
	}
	g.wrote = true
	n, err := g.Conn.Write(b)
	if err != nil {
		g.fail()
	}
	return n, err
}

func (g *guard) fail() {
	g.failed.Store(true)
	_ = g.Conn.Close()
}

// SetDeadline does nothing: contexts bound every call.
func (*guard) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (*guard) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (*guard) SetWriteDeadline(time.Time) error { return nil }

var (
	errNotOracle = errors.New("what answers does not speak Oracle's protocol")
	errDowngrade = errors.New("the listener redirects to an address without TLS")
)

// frames follows the packets of the transparent network substrate in a stream: a header of eight bytes, whose
// first two contain the length, or four if ACCEPT has negotiated that. The driver treats a length below eight
// as four gigabytes.
type frames struct {
	header [22]byte // with the first bytes of the body
	have   int
	left   int // of the body
	wide   atomic.Bool
}

const (
	frameHeader = 8
	frameAccept = 2
	shortAccept = 32      // bytes of the shortest ACCEPT
	longest     = 4 << 20 // twice the largest session data unit
	wideVersion = 315
)

// frameTypes are the packets that a server sends.
var frameTypes = map[byte]bool{frameAccept: true, 4: true, 5: true, 6: true, 11: true, 12: true, 14: true}

// check follows b, and fails at a header that is none.
func (f *frames) check(b []byte) error {
	for len(b) > 0 {
		if f.have < frameHeader {
			n := copy(f.header[f.have:frameHeader], b)
			f.have += n
			b = b[n:]
			if f.have == frameHeader {
				if err := f.begin(); err != nil {
					return err
				}
			}
			continue
		}
		n := min(f.left, len(b))
		if f.have < len(f.header) {
			f.have += copy(f.header[f.have:], b[:n])
			if f.have == len(f.header) && f.header[4] == frameAccept {
				if err := f.accept(); err != nil {
					return err
				}
			}
		}
		f.left -= n
		b = b[n:]
		if f.left == 0 {
			f.have = 0
		}
	}
	return nil
}

// begin reads a complete header.
func (f *frames) begin() error {
	length := int(binary.BigEndian.Uint16(f.header[:]))
	if f.wide.Load() {
		length = int(binary.BigEndian.Uint32(f.header[:]))
	}
	short := f.header[4] == frameAccept && length < shortAccept
	if length < frameHeader || length > longest || short || !frameTypes[f.header[4]] {
		return errNotOracle
	}
	if f.left = length - frameHeader; f.left == 0 {
		f.have = 0
	}
	return nil
}

// accept reads the start of ACCEPT: the version, and the length and the place of its data, which end the packet. The
// driver panics at any other, and holds a lock that its goroutine then waits for without end.
func (f *frames) accept() error {
	length := binary.BigEndian.Uint16(f.header[:])
	data, offset := binary.BigEndian.Uint16(f.header[18:]), binary.BigEndian.Uint16(f.header[20:])
	if length != offset+data || offset > length {
		return errNotOracle
	}
	f.wide.Store(binary.BigEndian.Uint16(f.header[frameHeader:]) >= wideVersion)
	return nil
}

// interrupt returns the marker packet that requests a break.
func (f *frames) interrupt() []byte {
	const length, marker, ask = 11, 12, 3
	if f.wide.Load() {
		return []byte{0, 0, 0, length, marker, 0, 0, 0, 1, 0, ask}
	}
	return []byte{0, length, 0, 0, marker, 0, 0, 0, 1, 0, ask}
}
