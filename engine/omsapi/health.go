package omsapi

import (
	"net/http"

	"github.com/dbprecheck/precheck/datasource/message"
)

// healthz answers that the process lives.
func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	s.succeed(w, r, answer{})
}

// readyz answers whether the server accepts calls: it does not drain, and the store can be written.
func (s *Server) readyz(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		s.refuse(w, r, &transportError{status: http.StatusServiceUnavailable,
			text: message.New("api.transport.draining")})
		return
	}
	if err := s.store.Ready(r.Context()); err != nil {
		s.log.Error("the store is not ready", "requestId", of(r).id, "error", err)
		s.refuse(w, r, &transportError{status: http.StatusServiceUnavailable, text: message.New("api.error.store")})
		return
	}
	s.succeed(w, r, answer{})
}
