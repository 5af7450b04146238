package mysql

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dbprecheck/precheck/datasource/internal/guard"
)

// stream follows the packets of a connection and fails at the first that cannot be right, before the driver
// gets it (MySQL Internals, "Client/Server Protocol"). The driver trusts its server (v1.10.1): it reads beyond
// the end of a packet, which is a panic, takes a row that ends early for the end of the rows, a cell that is
// missing for NULL, and allocates memory for as many columns as are announced. Under TLS the packets cannot
// be followed.
type stream struct {
	buffer   []byte
	state    streamState
	sequence byte // of the packet that comes next
	noEOF    bool // no EOF packet ends the columns
	columns  int
	left     int  // column definitions, with the EOF packet that follows them
	partial  bool // the packet before continues in the next
	err      error
}

type streamState int

const (
	awaitsGreeting streamState = iota
	awaitsLogon
	awaitsAnswer
	awaitsColumns
	awaitsRows
	awaitsCommand
	encrypted
)

// What is read of the packets.
const (
	packetHeader   = 4
	longestPacket  = 1<<24 - 1
	mostColumns    = 4096 // MySQL 8.4 Reference Manual, "Limits on Table Column Count"
	protocolNow    = 10
	headOK         = 0
	headEOF        = 0xfe
	headError      = 0xff
	moreResults    = 8
	flagTLS        = 1 << 11
	flagNoEOF      = 1 << 24
	fixedColumn    = 12 // bytes of a column definition after its names
	restOfGreeting = 29 // bytes of a greeting after the lower capability flags
)

// sent follows what the driver writes: one packet.
func (s *stream) sent(b []byte) error {
	if s.state == encrypted || len(b) < packetHeader+1 {
		return nil
	}
	s.sequence = b[3] + 1
	switch {
	case s.state >= awaitsAnswer:
		s.state = awaitsAnswer
	case b[3] == 1 && len(b) >= packetHeader+4:
		flags := binary.LittleEndian.Uint32(b[packetHeader:])
		s.noEOF = flags&flagNoEOF != 0
		if flags&flagTLS != 0 {
			s.state = encrypted
		}
	}
	return nil
}

// received follows what the server sends.
func (s *stream) received(b []byte) error {
	if s.state == encrypted {
		return nil
	}
	s.buffer = append(s.buffer, b...)
	rest := s.buffer
	for s.err == nil && s.state != encrypted {
		if s.state == awaitsGreeting && len(rest) > packetHeader && !isGreeting(rest) {
			s.err = protocolError{fmt.Errorf("the greeting begins with %q", rest[:packetHeader+1])}
			break
		}
		if len(rest) < packetHeader {
			break
		}
		end := packetHeader + (int(rest[0]) | int(rest[1])<<8 | int(rest[2])<<16)
		if len(rest) < end {
			break
		}
		s.packet(rest[3], rest[packetHeader:end])
		rest = rest[end:]
	}
	s.buffer = append(s.buffer[:0], rest...)
	return s.err
}

// isGreeting reports whether a stream begins like that of a server: its first packet has the number 0, and
// begins with the version of the protocol or an error. Of another protocol, the driver would read a length
// from the first three bytes and wait for that many.
func isGreeting(b []byte) bool { return b[3] == 0 && (b[4] == protocolNow || b[4] == headError) }

func (s *stream) packet(sequence byte, body []byte) {
	continues := s.partial
	s.partial = len(body) == longestPacket
	failed := len(body) > 0 && body[0] == headError
	right := sequence == s.sequence || failed
	s.sequence = sequence + 1
	switch {
	case continues || s.partial && s.state == awaitsRows:
	case len(body) == 0:
		right = false
	case failed:
		right = right && isError(body)
		s.end(awaitsCommand)
	default:
		right = right && s.part(body)
	}
	switch {
	case right:
	case s.state == awaitsGreeting:
		s.err = protocolError{errors.New("the greeting cannot be read")}
	default:
		s.err = guard.ErrUnreadable
	}
}

// part follows a packet that is no error, and reports whether it can be right.
func (s *stream) part(body []byte) bool {
	switch s.state {
	case awaitsGreeting:
		if !isWholeGreeting(body) {
			return false
		}
		s.state = awaitsLogon
	case awaitsLogon:
		if body[0] == headOK {
			s.end(awaitsCommand)
			_, ok := status(body)
			return ok
		}
	case awaitsAnswer:
		return s.answer(body)
	case awaitsColumns:
		return s.column(body)
	case awaitsRows:
		return s.row(body)
	case awaitsCommand:
		return false
	}
	return true
}

func (s *stream) end(state streamState) {
	if s.state != awaitsGreeting {
		s.state = state
	}
}

func (s *stream) answer(body []byte) bool {
	if body[0] == headOK {
		return s.finish(status(body))
	}
	count, rest, ok := lengthEncoded(body)
	if !ok || count < 1 || count > mostColumns || len(rest) > 1 { // MariaDB adds whether definitions follow
		return false
	}
	s.columns, s.left, s.state = int(count), int(count), awaitsColumns
	if !s.noEOF {
		s.left++
	}
	return true
}

// finish ends an answer with the status, after which another may follow.
func (s *stream) finish(status uint16, ok bool) bool {
	s.state = awaitsCommand
	if status&moreResults != 0 {
		s.state = awaitsAnswer
	}
	return ok
}

func (s *stream) column(body []byte) bool {
	if s.left--; s.left == 0 {
		s.state = awaitsRows
	}
	if s.left == 0 && !s.noEOF {
		_, ok := eof(body)
		return ok
	}
	const names = 6
	for range names {
		var ok bool
		if body, ok = skipString(body); !ok {
			return false
		}
	}
	return len(body) > fixedColumn && body[0] == fixedColumn
}

func (s *stream) row(body []byte) bool {
	switch {
	case body[0] == headEOF && s.noEOF:
		return s.finish(status(body))
	case body[0] == headEOF:
		return s.finish(eof(body))
	}
	for range s.columns {
		var ok bool
		if body, ok = skipString(body); !ok {
			return false
		}
	}
	return len(body) == 0
}

// isWholeGreeting reports whether a greeting has all of its fixed parts. Protocols before 4.1 end after the
// lower capability flags.
func isWholeGreeting(body []byte) bool {
	version := bytes.IndexByte(body, 0)
	if version < 0 {
		return false
	}
	const lower = 1 + 4 + 8 + 1 + 2 // the end of the version, connection id, challenge, filler, flags
	n := len(body) - version - lower
	return n == 0 || n >= restOfGreeting
}

// isError reports whether an error packet has a number and, where it is marked, an SQLSTATE.
func isError(body []byte) bool {
	const number, state = 3, 6
	return len(body) > number && (body[number] != '#' || len(body) >= number+state)
}

// status returns the status flags of an OK packet.
func status(body []byte) (flags uint16, ok bool) {
	body = body[1:]
	for range 2 { // affected rows, last inserted id
		if _, body, ok = lengthEncoded(body); !ok {
			return 0, false
		}
	}
	if len(body) < 2 {
		return 0, false
	}
	return binary.LittleEndian.Uint16(body), true
}

// eof returns the status flags of an EOF packet, which follow the number of warnings.
func eof(body []byte) (flags uint16, ok bool) {
	if len(body) != 5 || body[0] != headEOF {
		return 0, false
	}
	return binary.LittleEndian.Uint16(body[3:]), true
}

// lengthEncoded reads an integer whose first byte says how long it is.
func lengthEncoded(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	size := 0
	switch b[0] {
	case 0xfc:
		size = 2
	case 0xfd:
		size = 3
	case 0xfe:
		size = 8
	case 0xfb, 0xff:
		return 0, nil, false
	default:
		return uint64(b[0]), b[1:], true
	}
	if len(b) < 1+size {
		return 0, nil, false
	}
	var wide [8]byte
	copy(wide[:], b[1:1+size])
	return binary.LittleEndian.Uint64(wide[:]), b[1+size:], true
}

// skipString returns what follows a string, or NULL.
func skipString(b []byte) (rest []byte, ok bool) {
	const null = 0xfb
	if len(b) > 0 && b[0] == null {
		return b[1:], true
	}
	n, rest, ok := lengthEncoded(b)
	if !ok || n > uint64(len(rest)) {
		return nil, false
	}
	return rest[n:], true
}
