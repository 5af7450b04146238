package server_test

import (
	"io"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLatencyOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	far := *s
	far.Port = slowly(t, net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), 60*time.Millisecond)
	task := checktest.Real{Source: checktest.Endpoint{Server: &far}, Dest: checktest.Endpoint{Server: s}}
	wantEnd(t, task.Run(t, server.ClockLatency), "warned", "far")
	near := task.Run(t, server.ClockLatency, checks.Dest)
	wantEnd(t, near, "passed")
	if len(near.VolatileNotes) != 1 || near.Record("en", 20).Message != nil {
		t.Errorf("measured notes %q, want one that is not in the record %+v", near.VolatileNotes, near.Record("en", 20))
	}
}

// slowly forwards connections to target and delays what the client sends.
func slowly(t *testing.T, target string, delay time.Duration) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				in.Close()
				return
			}
			go func() {
				defer in.Close()
				io.Copy(in, out)
			}()
			go func() {
				defer out.Close()
				buffer := make([]byte, 1<<16)
				for {
					n, err := in.Read(buffer)
					if err != nil {
						return
					}
					time.Sleep(delay)
					if _, err := out.Write(buffer[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}
