// Package transport records how connections to a server are protected.
package transport

import (
	"crypto/tls"
	"net"
	"sync"

	"github.com/dbprecheck/precheck/datasource"
)

// Recorder records how the connections of one endpoint are protected. The client's side of a connection knows
// it; a server behind a proxy does not.
type Recorder struct {
	// Local reports whether what is sent to an address stays on this machine. The default is IsLoopback.
	Local func(net.Addr) bool

	mu   sync.Mutex
	seen datasource.Transport
}

// NewRecorder returns a Recorder of the connections to an endpoint.
func NewRecorder(e datasource.Endpoint) *Recorder {
	return &Recorder{Local: IsLoopback,
		seen: datasource.Transport{Mode: e.TLS.Mode, InsecurePassword: e.InsecurePassword}}
}

// IsLoopback reports whether an address is that of the loopback interface. Sockets other than those of TCP do
// not leave the machine either.
func IsLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return !ok || tcp.IP.IsLoopback()
}

// Watch returns config such that each successful handshake is recorded. A nil config stays nil.
func (r *Recorder) Watch(config *tls.Config) *tls.Config {
	if config == nil {
		return nil
	}
	config = config.Clone()
	verify := config.VerifyConnection
	config.VerifyConnection = func(state tls.ConnectionState) error {
		if verify != nil {
			if err := verify(state); err != nil {
				return err
			}
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.seen.Cipher = tls.CipherSuiteName(state.CipherSuite)
		return nil
	}
	return config
}

// Plain records a connection that is not encrypted, and reports whether it leaves this machine.
func (r *Recorder) Plain(remote net.Addr) (exposed bool) {
	exposed = !r.Local(remote)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seen.Exposed = r.seen.Exposed || exposed
	return exposed
}

// Transport returns how the connections are protected. One exposed connection makes all of them count as
// exposed.
func (r *Recorder) Transport() datasource.Transport {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen
}
