package dbtest

import (
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"testing"
)

// ReplicateFrom makes s, which [Start] returned, a replica of source, from the current position of source's
// log. The servers need not reach each other: the test relays their traffic. For MariaDB, and for MySQL
// 8.0.23 and later.
func (s *Server) ReplicateFrom(t testing.TB, source *Server) {
	t.Helper()
	user, password := source.Account(t, "GRANT REPLICATION SLAVE ON *.* TO %s")
	var machine string // this one, as s sees it
	if err := s.DB(t).QueryRowContext(t.Context(),
		"SELECT SUBSTRING_INDEX(USER(), '@', -1)").Scan(&machine); err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	port := relay(t, machine, net.JoinHostPort(source.Host, strconv.Itoa(source.Port)))
	file, position := source.logPosition(t)
	if s.Product == MariaDB {
		s.Exec(t,
			fmt.Sprintf(
				"CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='%s', MASTER_PASSWORD='%s', "+
					"MASTER_LOG_FILE='%s', MASTER_LOG_POS=%d, MASTER_CONNECT_RETRY=1",
				machine, port, user, password, file, position), "START SLAVE")
		return
	}
	s.Exec(t,
		fmt.Sprintf(
			"CHANGE REPLICATION SOURCE TO SOURCE_HOST='%s', SOURCE_PORT=%d, SOURCE_USER='%s', SOURCE_PASSWORD='%s', "+
				"SOURCE_LOG_FILE='%s', SOURCE_LOG_POS=%d, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1",
			machine, port, user, password, file, position), "START REPLICA")
}

// logPosition returns where the server writes its binary log.
func (s *Server) logPosition(t testing.TB) (file string, position int64) {
	t.Helper()
	rows, err := s.DB(t).QueryContext(t.Context(), "SHOW BINARY LOGS")
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	var rest any
	cells := []any{&file, &position, &rest}[:len(columns)]
	for rows.Next() {
		if err := rows.Scan(cells...); err != nil {
			t.Fatalf("dbtest: %v", err)
		}
	}
	if err := rows.Err(); err != nil || file == "" {
		t.Fatalf("dbtest: no binary log: %v", err)
	}
	return file, position
}

// relay forwards connections from a port of the address at to the server at target, until t's end.
func relay(t testing.TB, at, target string) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(at, "0"))
	if err != nil {
		t.Fatalf("dbtest: the servers cannot be brought together over %s: %v", at, err)
	}
	var running sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	keep := func(c net.Conn) {
		mu.Lock()
		defer mu.Unlock()
		open = append(open, c)
	}
	running.Go(func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			keep(in)
			out, err := net.Dial("tcp", target)
			if err != nil {
				_ = in.Close()
				continue
			}
			keep(out)
			for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
				running.Go(func() {
					_, _ = io.Copy(pair[0], pair[1])
					_ = pair[0].Close()
				})
			}
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		running.Wait()
	})
	return listener.Addr().(*net.TCPAddr).Port
}
