package mysql_test

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// The packets of an answer with three columns.
const (
	three  = "\x03"
	column = "\x03def\x00\x00\x00\x01n\x00\x0c\xff\x00\xff\x00\x00\x00\xfd\x00\x00\x00\x00\x00"
	cells  = "\x011\x048.0\x00\x00"
	end    = "\xfe\x00\x00\x02\x00\x00\x00"
	done   = "\x00\x00\x00\x02\x00\x00\x00"
)

// answerer is a peer that logs on whoever asks, with TLS where it has a certificate, prepares the session, and
// answers the statement of a check with its answer. Then it is silent.
type answerer struct {
	logon       string // its answer to the logon; empty: success
	answer      []string
	sequence    byte // of the answer's first packet
	certificate *tls.Certificate
	accepted    *atomic.Int64 // nil: not counted
}

func (a answerer) talk(c net.Conn) {
	const deprecateEOF = 1 << 24
	if a.accepted != nil {
		a.accepted.Add(1)
	}
	sequence := byte(2)
	if a.certificate == nil {
		send(c, 0, greeting(deprecateEOF))
	} else {
		send(c, 0, greeting(deprecateEOF|clientSSL))
		receive(c)
		c = tls.Server(c, &tls.Config{Certificates: []tls.Certificate{*a.certificate}})
		sequence++
	}
	receive(c)
	if a.logon != "" {
		send(c, sequence, []byte(a.logon))
		_, _ = io.Copy(io.Discard, c)
		return
	}
	send(c, sequence, []byte(done))
	for {
		var b [1024]byte
		n, err := c.Read(b[:])
		if err != nil {
			return
		}
		switch query := string(b[:n]); {
		case strings.Contains(query, "precheck:"):
			for i, packet := range a.answer {
				send(c, a.sequence+byte(i), []byte(packet))
			}
		case strings.Contains(query, "CONNECTION_ID()"):
			for i, packet := range []string{three, column, column, column, cells, end} {
				send(c, byte(i+1), []byte(packet))
			}
		case strings.Contains(query, "@@sql_select_limit"): // 1193: it has no such variable
			send(c, 1, []byte("\xff\xa9\x04#HY000unknown"))
		default:
			send(c, 1, []byte(done))
		}
	}
}

// open returns a reader of the peer.
func (a answerer) open(t *testing.T) *mysql.Reader {
	t.Helper()
	e := datasource.Endpoint{Type: datasource.MySQL, Host: "127.0.0.1", Port: listen(t, a.talk), User: "u",
		Password: datasource.NewSecret("geheim-4711")}
	if a.certificate != nil {
		e.TLS.Mode = datasource.TLSRequired
	}
	r, err := mysql.Open(e, func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// read runs a statement of three columns.
func read(ctx context.Context, r *mysql.Reader) error {
	ctx = datasource.WithCaller(ctx, "RDB_TEST")
	err := r.Query(ctx, "SELECT a, b, c", func(rows *sql.Rows) error {
		var a, b, c sql.NullString
		return rows.Scan(&a, &b, &c)
	})
	if err != nil {
		return r.Classify(ctx, err)
	}
	return nil
}

// packets is a peer whose answer is these packets.
func packets(answer ...string) answerer { return answerer{answer: answer} }

// rows is a peer whose answer has three columns.
func rows(packets ...string) answerer {
	return answerer{answer: append([]string{three, column, column, column}, packets...)}
}

// An answer that cannot be understood is an error that says so, at once, and leaves nothing behind. The driver
// panics at some of these, and accepts others as the end of the rows or as NULL.
func TestUnreadableAnswers(t *testing.T) {
	certificate := newAuthority(t).certify(t, "127.0.0.1")
	const cut = "\x011\x048"
	for name, tc := range map[string]struct {
		peer  answerer
		plain bool // under TLS it cannot be told apart
	}{
		"a row that ends in a cell":     {peer: rows(cut, end)},
		"a row that lacks a cell":       {peer: rows("\x011\x011", end), plain: true},
		"a row that lacks two cells":    {peer: rows("\x011", end)},
		"a row with more cells":         {peer: rows(cells+"\x011", end), plain: true},
		"more columns than announced":   {peer: packets("\x02", column, column, column, cells, end), plain: true},
		"fewer columns than announced":  {peer: packets("\x05", column, column, column, cells, end)},
		"no columns announced":          {peer: packets("\x00", column, end)},
		"a million million columns":     {peer: packets("\xfe\x00\x10\xa5\xd4\xe8\x00\x00\x00"), plain: true},
		"a count that ends early":       {peer: packets("\xfc\x01")},
		"a column that ends early":      {peer: packets(three, column[:12], column, column, cells, end)},
		"an end that ends early":        {peer: rows(cells, "\xfe")},
		"an error without a number":     {peer: packets("\xff")},
		"an error without its SQLSTATE": {peer: packets("\xff\x01\x04#HY")},
		"a success that ends early":     {peer: packets("\x00\x00\x00")},
		"a wrong sequence number":       {peer: answerer{answer: rows(cells, end).answer, sequence: 7}},
		"a request for a file":          {peer: packets("\xfb/etc/passwd"), plain: true},
		"a logon that ends early":       {peer: answerer{logon: "\x00"}, plain: true},
		"a refusal that ends early":     {peer: answerer{logon: "\xff\x15\x04"}, plain: true},
	} {
		for _, mode := range []string{"plain", "TLS"} {
			if tc.plain && mode == "TLS" {
				continue
			}
			t.Run(name+", "+mode, func(t *testing.T) {
				peer := tc.peer
				if mode == "TLS" {
					peer.certificate = &certificate
				}
				if peer.sequence == 0 {
					peer.sequence = 1
				}
				r := peer.open(t)
				before := goleak.IgnoreCurrent()
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				err := read(ctx, r)
				wantError(t, err, datasource.ErrUnreadable, "could not be understood",
					datasource.NewSecret("geheim-4711"))
				if err != nil && strings.Contains(err.Error(), "runtime error") {
					t.Errorf("%v shows a panic", err)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
				goleak.VerifyNone(t, before)
			})
		}
	}
}

// A connection is used again after an error of the server, and not after one of the connection.
func TestConnectionAfterAnError(t *testing.T) {
	t.Parallel()
	refused := answerer{answer: []string{"\xff\x1d\x04#HY000gone"}, sequence: 1}
	for name, tc := range map[string]struct {
		peer answerer
		want datasource.ErrorClass
		used int // connections
	}{
		"refused":    {refused, datasource.ErrUnavailable, 1},
		"unreadable": {answerer{answer: []string{"\xff"}, sequence: 1}, datasource.ErrUnreadable, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.peer.accepted = new(atomic.Int64)
			r := tc.peer.open(t)
			defer r.Close()
			for range 3 {
				if err := read(t.Context(), r); datasource.ClassOf(err) != tc.want {
					t.Errorf("got %v, want class %s", err, tc.want)
				}
			}
			if n := int(tc.peer.accepted.Load()); n != tc.used || r.Usage().Connections != 1 {
				t.Errorf("%d connections, want %d; %d at a time, want one", n, tc.used, r.Usage().Connections)
			}
		})
	}
}

// Each step of connecting has the whole time limit: a server that is slow at each of them can be read.
func TestSlowServer(t *testing.T) {
	t.Parallel()
	const pause, limit = 300 * time.Millisecond, 900 * time.Millisecond
	slow := answerer{answer: []string{three, column, column, column, cells, end}, sequence: 1}
	e := datasource.Endpoint{Type: datasource.MySQL, Host: "127.0.0.1", User: "u", ConnectTimeout: limit,
		Port: listen(t, func(c net.Conn) { slow.talk(slowConn{c, pause}) })}
	r, err := mysql.Open(e, func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	began := time.Now()
	if err := read(t.Context(), r); err != nil || time.Since(began) < limit {
		t.Errorf("after %v: %v; want it read, after more than %v", time.Since(began), err, limit)
	}
}

// slowConn pauses before the server reads what the client has sent.
type slowConn struct {
	net.Conn
	pause time.Duration
}

func (c slowConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 4 {
		time.Sleep(c.pause)
	}
	return n, err
}

// An error says which step did not end within which limit, and names the field of the limit.
func TestStepsOfConnecting(t *testing.T) {
	t.Parallel()
	silent := func(c net.Conn) { _, _ = io.Copy(io.Discard, c) }
	for name, tc := range map[string]struct {
		talk func(net.Conn)
		says string
	}{
		"greeting": {silent, "did not complete the logon within 200 ms"},
		"TLS": {func(c net.Conn) { send(c, 0, greeting(clientSSL)); silent(c) },
			"did not complete the logon within 200 ms"},
		"set-up": {func(c net.Conn) { send(c, 0, greeting(0)); receive(c); send(c, 2, []byte(done)); silent(c) },
			"sets up the session within 200 ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := datasource.Endpoint{Host: "127.0.0.1", User: "u", ConnectTimeout: 200 * time.Millisecond,
				Port: listen(t, tc.talk)}
			if name == "TLS" {
				e.TLS.Mode = datasource.TLSRequired
			}
			_, err := connect(t, e)
			wantError(t, err, datasource.ErrTimeout, tc.says, e.Password)
			var known *datasource.Error
			if errors.As(err, &known) && !strings.Contains(known.Remedy.String(), "limits.connectTimeout") {
				t.Errorf("the remedy %q does not name the limit", known.Remedy)
			}
		})
	}
}
