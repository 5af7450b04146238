package main

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// proxy forwards connections to an address and delays what passes by half of a round-trip time each way.
type proxy struct {
	listener net.Listener
	rtt      time.Duration

	mu    sync.Mutex
	conns []net.Conn
}

func listen(address string, rtt time.Duration) (*proxy, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{listener: listener, rtt: rtt}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", address)
			if err != nil {
				_ = client.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, client, server)
			p.mu.Unlock()
			go p.forward(client, server)
			go p.forward(server, client)
		}
	}()
	return p, nil
}

// window is how many bytes of a connection are under way at most, in pieces of at most maxPiece.
const (
	window   = 4 << 20
	maxPiece = 64 << 10
)

type piece struct {
	due  time.Time
	data []byte
}

// forward passes on what it reads, each piece when it is due, so that a long answer is delayed once.
func (p *proxy) forward(from, to net.Conn) {
	pieces := make(chan piece, window/maxPiece)
	go func() {
		defer close(pieces)
		buffer := make([]byte, maxPiece)
		for {
			n, err := from.Read(buffer)
			if err != nil {
				return
			}
			pieces <- piece{time.Now().Add(p.rtt / 2), bytes.Clone(buffer[:n])}
		}
	}()
	for one := range pieces {
		time.Sleep(time.Until(one.due))
		if _, err := to.Write(one.data); err != nil {
			_ = from.Close()
		}
	}
	_ = to.Close()
}

func (p *proxy) close() {
	_ = p.listener.Close()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		_ = c.Close()
	}
}
