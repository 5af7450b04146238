package faulttest

import (
	"context"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Protocol is what the client and the server speak.
type Protocol string

// The protocols.
const (
	MySQL  Protocol = "MySQL"
	Oracle Protocol = "Oracle"
)

// Proxy accepts connections on a free port of loopback and passes them on to a server.
type Proxy struct {
	Host string
	Port int

	protocol Protocol
	server   string
	faults   faults
	tls      atomic.Bool
	listener net.Listener
	ctx      context.Context
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu         sync.Mutex
	accepted   int
	open       int
	statements []Sent
}

// Sent is a statement of a client.
type Sent struct {
	Connection int   // counted from 1 in the order in which they were accepted
	Phase      Phase // SetUp, Statement or Kill
	SQL        string
}

// Start starts a proxy before the server at address. It ends with the test.
func Start(t testing.TB, protocol Protocol, address string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("faulttest: %v", err)
	}
	p := &Proxy{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, protocol: protocol, server: address,
		listener: listener}
	p.ctx, p.cancel = context.WithCancel(context.WithoutCancel(t.Context()))
	p.running.Go(p.listen)
	t.Cleanup(p.Close)
	return p
}

// Close closes every connection.
func (p *Proxy) Close() {
	p.cancel()
	_ = p.listener.Close()
	p.running.Wait()
}

// OfferTLS lets clients see that a MySQL server offers TLS. The proxy cannot follow such a connection beyond
// the first record of the TLS handshake.
func (p *Proxy) OfferTLS() { p.tls.Store(true) }

// Statements returns the statements that clients have sent, in order.
func (p *Proxy) Statements() []Sent {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.statements)
}

// ForgetStatements clears the list that Statements returns.
func (p *Proxy) ForgetStatements() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.statements = nil
}

func (p *Proxy) record(s Sent) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.statements = append(p.statements, s)
}

// Accepted returns how many connections were ever accepted.
func (p *Proxy) Accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Open returns how many connections clients hold open.
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

// WaitClosed waits until at most open connections are open, and reports whether that happened.
func (p *Proxy) WaitClosed(open int, limit time.Duration) bool {
	for end := time.Now().Add(limit); ; time.Sleep(time.Millisecond) {
		if p.Open() <= open {
			return true
		}
		if time.Now().After(end) {
			return false
		}
	}
}

func (p *Proxy) listen() {
	for {
		c, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.accepted++
		p.open++
		id := p.accepted
		p.mu.Unlock()
		p.running.Go(func() {
			newRelay(p, id, c.(*net.TCPConn)).run()
			p.mu.Lock()
			defer p.mu.Unlock()
			p.open--
		})
	}
}
