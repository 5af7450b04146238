package oracletest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// TB is the part of testing.TB that New needs.
type TB interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// Options chooses how a Server behaves. The zero value is a healthy server.
type Options struct {
	TLS        *tls.Config // speaks TLS from the first byte on
	RedirectTo *Server     // answers every CONNECT with REDIRECT to that server
	SID        string      // a SID that is accepted instead of the service; ORCL if empty
	Charset    int         // Oracle's id of the database character set; 873, AL32UTF8, if zero
}

// Account is a user that may try to log on.
type Account struct {
	User, Password string
	// Code is the result of a logon with the correct password: 0 is success, 28002 success with a warning,
	// any other code that error, such as 28000 (locked), 28001 (expired), 1045 (no CREATE SESSION), 18, 20 or
	// 2391 (too many sessions), 1033 or 1034 (not open).
	Code int
	// Verifier11g: the password is stored as in release 11g, even in a later release.
	Verifier11g bool
}

// Statement is one statement that a session executed.
type Statement struct {
	Session int
	User    string
	SQL     string
	Binds   []any // NUMBER as int64 or float64, times as days since 1970-01-01 UTC
}

// Sessions counts connections.
type Sessions struct {
	Open     int // sockets that are open now
	Accepted int // sockets that were ever accepted
	LoggedOn int // sessions that ever logged on
}

// Server is an emulated Oracle listener and the database behind it.
type Server struct {
	Host           string
	Port           int
	Service        string
	User, Password string // an account that may log on and read every view

	release Release
	opts    Options
	tb      TB // nil: not in a test
	db      *database
	faults  faults
	wire    counters

	listener net.Listener
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu         sync.Mutex
	conns      map[net.Conn]struct{}
	accounts   map[string]*Account
	denied     []denial
	tables     map[string]bool // of users, by OWNER.NAME: whether it holds a row
	contexts   map[string]string
	clock      time.Time // zero: the time of day
	statements []Statement
	programs   []string
	sessions   Sessions
	err        error
}

// counters are statistics of the connections for tests.
type counters struct {
	fetches    atomic.Int64
	descriptor atomic.Pointer[string]
}

// denial is a view that may not be read, and the error for it.
type denial struct {
	pattern string
	code    int
}

// New starts a server for a test. It is closed when the test ends, and an error fails the test.
func New(tb TB, release Release, opts Options) *Server {
	tb.Helper()
	srv, err := Start(release, opts)
	if err != nil {
		tb.Fatalf("%v", err)
	}
	srv.tb = tb
	tb.Cleanup(srv.Close)
	return srv
}

// Start starts a server of the release on a free port of loopback. The caller closes it, and reads Err
// after describing the dictionary.
func Start(release Release, opts Options) (*Server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("oracletest: %w", err)
	}
	if opts.SID == "" {
		opts.SID = "ORCL"
	}
	if opts.Charset == 0 {
		opts.Charset = charsetUTF8
	}
	address := listener.Addr().(*net.TCPAddr)
	srv := &Server{Host: "127.0.0.1", Port: address.Port, Service: "ORCLPDB1",
		User: "PRECHECK", Password: "Tiger#1", release: release, opts: opts, listener: listener,
		conns: make(map[net.Conn]struct{}), accounts: make(map[string]*Account), tables: make(map[string]bool)}
	srv.ctx, srv.cancel = context.WithCancel(context.Background())
	srv.contexts = defaultContexts(srv)
	if srv.db, err = openDatabase(release, seeds(srv)); err != nil {
		srv.cancel()
		return nil, errors.Join(fmt.Errorf("oracletest: %w", err), listener.Close())
	}
	srv.SetAccount(Account{User: srv.User, Password: srv.Password})
	srv.running.Go(srv.listen)
	return srv, nil
}

// Err returns the first error of Insert, Set, Clear and Fill. It is nil for a server of a test, where an
// error fails the test immediately.
func (srv *Server) Err() error {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.err
}

// helper excludes the caller from the position that a test reports.
func (srv *Server) helper() func() {
	if srv.tb == nil {
		return func() {}
	}
	return srv.tb.Helper
}

// check handles an error of a method that describes the dictionary.
func (srv *Server) check(err error) {
	if err == nil {
		return
	}
	err = fmt.Errorf("oracletest: release %s: %w", srv.release, err)
	if srv.tb != nil {
		srv.tb.Helper()
		srv.tb.Fatalf("%v", err)
		return
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.err == nil {
		srv.err = err
	}
}

// Close closes every connection and frees the server's resources.
func (srv *Server) Close() {
	srv.cancel()
	_ = srv.listener.Close()
	srv.CutConnections()
	srv.running.Wait()
	srv.db.close()
}

// CutConnections closes every open connection immediately, without a message.
func (srv *Server) CutConnections() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for c := range srv.conns {
		_ = c.Close()
	}
}

// SetAccount adds an account or changes it.
func (srv *Server) SetAccount(a Account) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.accounts[strings.ToUpper(a.User)] = &a
}

// account returns a copy of the account, nil if there is none.
func (srv *Server) account(user string) *Account {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	a := srv.accounts[strings.ToUpper(user)]
	if a == nil {
		return nil
	}
	c := *a
	return &c
}

// Deny makes the views that match a pattern, such as DBA_* or V$DATABASE, answer with
// the error code: 942 as for one who may not see it, or 1031; 0 lets them be read again.
func (srv *Server) Deny(code int, patterns ...string) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for _, p := range patterns {
		srv.denied = append(srv.denied, denial{strings.ToUpper(p), code})
	}
}

// denies returns the error code for reading the view, 0 if it may be read.
func (srv *Server) denies(view string) int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	for _, d := range slices.Backward(srv.denied) {
		if ok, _ := path.Match(d.pattern, view); ok {
			return d.code
		}
	}
	return 0
}

// SetContext sets the value of SYS_CONTEXT('USERENV', parameter). SESSION_USER and CURRENT_SCHEMA are the
// session's user unless set.
func (srv *Server) SetContext(parameter, value string) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.contexts[strings.ToUpper(parameter)] = value
}

// SetNow stops the server's clock, which SYSDATE and SYSTIMESTAMP show, at t.
func (srv *Server) SetNow(t time.Time) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.clock = t
}

func (srv *Server) now() time.Time {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.clock.IsZero() {
		return time.Now()
	}
	return srv.clock
}

func (srv *Server) context(parameter string) string {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.contexts[parameter]
}

// defaultContexts are the parameters of USERENV that are known.
func defaultContexts(srv *Server) map[string]string {
	c := map[string]string{
		"SERVICE_NAME": srv.Service, "DB_NAME": "ORCL", "DB_UNIQUE_NAME": "ORCL",
		"DB_DOMAIN": "", "INSTANCE": "1", "INSTANCE_NAME": "ORCL", "SERVER_HOST": "emulated",
		"HOST": "emulated", "LANGUAGE": "AMERICAN_AMERICA.AL32UTF8", "LANG": "US",
		"ISDBA": "FALSE", "NETWORK_PROTOCOL": "tcp", "NLS_TERRITORY": "AMERICA",
		"NLS_CALENDAR": "GREGORIAN", "NLS_DATE_FORMAT": "DD-MON-RR", "NLS_SORT": "BINARY",
		"SESSION_USER": "", "SESSION_USERID": "100", "CURRENT_USER": "", "CURRENT_SCHEMA": "",
		"SESSIONID": "1", "SID": "1", "TERMINAL": "", "OS_USER": "", "IP_ADDRESS": "127.0.0.1",
		"MODULE": "", "ACTION": "", "CLIENT_IDENTIFIER": "", "CLIENT_INFO": "", "DATABASE_ROLE": "PRIMARY",
	}
	if srv.opts.TLS != nil {
		c["NETWORK_PROTOCOL"] = "tcps"
	}
	if srv.release.atLeast(12, 1) {
		maps.Copy(c, map[string]string{"CON_NAME": srv.Service, "CON_ID": "3", "CDB_NAME": "ORCL"})
	}
	return c
}

// knows returns 0 if the descriptor names the service or the SID, otherwise the code of REFUSE.
func (srv *Server) knows(descriptor string) int {
	if m := serviceName.FindStringSubmatch(descriptor); m != nil {
		if strings.EqualFold(m[1], srv.Service) {
			return 0
		}
		return 12514
	}
	if m := sidName.FindStringSubmatch(descriptor); m != nil && strings.EqualFold(m[1], srv.opts.SID) {
		return 0
	}
	return 12505
}

// enter notes that the session has logged on.
func (srv *Server) enter(s *session, program string) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.sessions.LoggedOn++
	srv.programs = append(srv.programs, program)
}

func (srv *Server) record(st Statement) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.statements = append(srv.statements, st)
}

// Statements returns every statement that was executed, in order.
func (srv *Server) Statements() []Statement {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return slices.Clone(srv.statements)
}

// ForgetStatements clears the list that Statements returns.
func (srv *Server) ForgetStatements() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.statements = nil
}

// Sessions counts the connections.
func (srv *Server) Sessions() Sessions {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.sessions
}

// Programs returns the program name of every session that logged on, as a DBA would see
// it in v$session.
func (srv *Server) Programs() []string {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return slices.Clone(srv.programs)
}

// Fetches counts the calls for more rows.
func (srv *Server) Fetches() int { return int(srv.wire.fetches.Load()) }

// ConnectDescriptor is the descriptor of the last CONNECT, empty before the first.
func (srv *Server) ConnectDescriptor() string {
	if d := srv.wire.descriptor.Load(); d != nil {
		return *d
	}
	return ""
}

// Address is host:port.
func (srv *Server) Address() string { return fmt.Sprintf("%s:%d", srv.Host, srv.Port) }

// WaitClosed waits until at most open sockets are open, and reports whether that happened.
func (srv *Server) WaitClosed(open int, limit time.Duration) bool {
	for end := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		if srv.Sessions().Open <= open {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

func (srv *Server) listen() {
	for {
		c, err := srv.listener.Accept()
		if err != nil {
			return
		}
		srv.mu.Lock()
		srv.sessions.Accepted++
		srv.sessions.Open++
		id := srv.sessions.Accepted
		srv.conns[c] = struct{}{}
		srv.mu.Unlock()
		if srv.ctx.Err() != nil {
			_ = c.Close()
		}
		srv.running.Go(func() {
			srv.handle(c, id)
			_ = c.Close()
			srv.mu.Lock()
			srv.sessions.Open--
			delete(srv.conns, c)
			srv.mu.Unlock()
		})
	}
}

// handle serves one socket to its end.
func (srv *Server) handle(c net.Conn, id int) {
	s := srv.begin(srv.ctx, newTransport(c), id)
	defer s.cancel(errLeave)
	if err := s.strikeEarly(StageConnect); err != nil {
		return
	}
	if srv.opts.TLS != nil {
		if err := s.strikeEarly(StageTLS); err != nil {
			return
		}
		secured := tls.Server(s.t, srv.opts.TLS)
		if err := secured.HandshakeContext(s.ctx); err != nil {
			return
		}
		s.t = newTransport(secured)
	}
	if err := s.accept(); err != nil {
		return
	}
	s.t.wide = true
	var pumping sync.WaitGroup
	pumping.Go(s.pump)
	err := s.serve()
	s.cancel(err)
	if errors.Is(err, errLeave) {
		// A client sends a last packet and closes the connection; otherwise the connection is closed with the
		// server.
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
	} else {
		_ = c.Close()
	}
	pumping.Wait()
}
