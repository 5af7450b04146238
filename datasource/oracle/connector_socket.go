package oracle

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/dbprecheck/precheck/datasource/internal/guard"
)

// socket is the network connection under a session.
type socket struct {
	guard.Socket
	encrypted bool
	frames    atomic.Pointer[frames]
}

// interrupt asks the server to cancel the current call. Under TLS no packet can be inserted between those of
// the driver, so the connection is closed instead.
func (s *socket) interrupt() {
	conn, frames := s.Conn(), s.frames.Load()
	if s.encrypted || conn == nil || frames == nil {
		s.Kill()
		return
	}
	_, _ = conn.Conn.Write(frames.interrupt()) // at one go, so it cuts into no packet
}

// dialer dials as the attempt to connect allows, because the driver's context does not end.
type dialer struct {
	attempt *guard.Attempt
	sock    *socket
}

// DialContext dials and hands the connection to the socket. On a connection without TLS, the frame of each
// packet is checked before the driver gets it.
func (d dialer) DialContext(_ context.Context, network, address string) (net.Conn, error) {
	c, err := d.attempt.Dial(network, address)
	if err != nil {
		return nil, err
	}
	if d.sock.encrypted {
		c.Allow = onlyTLS()
	} else {
		f := &frames{}
		d.sock.frames.Store(f)
		c.Check = f.check
	}
	return undisturbed{c}, nil
}

// onlyTLS requires that the first byte is that of a TLS handshake: otherwise a redirect to an address without
// TLS would make the driver log on without encryption.
func onlyTLS() func([]byte) error {
	const handshake = 0x16
	begun := false
	return func(b []byte) error {
		if !begun && len(b) > 0 && b[0] != handshake {
			return errDowngrade
		}
		begun = true
		return nil
	}
}

// undisturbed is a connection whose deadlines the driver cannot change.
type undisturbed struct{ net.Conn }

// SetDeadline does nothing: contexts bound every call.
func (undisturbed) SetDeadline(time.Time) error { return nil }

// SetReadDeadline does nothing.
func (undisturbed) SetReadDeadline(time.Time) error { return nil }

// SetWriteDeadline does nothing.
func (undisturbed) SetWriteDeadline(time.Time) error { return nil }

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
	begun  bool // a packet was right
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
	switch wrong := length < frameHeader || length > longest || short || !frameTypes[f.header[4]]; {
	case wrong && f.begun:
		return guard.ErrUnreadable
	case wrong:
		return errNotOracle
	}
	f.begun = true
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
