package oracletest_test

import (
	"bytes"
	"database/sql"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	go_ora "github.com/sijms/go-ora/v2"

	"github.com/dbprecheck/precheck/datasource/oracletest"
)

// recorded returns what the driver sends to connect and to run a statement.
func recorded(f *testing.F, srv *oracletest.Server) []byte {
	f.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	var sent bytes.Buffer
	var relay sync.WaitGroup
	relay.Go(func() {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		defer func() { _ = client.Close() }()
		server, err := net.Dial("tcp", srv.Address())
		if err != nil {
			return
		}
		relay.Go(func() { _, _ = io.Copy(client, server); _ = client.Close() })
		_, _ = io.Copy(io.MultiWriter(server, &sent), client)
		_ = server.Close()
	})
	port := listener.Addr().(*net.TCPAddr).Port
	db := sql.OpenDB(go_ora.NewConnector(go_ora.BuildUrl("127.0.0.1", port, srv.Service, srv.User, srv.Password,
		map[string]string{"TIMEOUT": "10"})))
	var n int
	err = db.QueryRow("SELECT 1 FROM dual").Scan(&n)
	_, _ = db.Close(), listener.Close()
	relay.Wait()
	if err != nil || sent.Len() < 100 {
		f.Fatalf("%d bytes, %v", sent.Len(), err)
	}
	return sent.Bytes()
}

// Whatever a client sends, the listener answers or closes the connection, and serves the next one.
func FuzzListener(f *testing.F) {
	srv := oracletest.New(f, oracletest.Releases()[0], oracletest.Options{})
	session := recorded(f, srv)
	f.Add(session)
	for _, length := range []int{0, 4, 8, 60, 300, 600, len(session) - 10} {
		f.Add(session[:min(length, len(session))])
	}
	f.Add([]byte("GET / HTTP/1.1\r\n\r\n"))
	f.Add([]byte("\x00\x08\x00\x00\x06\x00\x00\x00"))
	f.Add([]byte("\xff\xff\x00\x00\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := net.Dial("tcp", srv.Address())
		if err != nil {
			t.Fatalf("the listener does not accept: %v", err)
		}
		defer func() { _ = c.Close() }()
		if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		_, _ = c.Write(data) // the listener may close before it has read everything
		_ = c.(*net.TCPConn).CloseWrite()
		if _, err := io.Copy(io.Discard, c); isTimeout(err) {
			t.Error("the listener keeps a connection whose client is gone")
		}
	})
}

func isTimeout(err error) bool {
	timeout, ok := err.(net.Error)
	return ok && timeout.Timeout()
}
