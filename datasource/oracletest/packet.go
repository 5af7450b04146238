package oracletest

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
)

// Packet types of the transparent network substrate (TNS).
const (
	packetConnect  = 1
	packetAccept   = 2
	packetRefuse   = 4
	packetRedirect = 5
	packetData     = 6
	packetMarker   = 12
)

const (
	headerSize  = 8
	maxPacket   = 1 << 21
	sdu         = 8192 // largest packet that the server sends
	longLengths = 315  // version from which lengths take four bytes
	protocolTNS = 318  // highest version that the server accepts
	dataFlagEOF = 0x40 // the client is leaving
	markerBreak = 1
	markerReset = 2
)

// transport sends and receives TNS packets over a socket.
type transport struct {
	net.Conn
	in   *bufio.Reader
	wide bool // four-byte lengths: after ACCEPT

	mu sync.Mutex // guards writing
}

func newTransport(c net.Conn) *transport {
	return &transport{Conn: c, in: bufio.NewReader(c)}
}

// Read returns the bytes that were read ahead first.
func (t *transport) Read(b []byte) (int, error) { return t.in.Read(b) }

// packet is one packet without its header.
type packet struct {
	kind byte
	body []byte
}

func (t *transport) read() (packet, error) {
	var header [headerSize]byte
	if _, err := io.ReadFull(t.in, header[:]); err != nil {
		return packet{}, err
	}
	length := int(binary.BigEndian.Uint16(header[:]))
	if t.wide {
		length = int(binary.BigEndian.Uint32(header[:]))
	}
	kind := header[4]
	if kind == 0 || kind > 19 || length < headerSize || length > maxPacket {
		return packet{}, fmt.Errorf("not a TNS packet: % x", header)
	}
	body := make([]byte, length-headerSize)
	_, err := io.ReadFull(t.in, body)
	return packet{kind, body}, err
}

func (t *transport) write(kind, flags byte, body []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	out := make([]byte, headerSize, headerSize+len(body))
	if t.wide {
		binary.BigEndian.PutUint32(out, uint32(headerSize+len(body)))
	} else {
		binary.BigEndian.PutUint16(out, uint16(headerSize+len(body)))
	}
	out[4], out[5] = kind, flags
	_, err := t.Write(append(out, body...))
	return err
}

// writeData sends a message in as many data packets as necessary.
func (t *transport) writeData(message []byte) error {
	const room = sdu - headerSize - 2
	for {
		n := min(room, len(message))
		if err := t.write(packetData, 0, append([]byte{0, 0}, message[:n]...)); err != nil {
			return err
		}
		if message = message[n:]; len(message) == 0 {
			return nil
		}
	}
}

func (t *transport) writeMarker(kind byte) error {
	return t.write(packetMarker, 0, []byte{1, 0, kind})
}
