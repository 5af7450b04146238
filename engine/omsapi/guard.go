package omsapi

import (
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
)

// local is who makes requests to a server without users and tokens.
var local = auth.Identity{Name: "local", Role: auth.Admin}

// csrfHeader is the header in which the page repeats the CSRF token of its session.
const csrfHeader = "X-CSRF-Token"

// identify returns who makes a request.
func (s *Server) identify(r *http.Request) (auth.Identity, error) {
	if header := r.Header.Get("Authorization"); header != "" {
		if user, password, ok := r.BasicAuth(); ok {
			return s.auth.Password(clientOf(r), user, password)
		}
		if scheme, token, ok := strings.Cut(header, " "); ok && strings.EqualFold(scheme, "Bearer") {
			return s.auth.Bearer(clientOf(r), strings.TrimSpace(token))
		}
		return auth.Identity{}, auth.ErrDenied
	}
	if session, ok := s.sessionOf(r); ok {
		if r.Method != http.MethodGet && r.Method != http.MethodHead && !session.Confirms(r.Header.Get(csrfHeader)) {
			return auth.Identity{}, errCSRF
		}
		return session.Identity, nil
	}
	if !s.config.Authenticates() {
		return local, nil
	}
	return auth.Identity{}, errNoIdentity
}

var (
	errNoIdentity = message.Err("api.transport.identity")
	errCSRF       = message.Err("api.transport.csrf", "header", csrfHeader)
)

// refuseIdentity answers a request whose user is not known.
func (s *Server) refuseIdentity(w http.ResponseWriter, r *http.Request, err error) {
	var slow *auth.SlowError
	switch {
	case errors.As(err, &slow):
		s.refuse(w, r, &transportError{status: http.StatusTooManyRequests, after: int(slow.After.Seconds()),
			text: slow.Message()})
	case errors.Is(err, errCSRF):
		s.refuse(w, r, &transportError{status: http.StatusForbidden, text: message.Of(err)})
	default:
		if r.Header.Get("Sec-Fetch-Site") == "" { // a browser would ask for the password in a window of its own
			w.Header().Set("WWW-Authenticate", `Basic realm="precheck", charset="UTF-8"`)
		}
		if errors.Is(err, auth.ErrDenied) {
			s.log.Warn("access denied", "requestId", of(r).id, "client", clientOf(r))
			s.metrics.denied.Inc()
		}
		s.refuse(w, r, &transportError{status: http.StatusUnauthorized, text: message.Of(err)})
	}
}

// asRole returns a handler for users of a role.
func (s *Server) asRole(role auth.Role, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		identity, err := s.identify(r)
		if err != nil {
			s.refuseIdentity(w, r, err)
			return
		}
		of(r).user = identity.Name
		if identity.Role < role {
			s.refuse(w, r, &transportError{status: http.StatusForbidden,
				text: message.New("api.transport.role", "role", role.String())})
			return
		}
		h(w, r)
	}
}

// crossOrigin refuses requests that a page of another site makes through the browser of a user.
var crossOrigin = http.NewCrossOriginProtection()

// checkOrigin refuses requests that a foreign page makes: of another origin, or, to a server that does not ask who
// the user is, under a name that is not this machine's.
func (s *Server) checkOrigin(r *http.Request) *transportError {
	foreign := &transportError{status: http.StatusForbidden, text: message.New("api.transport.origin")}
	if err := crossOrigin.Check(r); err != nil {
		return foreign
	}
	if !s.config.Authenticates() && !localName(r.Host) {
		return foreign
	}
	return nil
}

// localName reports whether the Host of a request names this machine.
func localName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	return strings.HasSuffix(strings.ToLower(host), ".localhost") || config.Loopback(net.JoinHostPort(host, "0"))
}
