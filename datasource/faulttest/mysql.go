package faulttest

import (
	"bytes"
	"encoding/binary"
	"strings"
	"sync"
)

// What is read of the packets of MySQL (MySQL Internals, "Client/Server Protocol").
const (
	comQuit, comQuery = 1, 3

	headOK, headEOF, headError = 0, 0xfe, 0xff

	clientSSL          = 1 << 11
	clientDeprecateEOF = 1 << 24
)

// mysqlOK is the body of a packet that reports success.
var mysqlOK = []byte{headOK, 0, 0, 2, 0, 0, 0}

// mysqlFollower follows a connection of MySQL, in which a command is sent only after the answer to the one
// before it.
type mysqlFollower struct {
	*relay

	mu     sync.Mutex
	secure bool // the client asked for TLS
	noEOF  bool // no EOF packet ends the columns
	logged bool
	answer answer
}

// answer is how much of the answer to a command has been passed on.
type answer struct {
	phase   Phase // empty if it is not followed
	sql     string
	fault   *Injected // of its first packet
	begun   bool
	columns uint64 // still to come, with the EOF that follows them
	ended   bool
	partial bool // the last packet continues in the next
}

func (f *mysqlFollower) upward() error {
	for {
		p, err := mysqlFraming.read(f.up)
		if err != nil {
			return err
		}
		f.mu.Lock()
		logged := f.logged
		f.mu.Unlock()
		if !logged {
			err = f.respond(p)
		} else {
			err = f.command(p)
		}
		if err != nil {
			return err
		}
	}
}

// respond passes on a packet of the client's logon.
func (f *mysqlFollower) respond(p packet) error {
	const shortest = 32 // of a handshake response, which is all of a request for TLS
	body := p.body()
	if p.bytes[3] == 1 && len(body) >= shortest {
		flags := binary.LittleEndian.Uint32(body)
		f.mu.Lock()
		f.noEOF = flags&clientDeprecateEOF != 0
		f.secure = flags&clientSSL != 0
		f.mu.Unlock()
		if f.secure {
			if _, err := f.server.Write(p.bytes); err != nil {
				return err
			}
			return f.raw(f.server, f.up)
		}
	}
	_, err := f.server.Write(p.bytes)
	return err
}

// command passes on a command, unless it is refused.
func (f *mysqlFollower) command(p packet) error {
	body, a := p.body(), answer{}
	switch {
	case len(body) > 0 && body[0] == comQuit:
		return f.leave(p, mysqlFraming.newPacket(mysqlOK))
	case len(body) > 0 && body[0] == comQuery:
		a.sql = string(body[1:])
		a.phase = phaseOf(a.sql)
		a.fault = f.proxy.faults.due(a.phase, a.sql)
		f.proxy.record(Sent{f.id, a.phase, a.sql})
	}
	if a.fault != nil && a.fault.fault.Do == Refuse {
		p.bytes[3]++
		return f.do(a.fault, p, true)
	}
	f.mu.Lock()
	f.answer = a
	f.mu.Unlock()
	_, err := f.server.Write(p.bytes)
	return err
}

func phaseOf(sql string) Phase {
	switch {
	case strings.HasPrefix(sql, "/* precheck:"):
		return Statement
	case strings.HasPrefix(sql, "KILL "):
		return Kill
	}
	return SetUp
}

func (f *mysqlFollower) downward() error {
	p, err := mysqlFraming.read(f.down)
	if err != nil {
		return err
	}
	if !f.proxy.tls.Load() {
		hideTLS(p.body())
	}
	if err := f.pass(Greeting, "", p); err != nil {
		return err
	}
	for !f.logged {
		if err := f.logon(); err != nil {
			return err
		}
	}
	for {
		p, err := mysqlFraming.read(f.down)
		if err == nil {
			err = f.part(p)
		}
		if err != nil {
			return err
		}
	}
}

// hideTLS clears the flag of TLS in a greeting.
func hideTLS(greeting []byte) {
	const afterVersion = 1 + 4 + 8 + 1 // its end, the connection's id, the challenge's start, a filler
	end := bytes.IndexByte(greeting, 0)
	if at := end + afterVersion; greeting[0] == 10 && end > 0 && len(greeting) >= at+2 {
		flags := greeting[at:]
		binary.LittleEndian.PutUint16(flags, binary.LittleEndian.Uint16(flags)&^clientSSL)
	}
}

// logon passes on one packet of the server's part of the logon.
func (f *mysqlFollower) logon() error {
	head, err := f.down.Peek(1)
	if err != nil {
		return err
	}
	f.mu.Lock()
	secure := f.secure
	f.mu.Unlock()
	if secure && head[0] == tlsHandshake {
		p, err := tlsFraming.read(f.down)
		if err == nil {
			err = f.pass(TLS, "", p)
		}
		if err != nil {
			return err
		}
		return f.raw(f.client, f.down)
	}
	p, err := mysqlFraming.read(f.down)
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.logged = len(p.body()) > 0 && p.body()[0] == headOK
	f.mu.Unlock()
	return f.pass(Logon, "", p)
}

// part passes on a packet of an answer.
func (f *mysqlFollower) part(p packet) error {
	a, row := f.advance(p)
	i := a.fault
	if row {
		i = f.proxy.faults.due(Row, a.sql)
	}
	if i == nil {
		if err := f.send(p.bytes); err != nil || !a.ended || a.phase != Statement {
			return err
		}
		return f.strike(Idle, a.sql, mysqlFraming.newPacket(mysqlOK))
	}
	if row && i.fault.Do == Refuse {
		if err := f.skip(); err != nil {
			return err
		}
	}
	return f.do(i, p, true)
}

// advance returns the answer that p belongs to, with the fault that p is due, and whether p is a row of a
// statement of a check.
func (f *mysqlFollower) advance(p packet) (a answer, row bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	row = f.answer.advance(p.body(), f.noEOF) && f.answer.phase == Statement
	a = f.answer
	f.answer.fault = nil
	return a, row
}

// skip reads the rest of an answer.
func (f *mysqlFollower) skip() error {
	for {
		p, err := mysqlFraming.read(f.down)
		if err != nil {
			return err
		}
		if a, _ := f.advance(p); a.ended {
			return nil
		}
	}
}

// advance follows a packet with the body, and reports whether it is a row.
func (a *answer) advance(body []byte, noEOF bool) bool {
	if a.phase == "" || a.ended || len(body) == 0 {
		return false
	}
	continues := a.partial
	a.partial = uint64(len(body)) == mysqlFraming.longest
	switch {
	case continues:
	case !a.begun:
		a.begun = true
		if body[0] == headOK || body[0] == headError {
			a.ended = true
			break
		}
		if a.columns = columnCount(body); !noEOF {
			a.columns++
		}
	case a.columns > 0:
		a.columns--
	case body[0] == headError, body[0] == headEOF && uint64(len(body)) < mysqlFraming.longest:
		a.ended = true
	default:
		return true
	}
	return false
}

// columnCount returns the number of columns that a result begins with, 0 of other packets.
func columnCount(body []byte) uint64 {
	switch head := body[0]; {
	case head < 0xfb:
		return uint64(head)
	case head == 0xfc && len(body) >= 3:
		return uint64(binary.LittleEndian.Uint16(body[1:]))
	}
	return 0
}

// miscount returns the packet that begins a result, with another number of columns.
func miscount(p packet, do Action) packet {
	const million = 1_000_000
	n := columnCount(p.body())
	body := []byte{byte(n + 2)}
	switch do {
	case FewerColumns:
		body[0] = byte(max(n, 1) - 1)
	case HugeColumns:
		body = binary.LittleEndian.AppendUint64([]byte{0xfe}, million*million)
	}
	if len(p.body()) == 2 { // MariaDB: whether the columns follow
		body = append(body, p.body()[1])
	}
	out := mysqlFraming.newPacket(body)
	out.bytes[3] = p.bytes[3]
	return out
}

// refusal returns an error packet.
func refusal(sequence byte, code uint16, message string) packet {
	body := binary.LittleEndian.AppendUint16([]byte{headError}, code)
	out := mysqlFraming.newPacket(append(body, "#HY000"+message...))
	out.bytes[3] = sequence
	return out
}
