package fleet_test

import (
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// gate is how the machines of a zone reach a database: it sees which of them has how many connections.
type gate struct {
	database
	to string // address of the database on this machine
	// spare are connections beyond the limit: a statement that is cancelled is ended over one more.
	spare int

	mu     sync.Mutex
	passed []string // what was beyond the limit
	open   map[*passage]bool
	most   int // connections at a time
}

// passage is a connection through a gate.
type passage struct {
	*net.TCPConn
	frozen bool // its machine was stopped while it was open
}

// serve lets connections through until the listener is closed.
func (g *gate) serve(t testing.TB, listener net.Listener) {
	var all sync.WaitGroup
	ended := make(chan struct{})
	t.Cleanup(func() {
		_ = listener.Close()
		<-ended
		g.mu.Lock()
		for p := range g.open {
			_ = p.Close()
		}
		g.mu.Unlock()
		all.Wait()
	})
	go func() {
		defer close(ended)
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			p := &passage{TCPConn: c.(*net.TCPConn)}
			g.enter(p)
			all.Go(func() { g.pass(p) })
		}
	}()
}

// enter counts the connections that agents hold, those that stopped ones hold apart.
func (g *gate) enter(p *passage) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[p] = true
	n := 0
	for other := range g.open {
		if !other.frozen && isOpen(other.TCPConn) {
			n++
		}
	}
	g.most = max(g.most, n)
	if n > g.Connections+g.spare {
		g.passed = append(g.passed, fmt.Sprintf("%s: %d connections to %s, the limit is %d",
			time.Now().Format(time.StampMilli), n, g.ID, g.Connections))
	}
}

func (g *gate) pass(p *passage) {
	defer func() {
		_ = p.Close()
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.open, p)
	}()
	to, err := net.Dial("tcp", g.to)
	if err != nil {
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(p, to)
		_ = p.CloseWrite()
	})
	_, _ = io.Copy(to, p)
	_ = to.Close()
	back.Wait()
}

// freeze marks the connections of a machine that was stopped.
func (g *gate) freeze(address string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for p := range g.open {
		if host, _, _ := net.SplitHostPort(p.RemoteAddr().String()); host == address {
			p.frozen = true
		}
	}
}

// frozen returns the number of connections of stopped machines that are open.
func (g *gate) frozen() (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for p := range g.open {
		if p.frozen && isOpen(p.TCPConn) {
			n++
		}
	}
	return n
}
