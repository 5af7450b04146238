package guard

import (
	"errors"
	"io"
	"net"
	"strings"
	"testing"
)

func TestPanicIsAnError(t *testing.T) {
	t.Parallel()
	var none []byte
	err := Call(func() error { _ = none[1]; return nil })
	if !errors.Is(err, ErrUnreadable) || strings.Contains(err.Error(), "runtime error") {
		t.Errorf("a panic became %v", err)
	}
	if err := Call(func() error { return io.EOF }); err != io.EOF {
		t.Errorf("an error became %v", err)
	}
}

// peer accepts one connection and passes it on.
func peer(t *testing.T) (address string, accepted <-chan net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	conns := make(chan net.Conn, 2)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			t.Cleanup(func() { _ = c.Close() })
			conns <- c
		}
	}()
	t.Cleanup(func() { _ = l.Close() })
	return l.Addr().String(), conns
}

func TestKilledSocketStaysClosed(t *testing.T) {
	t.Parallel()
	address, accepted := peer(t)
	var s Socket
	c, err := s.Dial(t.Context(), "tcp", address)
	if err != nil || s.Dead() {
		t.Fatalf("error %v, dead %v", err, s.Dead())
	}
	far := <-accepted
	s.Kill()
	if _, err := far.Read(make([]byte, 1)); err != io.EOF || !s.Dead() {
		t.Errorf("after the kill, the peer reads %v; dead %v", err, s.Dead())
	}
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after the kill, a read ends with %v", err)
	}
	if _, err := s.Dial(t.Context(), "tcp", address); !errors.Is(err, net.ErrClosed) {
		t.Errorf("after the kill, dialing ends with %v", err)
	}
	if _, err := (<-accepted).Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the second connection is open: %v", err)
	}
}

func TestSecondConnectionReplacesTheFirst(t *testing.T) {
	t.Parallel()
	address, accepted := peer(t)
	var s Socket
	for range 2 {
		if _, err := s.Dial(t.Context(), "tcp", address); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := (<-accepted).Read(make([]byte, 1)); err != io.EOF || s.Dead() {
		t.Errorf("the first connection: %v; dead %v", err, s.Dead())
	}
	s.Kill()
}

func TestRejectedBytesCloseTheConnection(t *testing.T) {
	t.Parallel()
	wrong := errors.New("wrong")
	reject := func([]byte) error { return wrong }
	for name, use := range map[string]func(*Conn) error{
		"read": func(c *Conn) error {
			c.Check = reject
			_, err := c.Read(make([]byte, 1))
			return err
		},
		"written": func(c *Conn) error {
			c.Allow = reject
			_, err := c.Write([]byte{1})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address, accepted := peer(t)
			var s Socket
			c, err := s.Dial(t.Context(), "tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			far := <-accepted
			_, _ = far.Write([]byte{1})
			if err := use(c); err != wrong || !s.Dead() {
				t.Errorf("error %v, dead %v", err, s.Dead())
			}
		})
	}
}
