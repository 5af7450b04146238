package faulttest

import (
	"bytes"
	"encoding/binary"
	"sync"
)

// What is read of the packets of the transparent network substrate, and of the calls in its data packets.
const (
	tnsTypeAccept, tnsTypeData, tnsTypeMarker = 2, 6, 12

	tnsWideVersion = 315 // from which lengths take four bytes
	tnsLeaving     = 0x40

	callFunction = 3
	callExecute  = 0x5e
	callFetch    = 5
	callLogoff   = 9
)

// tnsReset is the body of a marker packet that ends an interrupted call.
var tnsReset = []byte{1, 0, 2}

// tnsFollower follows a connection of Oracle.
type tnsFollower struct {
	*relay

	mu      sync.Mutex
	framing framing
	secure  bool
	phase   Phase // of the call
	fault   *Injected
	idle    bool // the call before was a statement of a check
	logged  bool // only the client's direction reads it
}

func (f *tnsFollower) upward() error {
	for {
		head, err := f.up.Peek(1) // ACCEPT, which the client awaits, may change the framing
		if err != nil {
			return err
		}
		f.mu.Lock()
		f.secure = f.secure || head[0] == tlsHandshake
		secure, framing := f.secure, f.framing
		f.mu.Unlock()
		if secure {
			return f.raw(f.server, f.up)
		}
		p, err := framing.read(f.up)
		if err == nil {
			err = f.call(p)
		}
		if err != nil {
			return err
		}
	}
}

// call passes on a packet of the client.
func (f *tnsFollower) call(p packet) error {
	phase := tnsPhase(p)
	if phase == Close {
		f.mu.Lock()
		marker := f.framing.newPacket(tnsReset)
		f.mu.Unlock()
		marker.bytes[4] = tnsTypeMarker
		return f.leave(p, marker)
	}
	if phase != "" && (phase != Logon || !f.logged) {
		f.logged = f.logged || phase != Logon
		f.begin(phase, string(p.body()))
	}
	_, err := f.server.Write(p.bytes)
	return err
}

// begin notes what the client asks for.
func (f *tnsFollower) begin(phase Phase, request string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if phase != Logon {
		f.fault = f.proxy.faults.due(phase, request)
	}
	if f.idle && f.fault == nil {
		f.fault = f.proxy.faults.due(Idle, "")
	}
	f.phase, f.idle = phase, phase == Statement
}

// tnsPhase returns the phase that a packet of the client begins, empty if it begins none.
func tnsPhase(p packet) Phase {
	kind, body := p.bytes[4], p.body()
	switch {
	case kind == tnsTypeMarker:
		return Kill
	case kind != tnsTypeData || len(body) < 2:
		return ""
	case body[1]&tnsLeaving != 0, len(body) > 3 && body[2] == callFunction && body[3] == callLogoff:
		return Close
	case bytes.Contains(body, []byte{callFunction, callExecute}):
		if bytes.Contains(body, []byte("SET TRANSACTION")) || bytes.Contains(body, []byte("ALTER SESSION")) {
			return SetUp
		}
		return Statement
	case len(body) > 3 && body[2] == callFunction && body[3] == callFetch:
		return Row
	}
	return Logon
}

func (f *tnsFollower) downward() error {
	head, err := f.down.Peek(1)
	if err != nil {
		return err
	}
	if f.mu.Lock(); f.secure && head[0] == tlsHandshake {
		f.mu.Unlock()
		p, err := tlsFraming.read(f.down)
		if err == nil {
			err = f.pass(TLS, "", p)
		}
		if err != nil {
			return err
		}
		return f.raw(f.client, f.down)
	}
	f.mu.Unlock()
	for {
		p, err := f.framing.read(f.down)
		if err == nil {
			err = f.part(p)
		}
		if err != nil {
			return err
		}
	}
}

// part passes on a packet of the server.
func (f *tnsFollower) part(p packet) error {
	if p.bytes[4] == tnsTypeAccept {
		if len(p.body()) >= 2 && binary.BigEndian.Uint16(p.body()) >= tnsWideVersion {
			f.mu.Lock()
			f.framing = wideTNSFraming
			f.mu.Unlock()
		}
		return f.pass(Greeting, "", p)
	}
	f.mu.Lock()
	phase, i := f.phase, f.fault
	f.fault = nil
	f.mu.Unlock()
	switch {
	case i != nil:
		return f.do(i, p, true)
	case phase == Logon:
		return f.pass(Logon, "", p)
	}
	return f.send(p.bytes)
}
