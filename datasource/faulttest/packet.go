package faulttest

import (
	"encoding/binary"
	"fmt"
	"io"
)

// framing is how a protocol marks the length of a packet in a header.
type framing struct {
	header  int // its bytes
	whole   bool
	longest uint64
	length  func(header []byte) uint64
	resize  func(header []byte, length uint64)
}

// The framings. Oracle's lengths count the header; ACCEPT negotiates whether they take two bytes or four.
var (
	mysqlFraming = framing{4, false, 1<<24 - 1,
		func(h []byte) uint64 { return uint64(h[0]) | uint64(h[1])<<8 | uint64(h[2])<<16 },
		func(h []byte, n uint64) { h[0], h[1], h[2] = byte(n), byte(n>>8), byte(n>>16) }}
	tnsFraming = framing{8, true, 1<<16 - 1,
		func(h []byte) uint64 { return uint64(binary.BigEndian.Uint16(h)) },
		func(h []byte, n uint64) { binary.BigEndian.PutUint16(h, uint16(n)) }}
	wideTNSFraming = framing{8, true, 1<<32 - 1,
		func(h []byte) uint64 { return uint64(binary.BigEndian.Uint32(h)) },
		func(h []byte, n uint64) { binary.BigEndian.PutUint32(h, uint32(n)) }}
	tlsFraming = framing{5, false, 1<<16 - 1,
		func(h []byte) uint64 { return uint64(binary.BigEndian.Uint16(h[3:])) },
		func(h []byte, n uint64) { binary.BigEndian.PutUint16(h[3:], uint16(n)) }}
)

// tlsHandshake is the first byte of a record of the TLS handshake.
const tlsHandshake = 0x16

// packet is a header and a body.
type packet struct {
	framing
	bytes []byte
}

// body returns the packet without its header.
func (p packet) body() []byte { return p.bytes[p.header:] }

// sized returns the packet with a header for n bytes of body.
func (p packet) sized(n uint64) packet {
	if p.whole {
		n = min(n+uint64(p.header), p.longest)
	}
	p.resize(p.bytes, n)
	return p
}

// longestSane is more than any packet here has.
const longestSane = 1 << 24

func (f framing) read(r io.Reader) (packet, error) {
	header := make([]byte, f.header)
	if _, err := io.ReadFull(r, header); err != nil {
		return packet{}, err
	}
	length := f.length(header)
	if f.whole {
		length -= uint64(f.header)
	}
	if length > longestSane {
		return packet{}, fmt.Errorf("faulttest: not a packet: % x", header)
	}
	whole := append(header, make([]byte, length)...)
	_, err := io.ReadFull(r, whole[f.header:])
	return packet{f, whole}, err
}

// newPacket returns a packet of the body with the header's first bytes.
func (f framing) newPacket(body []byte) packet {
	return packet{f, append(make([]byte, f.header), body...)}.sized(uint64(len(body)))
}
