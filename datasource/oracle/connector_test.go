package oracle

import (
	"context"
	"crypto/tls"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	go_ora "github.com/sijms/go-ora/v2"
	"go.uber.org/goleak"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// soon is the maximum duration of a cancelled call: the grace period of the tests and a margin for a loaded
// machine.
const soon = 10 * time.Second

func endpoint(srv *oracletest.Server) datasource.Endpoint {
	return datasource.Endpoint{Type: datasource.Oracle, Host: srv.Host, Port: srv.Port, Service: srv.Service,
		User: srv.User, Password: datasource.NewSecret(srv.Password), ConnectTimeout: time.Minute}
}

// serve starts a server of 19c. Its account has the verifier of 11g, which is cheap to
// compute under the race detector.
func serve(t *testing.T, options oracletest.Options) *oracletest.Server {
	t.Helper()
	srv := oracletest.New(t, oracletest.Release19c, options)
	srv.SetAccount(oracletest.Account{User: srv.User, Password: srv.Password, Verifier11g: true})
	return srv
}

// pool opens the endpoint with one connection, so that a connection that should not be
// used again would be.
func pool(t *testing.T, e datasource.Endpoint) *sql.DB {
	t.Helper()
	c, err := newConnector(e)
	if err != nil {
		t.Fatal(err)
	}
	c.grace = 100 * time.Millisecond
	db := sql.OpenDB(c)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// number selects a number.
func number(ctx context.Context, db *sql.DB, query string, args ...any) (n int, err error) {
	err = db.QueryRowContext(ctx, query, args...).Scan(&n)
	return n, err
}

func wantNumber(t *testing.T, db *sql.DB, want int) {
	t.Helper()
	got, err := number(t.Context(), db, fmt.Sprintf("SELECT %d FROM dual", want))
	if err != nil || got != want {
		t.Errorf("selected %d, got %d, %v", want, got, err)
	}
}

// wantEnd checks an error after the end of a context, and that it was returned soon.
func wantEnd(t *testing.T, err, want error, began time.Time) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
	if took := time.Since(began); took > soon {
		t.Errorf("took %v", took)
	}
}

// short returns a context that ends soon after the fault.
func short(t *testing.T, fault *oracletest.Injected) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if fault.Wait(ctx) == nil {
			cancel()
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	return ctx
}

func TestTimedOutConnectionIsNotReused(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]oracletest.Fault{
		"the break is answered":  {Stage: oracletest.StageExecute, SQL: "111", Stall: true},
		"the break goes unheard": {Stage: oracletest.StageExecute, SQL: "111", Stall: true, Deaf: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{})
			db := pool(t, endpoint(srv))
			wantNumber(t, db, 333)
			injected := srv.Fault(fault)
			began := time.Now()
			_, err := number(short(t, injected), db, "SELECT 111 FROM dual")
			wantEnd(t, err, context.Canceled, began)
			injected.Release() // the answer is sent now
			for want := 222; want < 230; want++ {
				wantNumber(t, db, want)
			}
			// On a busy machine, a cursor may take longer to close than the grace, which replaces a session, too.
			if n := srv.Sessions().LoggedOn; n < 2 {
				t.Errorf("%d session logged on: the first was not replaced", n)
			}
		})
	}
}

// Shows why the connector is needed: the driver alone returns the answer of the previous query.
func TestDriverAloneReturnsThePreviousAnswerAfterATimeout(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{})
	db := sql.OpenDB(go_ora.NewConnector(go_ora.BuildUrl(srv.Host, srv.Port, srv.Service, srv.User, srv.Password,
		map[string]string{"TIMEOUT": "1"})))
	defer db.Close()
	db.SetMaxOpenConns(1)
	fault := srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "111", Stall: true, Deaf: true})
	if _, err := number(t.Context(), db, "SELECT 111 FROM dual"); err == nil {
		t.Fatal("no timeout")
	}
	fault.Release()
	if got, err := number(t.Context(), db, "SELECT 222 FROM dual"); err == nil && got == 222 {
		t.Errorf("the driver is cured of this: the connector may be made simpler")
	}
}

func TestContextBoundsEveryStage(t *testing.T) {
	t.Parallel()
	query := func(ctx context.Context, db *sql.DB) error {
		rows, err := db.QueryContext(ctx, "SELECT parameter FROM v$option")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
		}
		return rows.Err()
	}
	ping := func(ctx context.Context, db *sql.DB) error { return db.PingContext(ctx) }
	for _, c := range []struct {
		stage oracletest.Stage
		tls   bool
		first bool // the stage belongs to the connect
		run   func(context.Context, *sql.DB) error
	}{
		{oracletest.StageConnect, false, true, query},
		{oracletest.StageTLS, true, true, query},
		{oracletest.StageAccept, false, true, query},
		{oracletest.StageLogon, false, true, query},
		{oracletest.StageLogon, true, true, query},
		{oracletest.StageExecute, false, false, query},
		{oracletest.StageExecute, true, false, query},
		{oracletest.StageFetch, false, false, query},
		{oracletest.StageFetch, true, false, query},
		{oracletest.StagePing, false, false, ping},
	} {
		t.Run(fmt.Sprintf("%s tls=%v", c.stage, c.tls), func(t *testing.T) {
			t.Parallel()
			certificates := newCertificates(t)
			options := oracletest.Options{}
			if c.tls {
				options.TLS = &tls.Config{Certificates: []tls.Certificate{certificates.server}}
			}
			srv := serve(t, options)
			srv.Fill("V$OPTION", []string{"PARAMETER"}, 2500,
				func(i int) []any { return []any{fmt.Sprint("option ", i)} })
			e := endpoint(srv)
			if c.tls {
				e.TLS = datasource.TLS{Mode: datasource.TLSVerifyIdentity, CA: certificates.ca}
			}
			db := pool(t, e)
			if !c.first {
				wantNumber(t, db, 1)
			}
			fault := srv.Fault(oracletest.Fault{Stage: c.stage, Stall: true, Deaf: true})
			began := time.Now()
			wantEnd(t, c.run(short(t, fault), db), context.Canceled, began)
			if !srv.WaitClosed(0, soon) {
				t.Errorf("%d sockets are still open", srv.Sessions().Open)
			}
			fault.Release()
			wantNumber(t, db, 2)
		})
	}
}

func TestLimitsOfTheEndpointBoundEveryCall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stage oracletest.Stage
		sql   string
		cause string
	}{
		"connect": {oracletest.StageConnect, "", "did not complete the logon within 300 ms"},
		"logon":   {oracletest.StageLogon, "", "did not complete the logon within 300 ms"},
		"set-up":  {oracletest.StageExecute, "READ ONLY", "sets up the session within 300 ms"},
		"execute": {oracletest.StageExecute, "v$option", "ran longer than 300 ms"},
		"fetch":   {oracletest.StageFetch, "", "ran longer than 300 ms"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{})
			srv.Fill("V$OPTION", []string{"PARAMETER"}, 1500,
				func(i int) []any { return []any{fmt.Sprint("option ", i)} })
			e := endpoint(srv)
			if name == "execute" || name == "fetch" {
				e.StatementTimeout = 300 * time.Millisecond
			} else {
				e.ConnectTimeout = 300 * time.Millisecond
			}
			fault := srv.Fault(oracletest.Fault{Stage: c.stage, SQL: c.sql, Stall: true, Deaf: true})
			defer fault.Release()
			began := time.Now()
			rows, err := pool(t, e).QueryContext(t.Context(), "SELECT parameter FROM v$option")
			if err == nil {
				for rows.Next() {
				}
				err = rows.Err()
				_ = rows.Close()
			}
			wantEnd(t, err, context.DeadlineExceeded, began)
			if err == nil || datasource.ClassOf(err) != datasource.ErrTimeout ||
				!strings.Contains(err.Error(), c.cause) {
				t.Errorf("got %v, want a timeout with the cause: %s", err, c.cause)
			}
		})
	}
}

func TestMalformedAnswersDoNotCrash(t *testing.T) {
	t.Parallel()
	accept := func(change func([]byte)) []byte {
		b := make([]byte, 45)
		b[1], b[4], b[8], b[9], b[21], b[22], b[23] = 45, 2, 0x01, 0x3E, 45, 4, 4
		change(b)
		return b
	}
	answers := map[string][]byte{
		"accept that is too short":        {0, 12, 0, 0, 2, 0, 0, 0, 1, 62, 0, 1},
		"accept with a wrong data length": accept(func(b []byte) { b[19] = 9 }),
		"accept with a wrong data offset": accept(func(b []byte) { b[20], b[21] = 0xFF, 0xFF }),
		"accept and then nonsense":        append(accept(func([]byte) {}), "nonsense and nothing else"...),
		"accept and then a tiny length":   append(accept(func([]byte) {}), 0, 0, 0, 1, 6, 0, 0, 0),
		"accept and then a huge length":   append(accept(func([]byte) {}), 0xFF, 0xFF, 0xFF, 0xFF, 6, 0, 0, 0),
		"accept and then an empty packet": append(accept(func([]byte) {}), 0, 0, 0, 8, 6, 0, 0, 0),
		"accept and then a short protocol": append(accept(func([]byte) {}), 0, 0, 0, 15, 6, 0, 0, 0, 0, 0, 1, 6, 0, 'x',
			0),
		"refuse that is too short":   {0, 9, 0, 0, 4, 0, 0, 0, 0},
		"refuse with a wrong length": {0, 12, 0, 0, 4, 0, 0, 0, 0, 0, 0xFF, 0xFF},
		"redirect that is too short": {0, 9, 0, 0, 5, 0, 0, 0, 0},
		"redirect without address":   {0, 14, 0, 0, 5, 2, 0, 0, 0, 4, 'a', 'b', 0, 'c'},
		"marker that is too short":   {0, 9, 0, 0, 12, 0, 0, 0, 1},
		"length below the header":    {0, 1, 0, 0, 6, 0, 0, 0},
		"zeros":                      make([]byte, 64),
		"a greeting of SSH":          []byte("SSH-2.0-OpenSSH_9.6\r\n"),
		"a greeting of MySQL":        []byte("\x4a\x00\x00\x00\x0a8.0.36\x00\x08\x00\x00\x00"),
		"an answer of HTTP":          []byte("HTTP/1.1 400 Bad Request\r\n\r\n"),
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{})
			fault := srv.Fault(oracletest.Fault{Stage: oracletest.StageAccept, Garbage: answer})
			db := pool(t, endpoint(srv))
			began := time.Now()
			_, err := number(t.Context(), db, "SELECT 1 FROM dual")
			var known *datasource.Error
			if !errors.As(err, &known) {
				t.Errorf("got %v, want a *datasource.Error", err)
			}
			if took := time.Since(began); took > soon {
				t.Errorf("took %v", took)
			}
			fault.Release()
			wantNumber(t, db, 2)
		})
	}
}

func TestMalformedAnswerDiscardsTheSession(t *testing.T) {
	t.Parallel()
	for name, garbage := range map[string][]byte{
		"a message that is none": {0, 0, 0, 14, 6, 0, 0, 0, 0, 0, 99, 99, 99, 99},
		"not a packet":           []byte("what is this"),
		"a describe of no type":  {0, 0, 0, 26, 6, 0, 0, 0, 0, 0, 16, 0, 1, 1, 1, 1, 0, 99, 0, 0, 0, 0, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{})
			db := pool(t, endpoint(srv))
			wantNumber(t, db, 1)
			fault := srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "111", Garbage: garbage})
			if got, err := number(t.Context(), db, "SELECT 111 FROM dual"); err == nil {
				t.Errorf("got %d from nonsense", got)
			}
			fault.Release()
			wantNumber(t, db, 222)
		})
	}
}

func TestCancelledConnectsRaceWithNothing(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{})
	c, err := newConnector(endpoint(srv))
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for i := range 40 {
		running.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*time.Millisecond)
			defer cancel()
			if conn, err := c.Connect(ctx); err == nil {
				_ = conn.Close()
			}
		})
	}
	running.Wait()
	if !srv.WaitClosed(0, soon) {
		t.Errorf("%d sockets are still open", srv.Sessions().Open)
	}
}

// openFiles counts the file descriptors of this process.
func openFiles(t *testing.T) int {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("the file descriptors cannot be counted here: ", err)
	}
	return len(entries)
}

// TestNothingLeaks is not parallel: it counts the resources of the whole process.
func TestNothingLeaks(t *testing.T) {
	srv := serve(t, oracletest.Options{})
	c, err := newConnector(endpoint(srv))
	if err != nil {
		t.Fatal(err)
	}
	c.grace = 100 * time.Millisecond
	wrong := *c
	wrong.url = strings.Replace(c.url, "Tiger%231", "wrong", 1)
	if wrong.url == c.url {
		t.Fatal("the password is not where it was thought to be")
	}
	settle := func() (goroutines, files int) {
		if !srv.WaitClosed(0, soon) {
			t.Errorf("%d sockets are still open", srv.Sessions().Open)
		}
		for range 100 {
			runtime.Gosched()
		}
		return runtime.NumGoroutine(), openFiles(t)
	}
	warm, err := c.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_ = warm.Close()
	goroutines, files := settle()
	check := func(what string) {
		t.Helper()
		for deadline := time.Now().Add(soon); ; time.Sleep(10 * time.Millisecond) {
			g, f := settle()
			if g <= goroutines && f <= files {
				t.Logf("after %s: %d goroutines of %d, %d files of %d", what, g, goroutines, f, files)
				return
			}
			if time.Now().After(deadline) {
				t.Errorf("after %s: %d goroutines, were %d; %d files, were %d", what, g, goroutines, f, files)
				return
			}
		}
	}

	const times = 200
	for range times {
		if _, err := wrong.Connect(t.Context()); datasource.ClassOf(err) != datasource.ErrCredentials {
			t.Fatalf("got %v, want wrong credentials", err)
		}
	}
	check("200 failed logons")

	db := sql.OpenDB(c)
	db.SetMaxOpenConns(4)
	fault := srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "111", Stall: true})
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			for range times / 4 {
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
				if _, err := number(ctx, db, "SELECT 111 FROM dual"); err == nil {
					t.Error("a query that stalls has answered")
				}
				cancel()
			}
		})
	}
	running.Wait()
	fault.Release()
	_ = db.Close()
	check("200 cancelled queries")
}

func TestErrorsOfTheServerAreClassified(t *testing.T) {
	t.Parallel()
	for code, class := range map[int]datasource.ErrorClass{
		1017: datasource.ErrCredentials, 28000: datasource.ErrAccount, 28001: datasource.ErrAccount,
		1045: datasource.ErrPrivilege, 18: datasource.ErrTooManyConnections, 20: datasource.ErrTooManyConnections,
		2391: datasource.ErrTooManyConnections, 28040: datasource.ErrUnsupported,
		1033: datasource.ErrUnavailable, 1034: datasource.ErrUnavailable,
	} {
		t.Run(fmt.Sprintf("logon ORA-%05d", code), func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{})
			srv.SetAccount(oracletest.Account{User: srv.User, Password: srv.Password, Code: code, Verifier11g: true})
			wantError(t, pool(t, endpoint(srv)).PingContext(t.Context()), class, code, srv.Password)
		})
	}
	for code, class := range map[int]datasource.ErrorClass{
		12514: datasource.ErrUnknownDatabase, 12505: datasource.ErrUnknownDatabase, 12528: datasource.ErrUnavailable,
		12516: datasource.ErrTooManyConnections, 12541: datasource.ErrRefused, 12170: datasource.ErrTimeout,
		12537: datasource.ErrLost, 12154: datasource.ErrUnknownDatabase, 12506: datasource.ErrHostNotAllowed,
	} {
		t.Run(fmt.Sprintf("refused ORA-%05d", code), func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{})
			srv.Fault(oracletest.Fault{Stage: oracletest.StageAccept, Code: code})
			wantError(t, pool(t, endpoint(srv)).PingContext(t.Context()), class, code, srv.Password)
		})
	}
	for code, class := range map[int]datasource.ErrorClass{
		942: datasource.ErrNoSuchObject, 904: datasource.ErrNoSuchObject, 1031: datasource.ErrPrivilege,
		1013: datasource.ErrCancelled, 1466: datasource.ErrUnavailable,
		1555: datasource.ErrUnavailable, 600: datasource.ErrUnavailable,
		6502: datasource.ErrOther,
	} {
		t.Run(fmt.Sprintf("statement ORA-%05d", code), func(t *testing.T) {
			t.Parallel()
			srv := serve(t, oracletest.Options{})
			srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "dummy", Code: code, Position: 7})
			db := pool(t, endpoint(srv))
			_, err := number(t.Context(), db, "SELECT dummy FROM dual")
			wantError(t, err, class, code, srv.Password)
			wantNumber(t, db, 1)
			if n := srv.Sessions().LoggedOn; n != 1 {
				t.Errorf("%d sessions logged on: an error of the database does not spend one", n)
			}
		})
	}
}

// wantError checks an error of the server. Those that the driver replaces by a bad connection have no code.
func wantError(t *testing.T, err error, class datasource.ErrorClass, code int, secret string) {
	t.Helper()
	var known *datasource.Error
	if !errors.As(err, &known) {
		t.Fatalf("got %v, want a *datasource.Error", err)
	}
	if known.Class != class {
		t.Errorf("got class %q, want %q: %v", known.Class, class, err)
	}
	if want := fmt.Sprintf("ORA-%05d", code); known.Code != want && class != datasource.ErrLost {
		t.Errorf("got code %q, want %q", known.Code, want)
	}
	if class != datasource.ErrOther && class != datasource.ErrCancelled && known.Remedy.IsZero() && code != 904 {
		t.Errorf("no remedy: %v", err)
	}
	if text := err.Error() + known.Remedy.String(); strings.Contains(text, "error occur") ||
		strings.Contains(text, secret) || strings.Contains(text, "\n") {
		t.Errorf("the text shows what it should not: %q", text)
	}
}

func TestEndOfTheContextTakesPrecedenceOverItsErrors(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{})
	db := pool(t, endpoint(srv))
	wantNumber(t, db, 1)
	fault := srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "111", Stall: true})
	_, err := number(short(t, fault), db, "SELECT 111 FROM dual")
	if !errors.Is(err, context.Canceled) || datasource.ClassOf(err) != datasource.ErrCancelled ||
		strings.Contains(err.Error(), "ORA-01013") {
		t.Errorf("got %v, want the end of the context", err)
	}
}

func TestFailuresToReachTheServer(t *testing.T) {
	t.Parallel()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := closed.Addr().(*net.TCPAddr).Port
	_ = closed.Close()
	e := datasource.Endpoint{Type: datasource.Oracle, Host: "127.0.0.1", Port: port, Service: "X", User: "U",
		Password: datasource.NewSecret("secret")}
	if err := pool(t, e).PingContext(t.Context()); datasource.ClassOf(err) != datasource.ErrRefused {
		t.Errorf("got %v, want a refused connection", err)
	}
	srv := serve(t, oracletest.Options{})
	fault := srv.Fault(oracletest.Fault{Stage: oracletest.StageAccept, Drop: true})
	if err := pool(t, endpoint(srv)).PingContext(t.Context()); datasource.ClassOf(err) != datasource.ErrLost {
		t.Errorf("got %v, want a lost connection", err)
	}
	fault.Release()
}

func TestInvalidSettingsAreRejected(t *testing.T) {
	t.Parallel()
	good := datasource.Endpoint{Type: datasource.Oracle, Host: "db", Service: "S", User: "U",
		Password: datasource.NewSecret("s3cret,?")}
	wallet := filepath.Join(t.TempDir(), "cwallet.sso")
	for name, change := range map[string]func(*datasource.Endpoint){
		"neither service nor SID":     func(e *datasource.Endpoint) { e.Service = "" },
		"service and SID":             func(e *datasource.Endpoint) { e.SID = "S" },
		"a descriptor in the service": func(e *datasource.Endpoint) { e.Service = "x)(HOST=evil" },
		"a descriptor in the SID":     func(e *datasource.Endpoint) { e.Service, e.SID = "", "x)(HOST=evil" },
		"no user":                     func(e *datasource.Endpoint) { e.User = "" },
		"SYS":                         func(e *datasource.Endpoint) { e.User = "sys" },
		"no password":                 func(e *datasource.Endpoint) { e.Password = datasource.Secret{} },
		"a host that is none":         func(e *datasource.Endpoint) { e.Host = "a b%zz" },
		"TLS if it happens to be":     func(e *datasource.Endpoint) { e.TLS.Mode = datasource.TLSPreferred },
		"a wallet": func(e *datasource.Endpoint) {
			e.TLS = datasource.TLS{Mode: datasource.TLSRequired,
				CA: wallet}
		},
		"a wallet's folder": func(e *datasource.Endpoint) {
			e.TLS = datasource.TLS{Mode: datasource.TLSRequired,
				CA: t.TempDir()}
		},
		"a CA that is not there": func(e *datasource.Endpoint) {
			e.TLS = datasource.TLS{Mode: datasource.TLSVerifyCA,
				CA: "nowhere.pem"}
		},
		"a key without certificate": func(e *datasource.Endpoint) {
			e.TLS = datasource.TLS{Mode: datasource.TLSRequired,
				Key: "key.pem"}
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := good
			change(&e)
			if _, err := newConnector(e); err == nil {
				t.Error("accepted")
			} else if strings.Contains(err.Error(), "s3cret") {
				t.Errorf("the password shows: %v", err)
			}
		})
	}
	if _, err := newConnector(good); err != nil {
		t.Error(err)
	}
}

func TestAwkwardPasswordsLogOn(t *testing.T) {
	t.Parallel()
	for _, password := range []string{`p@ss:w/o,r d%20?&#=+`, `"quoted"`, "päss wörd", strings.Repeat("x", 30), " , "} {
		srv := serve(t, oracletest.Options{})
		srv.SetAccount(oracletest.Account{User: "awkward", Password: password, Verifier11g: true})
		e := endpoint(srv)
		e.User, e.Password = "awkward", datasource.NewSecret(password)
		wantNumber(t, pool(t, e), 1)
	}
}

func TestServiceAndSID(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{SID: "XE"})
	e := endpoint(srv)
	e.Service, e.SID = "", "XE"
	wantNumber(t, pool(t, e), 1)
	e.SID = "OTHER"
	wantError(t, pool(t, e).PingContext(t.Context()), datasource.ErrUnknownDatabase, 12505, srv.Password)
	e.Service, e.SID = "OTHER", ""
	wantError(t, pool(t, e).PingContext(t.Context()), datasource.ErrUnknownDatabase, 12514, srv.Password)
}

func TestSessionIsReadOnlyAndNamed(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{})
	db := pool(t, endpoint(srv))
	wantNumber(t, db, 1)
	_, err := db.ExecContext(t.Context(), "DELETE FROM dual")
	wantError(t, err, datasource.ErrOther, 1456, srv.Password)
	if got := srv.Programs(); len(got) != 1 || got[0] != "precheck" {
		t.Errorf("a DBA sees the programs %q, want precheck", got)
	}
	if d := srv.ConnectDescriptor(); !strings.Contains(d, "PROGRAM=precheck") {
		t.Errorf("the listener sees %s", d)
	}
	if _, err := db.BeginTx(t.Context(), nil); err == nil {
		t.Error("a transaction was begun")
	}
	for _, s := range srv.Statements() {
		if strings.Contains(s.SQL, "SYSTIMESTAMP") {
			t.Errorf("the driver asks for the time, and leaks the cursor: %s", s.SQL)
		}
	}
}

func TestThousandRowsTakeOneFetch(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{})
	srv.Fill("DBA_TABLES", []string{"OWNER", "TABLE_NAME"}, 1234,
		func(i int) []any { return []any{"APP", fmt.Sprint("T", i)} })
	rows, err := pool(t, endpoint(srv)).QueryContext(t.Context(), "SELECT owner, table_name FROM dba_tables")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		n++
	}
	if n != 1234 || srv.Fetches() != 1 || rows.Err() != nil {
		t.Errorf("got %d rows in %d fetches, %v", n, srv.Fetches(), rows.Err())
	}
}

func TestBindsAndTypes(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{})
	db := pool(t, endpoint(srv))
	at := time.Date(2024, 2, 29, 13, 14, 15, 0, time.UTC)
	var (
		text   string
		whole  int64
		exact  string
		empty  sql.NullString
		moment time.Time
	)
	err := db.QueryRowContext(t.Context(),
		"SELECT :1, :2, 12345678901234567890123456789.5, :3, CAST(:4 AS DATE) FROM dual",
		"größe", int64(-1234567890123), "", at).Scan(&text, &whole, &exact, &empty, &moment)
	if err != nil {
		t.Fatal(err)
	}
	if text != "größe" || whole != -1234567890123 || empty.Valid || !moment.Equal(at) {
		t.Errorf("got %q %d %v %v", text, whole, empty, moment)
	}
	if _, err := number(t.Context(), db, "SELECT :o + :o FROM dual", 1); !strings.Contains(fmt.Sprint(err),
		"ORA-01008") {
		t.Errorf("a repeated placeholder with one value: got %v, want ORA-01008", err)
	}
	if n, err := number(t.Context(), db, "SELECT :o + :o FROM dual", sql.Named("o", 21)); n != 42 {
		t.Errorf("a repeated placeholder by name: got %d, %v", n, err)
	}
}

func TestCutConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{})
	db := pool(t, endpoint(srv))
	wantNumber(t, db, 1)
	srv.CutConnections()
	if !srv.WaitClosed(0, soon) {
		t.Fatal("the connection was not cut")
	}
	wantNumber(t, db, 2)
}

func TestConcurrentServersDoNotMix(t *testing.T) {
	t.Parallel()
	var running sync.WaitGroup
	for i, release := range oracletest.Releases() {
		srv := oracletest.New(t, release, oracletest.Options{})
		srv.SetContext("DB_NAME", fmt.Sprint("DB", i))
		db := pool(t, endpoint(srv))
		running.Go(func() {
			for range 20 {
				var name string
				if err := db.QueryRowContext(t.Context(),
					"SELECT SYS_CONTEXT('USERENV', 'DB_NAME') FROM dual").Scan(&name); err != nil ||
					name != fmt.Sprint("DB", i) {
					t.Errorf("server %d answered %q, %v", i, name, err)
				}
			}
		})
	}
	running.Wait()
}

func TestBothVerifiersLogOn(t *testing.T) {
	t.Parallel()
	for _, older := range []bool{false, true} {
		srv := serve(t, oracletest.Options{})
		srv.SetAccount(oracletest.Account{User: srv.User, Password: srv.Password, Verifier11g: older})
		wantNumber(t, pool(t, endpoint(srv)), 1)
	}
}

func TestUnknownCharacterSetIsReported(t *testing.T) {
	t.Parallel()
	srv := serve(t, oracletest.Options{Charset: 9999})
	if err := pool(t, endpoint(srv)).PingContext(t.Context()); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("got %v, want not supported", err)
	}
}

func TestRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	target := serve(t, oracletest.Options{})
	listener := serve(t, oracletest.Options{RedirectTo: target})
	wantNumber(t, pool(t, endpoint(listener)), 7)
	if n := target.Sessions().LoggedOn; n != 1 {
		t.Errorf("%d sessions at the target", n)
	}
	if !listener.WaitClosed(0, soon) {
		t.Error("the connection to the listener is still open")
	}
}

// TestNothingReachesStandardOutput runs a logon with a warning in a separate process.
func TestNothingReachesStandardOutput(t *testing.T) {
	t.Parallel()
	const inChild = "PRECHECK_TEST_STDOUT"
	if os.Getenv(inChild) != "" {
		srv := serve(t, oracletest.Options{})
		srv.SetAccount(oracletest.Account{User: srv.User, Password: srv.Password, Code: 28002})
		wantNumber(t, pool(t, endpoint(srv)), 1)
		return
	}
	child := exec.Command(os.Args[0], "-test.run=^TestNothingReachesStandardOutput$")
	child.Env = append(os.Environ(), inChild+"=1")
	out, err := child.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		if line = strings.TrimSpace(line); line != "PASS" && !strings.HasPrefix(line, "coverage:") {
			t.Errorf("on standard output: %s", line)
		}
	}
}

// silent accepts connections and sends nothing.
func silent(t *testing.T) *net.TCPAddr {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	running.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { _, _ = io.Copy(io.Discard, c); _ = c.Close() })
		}
	})
	t.Cleanup(func() { _ = l.Close(); running.Wait() })
	return l.Addr().(*net.TCPAddr)
}

func TestSilentPeerTimesOut(t *testing.T) {
	t.Parallel()
	for _, mode := range []datasource.TLSMode{datasource.TLSDisabled, datasource.TLSRequired} {
		address := silent(t)
		e := datasource.Endpoint{Type: datasource.Oracle, Host: "127.0.0.1", Port: address.Port, Service: "X",
			User:     "U",
			Password: datasource.NewSecret("secret"), TLS: datasource.TLS{Mode: mode},
			ConnectTimeout: 200 * time.Millisecond}
		began := time.Now()
		wantEnd(t, pool(t, e).PingContext(t.Context()), context.DeadlineExceeded, began)
	}
}
