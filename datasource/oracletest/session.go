package oracletest

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"sync"
)

// Messages of the TTC layer.
const (
	msgProtocol   = 1
	msgDataTypes  = 2
	msgFunction   = 3
	msgStatus     = 4
	msgRowHeader  = 6
	msgRow        = 7
	msgParameters = 8
	msgSimple     = 9
	msgWarning    = 15
	msgDescribe   = 16
	msgPiggyback  = 17
	msgServerInfo = 23
)

// Functions that a client calls.
const (
	fnReexecute    = 0x04
	fnFetch        = 0x05
	fnLogoff       = 0x09
	fnCommit       = 0x0E
	fnRollback     = 0x0F
	fnVersion      = 0x3B
	fnReexecFetch  = 0x4E
	fnExecute      = 0x5E
	fnCloseCursors = 0x69
	fnLogon2       = 0x73
	fnLogon1       = 0x76
	fnCancelCursor = 0x78
	fnPing         = 0x93
)

const (
	charsetUTF8     = 873  // AL32UTF8
	charsetNational = 2000 // AL16UTF16
)

// errBreak ends a call that the client has cancelled.
var errBreak = errors.New("cancelled by the client")

// errLeave ends a session normally.
var errLeave = errors.New("logged off")

// session is one connection after ACCEPT.
type session struct {
	srv     *Server
	id      int
	t       *transport
	service string
	charset int
	field   byte // negotiated TTC field version
	ctx     context.Context
	cancel  context.CancelCauseFunc

	payloads chan []byte
	resets   chan struct{}
	rest     []byte // of the payload that is being read

	mu        sync.Mutex
	breakCall context.CancelCauseFunc // nil between calls

	account    *Account
	user       string
	readOnly   bool
	cursors    map[int]*cursor
	lastCursor int
}

// pump reads packets until the connection ends. It runs concurrently with serve, so that a break is received
// during a call.
func (s *session) pump() {
	for {
		p, err := s.t.read()
		if err != nil {
			s.cancel(err)
			return
		}
		switch {
		case p.kind == packetMarker && len(p.body) == 3 && p.body[2] == markerReset:
			select {
			case s.resets <- struct{}{}:
			default:
			}
		case p.kind == packetMarker:
			s.mu.Lock()
			if s.breakCall != nil {
				s.breakCall(errBreak)
			}
			s.mu.Unlock()
		case p.kind == packetData && len(p.body) >= 2:
			if binary.BigEndian.Uint16(p.body)&dataFlagEOF != 0 {
				s.cancel(io.EOF)
				return
			}
			select {
			case s.payloads <- p.body[2:]:
			case <-s.ctx.Done():
				return
			}
		default:
			s.cancel(errMalformed)
			return
		}
	}
}

// ReadByte returns the next byte that the client sent.
func (s *session) ReadByte() (byte, error) {
	for len(s.rest) == 0 {
		select {
		case s.rest = <-s.payloads:
		case <-s.ctx.Done():
			return 0, context.Cause(s.ctx)
		}
	}
	b := s.rest[0]
	s.rest = s.rest[1:]
	return b, nil
}

func (s *session) reader() *reader {
	return &reader{src: s, bigChunks: s.bigChunks()}
}

func (s *session) writer() *writer { return &writer{bigChunks: s.bigChunks()} }

func (s *session) bigChunks() bool { return s.srv.release.compileCaps()[37]&0x20 != 0 }

func (s *session) send(w *writer) error { return s.t.writeData(w.buf.Bytes()) }

// serve answers messages until the client leaves.
func (s *session) serve() error {
	defer s.closeCursors()
	for {
		if err := s.message(); err != nil {
			return err
		}
	}
}

// message reads and answers one message.
func (s *session) message() error {
	r := s.reader()
	kind := r.byte()
	if r.err != nil {
		return r.err
	}
	switch kind {
	case msgProtocol:
		return s.protocol(r)
	case msgDataTypes:
		return s.dataTypes(r)
	case msgPiggyback:
		return s.piggyback(r)
	case msgFunction:
		function, _ := r.byte(), r.byte() // and its sequence number
		return s.function(function, r)
	}
	return errMalformed
}

// piggyback reads a message that rides in front of a function and has no answer.
func (s *session) piggyback(r *reader) error {
	function, _ := r.byte(), r.byte()
	switch function {
	case fnCloseCursors, fnCancelCursor:
		r.byte()
		for range r.count() {
			s.closeCursor(int(r.uint()))
		}
	default:
		return errMalformed
	}
	return r.err
}

// function reads a function's arguments and answers it.
func (s *session) function(code byte, r *reader) error {
	if s.account == nil && code != fnLogon1 && code != fnLogon2 {
		return errMalformed
	}
	switch code {
	case fnLogon1:
		return s.logon(r)
	case fnLogon2: // without the first step: no password, the operating system's user
		logonArgs(r)
		return s.logonError(errors.Join(r.err, oraError(1017)))
	case fnVersion:
		return s.version(r)
	case fnLogoff:
		_ = s.simple()
		return errLeave
	case fnPing, fnCommit, fnRollback:
		if code != fnPing {
			s.readOnly = false
		}
		if r.err != nil {
			return r.err
		}
		return s.call(StagePing, "", func(context.Context, *writer) error { return nil }, s.simple)
	case fnExecute:
		return s.execute(r)
	case fnFetch:
		return s.fetch(r)
	case fnReexecFetch, fnReexecute:
		return s.reexecute(code, r)
	}
	return errMalformed
}

// call runs one call of the client under a context that a break ends, and sends its output, or the status of
// its error. Faults of the stage are executed first.
func (s *session) call(stage Stage, sql string, run func(context.Context, *writer) error, done func() error) error {
	ctx, stop := context.WithCancelCause(s.ctx)
	defer stop(nil)
	s.mu.Lock()
	s.breakCall = stop
	s.mu.Unlock()
	w := s.writer()
	err := s.srv.faults.strike(ctx, stage, sql, s)
	if err == nil {
		err = run(ctx, w)
	}
	s.mu.Lock()
	s.breakCall = nil
	s.mu.Unlock()
	if s.ctx.Err() != nil {
		return context.Cause(s.ctx)
	}
	if errors.Is(err, errBreak) || errors.Is(context.Cause(ctx), errBreak) {
		return s.answerBreak()
	}
	var ora *oraErr
	switch {
	case errors.As(err, &ora):
		w = s.writer()
		s.status(w, state{err: ora})
	case err != nil:
		return err
	case done != nil:
		return done()
	}
	return s.send(w)
}

// answerBreak is the exchange of markers after a break, and then ORA-01013.
func (s *session) answerBreak() error {
	if err := s.t.writeMarker(markerBreak); err != nil {
		return err
	}
	select {
	case <-s.resets:
	case <-s.ctx.Done():
		return context.Cause(s.ctx)
	}
	if err := s.t.writeMarker(markerReset); err != nil {
		return err
	}
	w := s.writer()
	s.status(w, state{err: oraError(1013)})
	return s.send(w)
}

// simple answers a function without a result.
func (s *session) simple() error {
	w := s.writer()
	w.bytes(msgSimple)
	w.uint(0)
	w.uint(0)
	return s.send(w)
}

// state is the content of a status message about the call.
type state struct {
	rows   int
	cursor int
	end    bool // no more rows
	err    *oraErr
}

const endOfRows = 1403

// status writes the message that ends an answer.
func (s *session) status(w *writer, st state) {
	code, position := 0, 0
	if st.end {
		code = endOfRows
	}
	if st.err != nil {
		code, position = st.err.code, st.err.position
	}
	w.bytes(msgStatus)
	w.uint(0) // end of call
	w.uint(0) // sequence
	w.uint(uint64(st.rows))
	w.uint(uint64(code))
	w.uint(0)
	w.uint(0)
	w.uint(uint64(st.cursor))
	w.uint(uint64(position))
	w.bytes(0, 0)    // statement type, fatal
	w.bytes(0, 0)    // flags, cursor options
	w.bytes(0, 0)    // UPI, warning
	w.bytes(0, 0, 0) // row id: object, partition, table
	w.bytes(0, 0)    // row id: block, slot
	w.uint(0)        // operating system's error
	w.bytes(0, 0)    // statement and call number
	w.uint(0)
	w.uint(0)
	w.dlc("")
	if s.field < 7 {
		w.dlc("")
		w.dlc("")
		w.dlc("")
	} else {
		w.uint(0) // batch errors: codes, offsets, messages
		w.uint(0)
		w.uint(0)
		w.uint(uint64(code))
		w.uint(uint64(st.rows))
	}
	if code != 0 {
		message := oraError(endOfRows).Error()
		if st.err != nil {
			message = st.err.Error()
		}
		w.clr([]byte(message + "\n"))
	}
}
