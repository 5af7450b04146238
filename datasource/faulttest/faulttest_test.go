package faulttest

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	go_ora "github.com/sijms/go-ora/v2"
	"go.uber.org/goleak"

	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// greeting offers TLS and the end of a result without EOF packets.
var greeting = []byte("\x0a8.4.0\x00\x01\x00\x00\x0012345678\x00\xff\xff\xff\x02\x00\xff\xdf\x15" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00123456789012\x00mysql_native_password\x00")

const (
	column = "\x03def\x00\x00\x00\x01n\x00\x0c\xff\x00\xff\x00\x00\x00\xfd\x00\x00\x00\x00\x00"
	end    = "\xfe\x00\x00\x02\x00\x00\x00"
)

// numbered returns packets with the bodies.
func numbered(sequence byte, bodies ...string) (out []byte) {
	for i, body := range bodies {
		p := mysqlFraming.newPacket([]byte(body))
		p.bytes[3] = sequence + byte(i)
		out = append(out, p.bytes...)
	}
	return out
}

// answerOf is what the server answers to any statement: three rows, or success to SET.
var answerOf = numbered(1, "\x01", column, "\x03one", "\x03two", "\x0512345", end)

// server is a peer that speaks as much of MySQL as go-sql-driver needs.
type server struct {
	address string
	mu      sync.Mutex
	got     []string
}

func (s *server) statements() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.got)
}

func startServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{address: l.Addr().String()}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() { s.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); serving.Wait() })
	return s
}

func (s *server) serve(c net.Conn) {
	defer c.Close()
	_, _ = c.Write(numbered(0, string(greeting)))
	if _, err := mysqlFraming.read(c); err != nil {
		return
	}
	_, _ = c.Write(numbered(2, string(mysqlOK)))
	for {
		p, err := mysqlFraming.read(c)
		if err != nil || p.body()[0] != comQuery {
			return
		}
		query := string(p.body()[1:])
		s.mu.Lock()
		s.got = append(s.got, query)
		s.mu.Unlock()
		answer := answerOf
		if strings.HasPrefix(query, "SET") {
			answer = numbered(1, string(mysqlOK))
		}
		_, _ = c.Write(answer)
	}
}

// start returns a proxy before a server, and connections to it through the driver.
func start(t *testing.T) (*server, *Proxy, *sql.DB) {
	t.Helper()
	s := startServer(t)
	p := Start(t, MySQL, s.address)
	cfg := mysql.NewConfig()
	cfg.Net, cfg.Addr, cfg.User = "tcp", net.JoinHostPort(p.Host, strconv.Itoa(p.Port)), "u"
	cfg.Logger = &mysql.NopLogger{}
	cfg.MaxAllowedPacket = 1 << 20
	connector, err := mysql.NewConnector(cfg)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	t.Cleanup(func() { _ = db.Close() })
	return s, p, db
}

const check = "/* precheck:RDB_TEST */ SELECT "

// read runs a statement and returns its rows.
func read(t *testing.T, db *sql.DB, query string) (rows []string, err error) {
	t.Helper()
	result, err := db.QueryContext(t.Context(), query)
	if err != nil {
		return nil, err
	}
	defer result.Close()
	for result.Next() {
		var cell string
		if err := result.Scan(&cell); err != nil {
			return rows, err
		}
		rows = append(rows, cell)
	}
	return rows, result.Err()
}

func TestHealthyConnection(t *testing.T) {
	t.Parallel()
	s, p, db := start(t)
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "SET a = 1"); err != nil {
		t.Fatal(err)
	}
	rows, err := read(t, db, check+"1")
	if err != nil || !slices.Equal(rows, []string{"one", "two", "12345"}) {
		t.Errorf("rows %q, error %v", rows, err)
	}
	if _, err := db.ExecContext(t.Context(), "KILL QUERY 1"); err != nil {
		t.Fatal(err)
	}
	want := []Sent{{1, SetUp, "SET a = 1"}, {1, Statement, check + "1"}, {1, Kill, "KILL QUERY 1"}}
	if got := p.Statements(); !slices.Equal(got, want) {
		t.Errorf("statements %v, want %v", got, want)
	}
	if got := s.statements(); len(got) != len(want) {
		t.Errorf("the server received %q", got)
	}
	if p.Accepted() != 1 || p.Open() != 1 {
		t.Errorf("%d connections were accepted, %d are open", p.Accepted(), p.Open())
	}
	_ = db.Close()
	if !p.WaitClosed(0, 10*time.Second) {
		t.Error("the connection is still open")
	}
}

func TestRefusedStatement(t *testing.T) {
	t.Parallel()
	s, p, db := start(t)
	third := p.Inject(Fault{At: Statement, Skip: 2, Times: 1, Do: Refuse, Code: 1205, Message: "Lock wait"})
	named := p.Inject(Fault{At: Statement, SQL: "threads", Do: Refuse, Code: 1053, Message: "Server shutdown"})
	for i, want := range []uint16{0, 0, 1205, 0} {
		_, err := read(t, db, check+"1")
		if number(err) != want {
			t.Errorf("statement %d: %v, want error %d", i, err, want)
		}
	}
	if _, err := read(t, db, check+"@@Threads_connected"); number(err) != 1053 {
		t.Errorf("the statement that is named: %v", err)
	}
	if third.Struck() != 1 || named.Struck() != 1 {
		t.Errorf("struck %d and %d times, want once each", third.Struck(), named.Struck())
	}
	if got := s.statements(); len(got) != 3 {
		t.Errorf("the server received %q, want the three that were not refused", got)
	}
	named.Release()
	if _, err := read(t, db, check+"@@Threads_connected"); err != nil {
		t.Errorf("after the release: %v", err)
	}
}

func number(err error) uint16 {
	var refused *mysql.MySQLError
	if errors.As(err, &refused) {
		return refused.Number
	}
	return 0
}

// An error in the middle of the rows ends them; the connection can be used again.
func TestRefusedRow(t *testing.T) {
	t.Parallel()
	_, p, db := start(t)
	db.SetMaxOpenConns(1)
	p.Inject(Fault{At: Row, Skip: 1, Times: 1, Do: Refuse, Code: 1317, Message: "interrupted"})
	if rows, err := read(t, db, check+"1"); number(err) != 1317 || len(rows) != 1 {
		t.Errorf("rows %q, error %v", rows, err)
	}
	if rows, err := read(t, db, check+"1"); err != nil || len(rows) != 3 || p.Accepted() != 1 {
		t.Errorf("rows %q, error %v, connection %d", rows, err, p.Accepted())
	}
}

func TestStallUntilRelease(t *testing.T) {
	t.Parallel()
	s, p, db := start(t)
	stall := p.Inject(Fault{At: Statement, Do: Stall})
	done := make(chan error, 1)
	go func() {
		_, err := read(t, db, check+"1")
		done <- err
	}()
	if err := stall.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		t.Fatalf("the statement ended: %v", err)
	default:
	}
	stall.Release()
	if err := <-done; err != nil || len(s.statements()) != 1 {
		t.Errorf("error %v, the server received %q", err, s.statements())
	}
}

// A client that gives up is noticed although the server is silent.
func TestClientLeavesAStall(t *testing.T) {
	t.Parallel()
	for _, phase := range []Phase{Connect, Greeting, Logon, SetUp, Statement, Row, Idle} {
		t.Run(string(phase), func(t *testing.T) {
			t.Parallel()
			_, p, db := start(t)
			stall := p.Inject(Fault{At: phase, Do: Stall})
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			go func() {
				defer close(done)
				_, _ = db.ExecContext(ctx, "SET a = 1")
				for range 2 {
					_, _ = db.ExecContext(ctx, check+"1")
				}
			}()
			if err := stall.Wait(t.Context()); err != nil {
				t.Error(err)
			}
			cancel()
			<-done
			_ = db.Close()
			if !p.WaitClosed(0, 10*time.Second) {
				t.Error("the connection is still open")
			}
		})
	}
}

// dial logs on without a driver.
func dial(t *testing.T, p *Proxy) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", net.JoinHostPort(p.Host, strconv.Itoa(p.Port)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := mysqlFraming.read(c); err != nil {
		t.Fatal(err)
	}
	response := make([]byte, 32)
	response[3] = clientDeprecateEOF >> 24
	_, _ = c.Write(numbered(1, string(response)))
	if _, err := mysqlFraming.read(c); err != nil {
		t.Fatal(err)
	}
	return c
}

// What reaches the client of each action, byte by byte.
func TestActions(t *testing.T) {
	t.Parallel()
	million := "\xfe\x00\x10\xa5\xd4\xe8\x00\x00\x00"
	for _, tc := range []struct {
		do   Action
		at   Phase
		want []byte
		then error // of the read that follows; nil: silence
	}{
		{do: Delay, at: Statement, want: answerOf},
		{do: Drip, at: Statement, want: answerOf},
		{do: Reset, at: Statement, then: syscall.ECONNRESET},
		{do: Finish, at: Statement, then: io.EOF},
		{do: Cut, at: Row, want: answerOf[:len(numbered(1, "\x01", column))+4+2], then: io.EOF},
		{do: Garbage, at: Statement, want: []byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")},
		{do: Truncate, at: Row, want: numbered(1, "\x01", column, "\x03o", "\x03two", "\x0512345", end)},
		{do: Huge, at: Statement, want: slices.Concat([]byte{255, 255, 255}, answerOf[3:])},
		{do: Sequence, at: Statement, want: slices.Concat([]byte{1, 0, 0, 8}, answerOf[4:])},
		{do: MoreColumns, at: Statement, want: numbered(1, "\x03", column, "\x03one", "\x03two", "\x0512345", end)},
		{do: FewerColumns, at: Statement, want: numbered(1, "\x00", column, "\x03one", "\x03two", "\x0512345", end)},
		{do: HugeColumns, at: Statement, want: numbered(1, million, column, "\x03one", "\x03two", "\x0512345", end)},
		{do: Refuse, at: Statement, want: numbered(1, "\xff\x1d\x04#HY000gone")},
		{do: Truncate, at: Idle, want: slices.Concat(answerOf, numbered(0, "\x00\x00\x00"))},
		{do: Refuse, at: Idle, want: slices.Concat(answerOf, numbered(0, "\xff\x1d\x04#HY000gone")), then: io.EOF},
	} {
		t.Run(string(tc.do)+" at "+string(tc.at), func(t *testing.T) {
			t.Parallel()
			p := Start(t, MySQL, startServer(t).address)
			p.Inject(Fault{At: tc.at, Times: 1, Do: tc.do, Code: 1053, Message: "gone", Pause: time.Millisecond})
			c := dial(t, p)
			_, _ = c.Write(numbered(0, "\x03"+check+"1"))
			got := make([]byte, len(tc.want))
			if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, tc.want) {
				t.Errorf("received %q, error %v, want %q", got, err, tc.want)
			}
			_ = c.SetReadDeadline(time.Now().Add(time.Minute))
			if tc.then == nil {
				_ = c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
				tc.then = context.DeadlineExceeded
			}
			n, err := c.Read(make([]byte, 1))
			var silent net.Error
			if errors.As(err, &silent) && silent.Timeout() {
				err = context.DeadlineExceeded
			}
			if n != 0 || !errors.Is(err, tc.then) {
				t.Errorf("then %d bytes and error %v, want %v", n, err, tc.then)
			}
		})
	}
}

func TestTLSIsHidden(t *testing.T) {
	t.Parallel()
	for _, offered := range []bool{false, true} {
		p := Start(t, MySQL, startServer(t).address)
		if offered {
			p.OfferTLS()
		}
		c, err := net.Dial("tcp", net.JoinHostPort(p.Host, strconv.Itoa(p.Port)))
		if err != nil {
			t.Fatal(err)
		}
		got, err := mysqlFraming.read(c)
		_ = c.Close()
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.IndexByte(greeting, 0) + 1 + 4 + 8 + 1
		if flag := got.body()[at+1]&(clientSSL>>8) != 0; flag != offered {
			t.Errorf("the greeting offers TLS: %v, want %v", flag, offered)
		}
	}
}

// Each phase of a connection of Oracle is met.
func TestOracle(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		at  Phase
		sql string
	}{
		{at: Connect}, {at: Greeting}, {at: Logon}, {at: SetUp, sql: "set transaction"}, {at: Statement, sql: "dual"},
		{at: Row}, {at: Idle}, {at: Close},
	} {
		t.Run(string(tc.at), func(t *testing.T) {
			t.Parallel()
			srv := oracletest.New(t, oracletest.Release19c, oracletest.Options{})
			srv.Fill("ALL_TABLES", []string{"OWNER"}, 100, func(int) []any { return []any{"APP"} })
			p := Start(t, Oracle, srv.Address())
			url := go_ora.BuildUrl(p.Host, p.Port, srv.Service, srv.User, srv.Password, nil)
			db := sql.OpenDB(go_ora.NewConnector(url))
			db.SetMaxOpenConns(1)
			run := func() error {
				if _, err := db.ExecContext(t.Context(), "SET TRANSACTION READ ONLY"); err != nil {
					return err
				}
				for range 2 {
					if _, err := db.ExecContext(t.Context(), "SELECT 1 FROM DUAL"); err != nil {
						return err
					}
				}
				var n int
				rows, err := db.QueryContext(t.Context(), "SELECT OWNER FROM ALL_TABLES")
				if err != nil {
					return err
				}
				for ; rows.Next(); n++ {
				}
				if err := errors.Join(rows.Err(), rows.Close(), db.Close()); err != nil || n != 100 {
					t.Errorf("%d rows, error %v", n, err)
				}
				return nil
			}
			fault := p.Inject(Fault{At: tc.at, SQL: tc.sql, Times: 1, Do: Delay})
			if err := run(); err != nil {
				t.Fatal(err)
			}
			if fault.Struck() != 1 {
				t.Errorf("the fault struck %d times", fault.Struck())
			}
			if !p.WaitClosed(0, 10*time.Second) {
				t.Error("the connection is still open")
			}
		})
	}
}
