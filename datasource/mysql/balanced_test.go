package mysql_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/faulttest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// balance listens on a port whose connections lead to the addresses in turn.
func balance(t *testing.T, addresses ...string) (port int) {
	t.Helper()
	var accepted atomic.Int64
	return listen(t, func(c net.Conn) {
		address := addresses[(int(accepted.Add(1))-1)%len(addresses)]
		server, err := net.Dial("tcp", address)
		if err != nil {
			return
		}
		defer func() { _ = server.Close() }()
		go func() {
			_, _ = io.Copy(server, c)
			_ = server.Close()
		}()
		_, _ = io.Copy(c, server)
	})
}

// balanced returns a reader with one connection behind a port that leads to a server of each product in turn, and the
// proxy before each server.
func balanced(t *testing.T) (r *mysql.Reader, proxies [2]*faulttest.Proxy) {
	t.Helper()
	var addresses []string
	const user, password = "balanced", "geheim-4711"
	for i, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		s := dbtest.Start(t, product)
		s.Exec(t, "CREATE USER "+user+" IDENTIFIED BY '"+password+"'")
		proxies[i] = faulttest.Start(t, faulttest.MySQL, fmt.Sprintf("%s:%d", s.Host, s.Port))
		addresses = append(addresses, fmt.Sprintf("%s:%d", proxies[i].Host, proxies[i].Port))
	}
	r, err := mysql.Open(datasource.Endpoint{Type: datasource.MySQL, Host: "127.0.0.1", Port: balance(t, addresses...),
		User: user, Password: datasource.NewSecret(password), Connections: 2},
		func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r, proxies
}

// Facts are never read from two servers behind one address.
func TestSecondServerBehindOneAddress(t *testing.T) {
	t.Parallel()
	r, _ := balanced(t)
	err := r.Query(t.Context(), "SELECT 1", func(*sql.Rows) error {
		second := r.Query(t.Context(), "SELECT 1", func(*sql.Rows) error { return nil })
		if class := datasource.ClassOf(second); class != datasource.ErrSession {
			t.Errorf("a session of the second server: %s: %v", class, second)
		}
		return nil
	})
	if err != nil {
		t.Errorf("the session of the first server: %v", err)
	}
}

// No session of another server is killed, whose id is that of a session of this program on the first.
func TestKillStaysOnItsServer(t *testing.T) {
	t.Parallel()
	r, proxies := balanced(t)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- r.Query(ctx, "SELECT SLEEP(60)", func(*sql.Rows) error { return nil }) }()
	await(t, "the statement is sent", func() bool { return count(proxies[0], faulttest.Statement) > 0 })
	cancel()
	if err := <-ended; err == nil {
		t.Error("a cancelled statement has no error")
	}
	if proxies[1].Accepted() == 0 {
		t.Error("no connection for the kill led to the second server")
	}
	if n := count(proxies[1], faulttest.Kill); n != 0 {
		t.Errorf("%d sessions of the second server were killed", n)
	}
}
