package auth

import (
	"net/netip"
	"sync"
	"time"
)

// slowdown makes clients wait that fail to identify themselves.
type slowdown struct {
	now func() time.Time

	mu      sync.Mutex
	clients map[string]*failures
}

type failures struct {
	count int
	until time.Time // when the client may try again
	last  time.Time
}

const (
	freeFailures = 5
	maxWait      = time.Minute
	forgotten    = 15 * time.Minute
	maxClients   = 10_000
)

func newSlowdown(now func() time.Time) *slowdown {
	return &slowdown{now: now, clients: map[string]*failures{}}
}

// group returns the network that counts as one client: an address, or the /64 network of an IPv6 address.
func group(client string) string {
	address, err := netip.ParseAddr(client)
	if err != nil || address.Unmap().Is4() {
		return client
	}
	network, err := address.WithZone("").Prefix(64)
	if err != nil {
		return client
	}
	return network.String()
}

// allowed returns a *SlowError while a client must wait.
func (s *slowdown) allowed(client string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.clients[group(client)]
	if f == nil {
		return nil
	}
	if wait := f.until.Sub(s.now()); wait > 0 {
		return &SlowError{After: max(wait.Round(time.Second), time.Second)}
	}
	return nil
}

// failed counts a failure and returns ErrDenied. After a few, each doubles the time that the client must wait.
func (s *slowdown) failed(client string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if len(s.clients) >= maxClients {
		for name, f := range s.clients {
			if now.Sub(f.last) > forgotten {
				delete(s.clients, name)
			}
		}
		if len(s.clients) >= maxClients {
			clear(s.clients)
		}
	}
	f := s.clients[group(client)]
	if f == nil || now.Sub(f.last) > forgotten {
		f = &failures{}
		s.clients[group(client)] = f
	}
	f.count++
	f.last = now
	if over := f.count - freeFailures; over > 0 {
		f.until = now.Add(min(time.Second<<min(over-1, 10), maxWait))
	}
	return ErrDenied
}
