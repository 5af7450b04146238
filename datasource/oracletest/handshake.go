package oracletest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

var (
	serviceName = regexp.MustCompile(`(?i)\(\s*SERVICE_NAME\s*=\s*([^)\s]*)\s*\)`)
	sidName     = regexp.MustCompile(`(?i)\(\s*SID\s*=\s*([^)\s]*)\s*\)`)
)

// errRefused ends a connection that was refused or redirected.
var errRefused = errors.New("refused")

// accept reads CONNECT and answers it with ACCEPT, REFUSE or REDIRECT.
func (s *session) accept() error {
	p, err := s.t.read()
	if err != nil {
		return err
	}
	const fixed = 50 // of the body, without connect data: version 8 .. SDU 58
	if p.kind != packetConnect || len(p.body) < fixed {
		return errMalformed
	}
	version := min(binary.BigEndian.Uint16(p.body[0:]), protocolTNS)
	if version < longLengths {
		return errMalformed
	}
	descriptor, err := s.connectData(p)
	if err != nil {
		return err
	}
	s.srv.wire.descriptor.Store(&descriptor)
	var ora *oraErr
	if err := s.strikeEarly(StageAccept); errors.As(err, &ora) {
		return s.refuse(ora.code)
	} else if err != nil {
		return err
	}
	if code := s.srv.knows(descriptor); code != 0 {
		return s.refuse(code)
	}
	if to := s.srv.opts.RedirectTo; to != nil {
		return s.redirect(to)
	}
	if m := serviceName.FindStringSubmatch(descriptor); m != nil {
		s.service = m[1]
	}
	return s.t.write(packetAccept, 0, acceptBody(version))
}

// connectData returns the connect descriptor, which follows in a data packet when it is long.
func (s *session) connectData(p packet) (string, error) {
	length := int(binary.BigEndian.Uint16(p.body[16:]))
	offset := int(binary.BigEndian.Uint16(p.body[18:])) - headerSize
	if end := offset + length; offset >= 0 && end <= len(p.body) {
		return string(p.body[offset:end]), nil
	}
	next, err := s.t.read()
	if err != nil {
		return "", err
	}
	if next.kind != packetData || len(next.body) < 2 {
		return "", errMalformed
	}
	return string(next.body[2:]), nil
}

// acceptBody is ACCEPT without its header. The flags indicate that native network encryption is not offered.
func acceptBody(version uint16) []byte {
	b := make([]byte, 45-headerSize)
	binary.BigEndian.PutUint16(b[0:], version)
	binary.BigEndian.PutUint16(b[2:], 1)
	binary.BigEndian.PutUint16(b[4:], sdu)
	binary.BigEndian.PutUint16(b[6:], 0xFFFF)
	binary.BigEndian.PutUint16(b[8:], 1)
	binary.BigEndian.PutUint16(b[12:], 45)
	b[14], b[15] = 4, 4
	binary.BigEndian.PutUint32(b[24:], sdu)
	binary.BigEndian.PutUint32(b[28:], 0xFFFF)
	return b
}

func (s *session) refuse(code int) error {
	text := fmt.Sprintf("(DESCRIPTION=(TMP=)(VSNNUM=%d)(ERR=%d)(ERROR_STACK=(ERROR=(CODE=%d)(EMFI=4))))",
		s.srv.release.number, code, code)
	body := []byte{0, 0, 0, 0}
	binary.BigEndian.PutUint16(body[2:], uint16(len(text)))
	_ = s.t.write(packetRefuse, 0, append(body, text...))
	return errRefused
}

func (s *session) redirect(to *Server) error {
	data := fmt.Sprintf("(ADDRESS=(PROTOCOL=TCP)(HOST=%s)(PORT=%d))\x00(DESCRIPTION=(CONNECT_DATA=(SERVICE_NAME=%s)))",
		to.Host, to.Port, to.Service)
	body := binary.BigEndian.AppendUint16(nil, uint16(len(data)))
	_ = s.t.write(packetRedirect, 2, append(body, data...))
	return errRefused
}

// protocol answers the first message, with the identity and the capabilities of the server.
func (s *session) protocol(r *reader) error {
	for r.byte() != 0 && r.err == nil { // versions offered
	}
	for r.byte() != 0 && r.err == nil { // name of the client
	}
	if r.err != nil {
		return r.err
	}
	w := s.writer()
	w.bytes(msgProtocol, 6, 0)
	// go-ora reads 50 bytes ahead to find the end of the banner.
	w.bytes([]byte("oracletest: an emulated listener, not Oracle\x00")...)
	w.bytes(byte(s.charset), byte(s.charset>>8)) // little-endian
	w.bytes(1, 0, 0)                             // flags; no character set elements
	w.bytes(0, 11)
	w.bytes(0, 0, 0, 0, 0, 0, 0, 0, 0, charsetNational>>8, charsetNational&0xFF)
	compile, runtime := s.srv.release.compileCaps(), s.srv.release.runtimeCaps()
	w.bytes(byte(len(compile)))
	w.bytes(compile...)
	w.bytes(byte(len(runtime)))
	w.bytes(runtime...)
	return s.send(w)
}

// dataTypes answers the second message. The client's list of representations is that of go-ora, which this
// emulation is written for, and is read but ignored.
func (s *session) dataTypes(r *reader) error {
	r.raw(5) // character set, twice; flags
	compile := r.raw(int(r.byte()))
	runtime := r.raw(int(r.byte()))
	if r.err != nil || len(compile) < 38 || len(runtime) < 2 {
		return errMalformed
	}
	s.field = min(compile[7], s.srv.release.field)
	zone, zoneVersion := runtime[1]&1 != 0, compile[37]&2 != 0
	if zone {
		r.raw(11)
		if zoneVersion {
			r.raw(4)
		}
	}
	r.raw(2) // national character set
	for r.err == nil {
		if binary.BigEndian.Uint16(pad2(r.raw(2))) == 0 {
			break
		}
		if binary.BigEndian.Uint16(pad2(r.raw(2))) != 0 {
			r.raw(4) // representation, 0
		}
	}
	if r.err != nil {
		return r.err
	}
	w := s.writer()
	w.bytes(msgDataTypes)
	if zone {
		w.bytes(0x80, 0, 0, 0, 60, 60, 60, 0x80, 0, 0, 0) // +00:00
		if zoneVersion {
			w.bytes(0, 0, 0, 32)
		}
	}
	w.bytes(0, 0)
	return s.send(w)
}

// pad2 keeps a failed read of two bytes readable.
func pad2(b []byte) []byte {
	if len(b) < 2 {
		return []byte{0, 0}
	}
	return b
}

// logonArgs reads the arguments that both logon messages have: the user and pairs.
func logonArgs(r *reader) (user string, pairs map[string]string) {
	r.byte()
	r.uint() // length of the name
	r.uint() // mode
	r.byte()
	n := r.count()
	r.raw(2)
	user = string(r.clr())
	pairs = make(map[string]string)
	for range n {
		key, value := r.pair()
		pairs[key] = value
	}
	return user, pairs
}

// logon handles both steps of O5LOGON. The state of the account is checked only after the password, so that
// the answer to a wrong password is the same for every account.
func (s *session) logon(r *reader) error {
	user, _ := logonArgs(r)
	if r.err != nil {
		return r.err
	}
	if err := s.srv.faults.strike(s.ctx, StageLogon, "", s); err != nil {
		return s.logonError(err)
	}
	account := s.srv.account(user)
	c, err := newChallenge(s.srv.release, account)
	if err != nil {
		return err
	}
	w := s.writer()
	c.write(w)
	s.status(w, state{})
	if err := s.send(w); err != nil {
		return err
	}

	r = s.reader()
	if r.byte() != msgFunction || r.byte() != fnLogon2 {
		return errMalformed
	}
	r.byte()
	_, pairs := logonArgs(r)
	if r.err != nil {
		return r.err
	}
	if !c.passes(pairs["AUTH_SESSKEY"], pairs["AUTH_PASSWORD"]) {
		return s.logonError(oraError(1017))
	}
	if account.Code != 0 && account.Code != warnPasswordExpires {
		return s.logonError(accountError(account))
	}
	s.account, s.user = account, strings.ToUpper(account.User)
	s.srv.enter(s, pairs["AUTH_PROGRAM_NM"])
	return s.welcome(account, pairs)
}

// warnPasswordExpires is the code that lets a session in with a warning.
const warnPasswordExpires = 28002

func accountError(a *Account) *oraErr {
	switch a.Code {
	case 1045:
		return oraError(a.Code, strings.ToUpper(a.User))
	case warnPasswordExpires:
		return oraError(a.Code, 7)
	}
	return oraError(a.Code)
}

// logonError sends the error as the status of the logon. The client leaves then.
func (s *session) logonError(err error) error {
	var ora *oraErr
	if !errors.As(err, &ora) {
		return err
	}
	w := s.writer()
	s.status(w, state{err: ora})
	return s.send(w)
}

// welcome answers a logon that succeeded: session properties and the NLS settings.
func (s *session) welcome(account *Account, client map[string]string) error {
	w := s.writer()
	if account.Code == warnPasswordExpires {
		text := accountError(account).Error() + "\n"
		w.bytes(msgWarning)
		w.uint(warnPasswordExpires)
		w.uint(uint64(len(text)))
		w.uint(0)
		w.clr([]byte(text))
	}
	properties := [][2]string{
		{"AUTH_VERSION_NO", fmt.Sprint(s.srv.release.number)},
		{"AUTH_SESSION_ID", fmt.Sprint(s.id)},
		{"AUTH_SERIAL_NUM", fmt.Sprint(s.id)},
		{"AUTH_SC_INSTANCE_NAME", s.srv.context("INSTANCE_NAME")},
		{"AUTH_SC_SERVER_HOST", s.srv.context("SERVER_HOST")},
		{"AUTH_SC_SERVICE_NAME", s.service},
		{"AUTH_SC_DB_DOMAIN", s.srv.context("DB_DOMAIN")},
		{"AUTH_SC_DBUNIQUE_NAME", s.srv.context("DB_UNIQUE_NAME")},
	}
	w.bytes(msgParameters)
	w.uint(uint64(len(properties)))
	for _, p := range properties {
		w.pair(p[0], p[1], 0)
	}
	const nls, language = 5, 16
	w.bytes(msgServerInfo, nls)
	w.uint(0)
	w.bytes(0)
	w.uint(1)
	w.bytes(0)
	w.pair("", "AMERICAN", language)
	w.uint(0)
	s.status(w, state{})
	return s.send(w)
}

// version answers with the banner and the number of the release.
func (s *session) version(r *reader) error {
	r.byte()
	r.uint()
	r.raw(2)
	if s.field >= 11 {
		r.uint()
	}
	if r.err != nil {
		return r.err
	}
	w := s.writer()
	w.bytes(msgParameters)
	w.uint(uint64(len(s.srv.release.banner)))
	w.clr([]byte(s.srv.release.banner))
	w.uint(uint64(s.srv.release.number))
	w.bytes(msgSimple)
	w.uint(0)
	w.uint(0)
	return s.send(w)
}

// begin makes the session of an accepted socket.
func (srv *Server) begin(ctx context.Context, t *transport, id int) *session {
	ctx, cancel := context.WithCancelCause(ctx)
	return &session{srv: srv, id: id, t: t, charset: srv.opts.Charset, ctx: ctx, cancel: cancel,
		payloads: make(chan []byte), resets: make(chan struct{}, 1),
		cursors: make(map[int]*cursor)}
}
