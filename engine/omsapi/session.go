package omsapi

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// maxLogin bounds the body of a login.
const maxLogin = 16 << 10

// cookieName returns the name of the cookie of a session. Over TLS, the browser binds it to this host.
func cookieName(r *http.Request) string {
	if r.TLS != nil {
		return "__Host-precheck"
	}
	return "precheck"
}

func (s *Server) sessionOf(r *http.Request) (auth.Session, bool) {
	cookie, err := r.Cookie(cookieName(r))
	if err != nil {
		return auth.Session{}, false
	}
	return s.sessions.Find(cookie.Value)
}

func setCookie(w http.ResponseWriter, r *http.Request, value string, age int) {
	http.SetCookie(w, &http.Cookie{Name: cookieName(r), Value: value, Path: "/", MaxAge: age, HttpOnly: true,
		Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
}

// login starts a session. The body is a form, or a JSON object, with username and password.
func (s *Server) login(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxLogin))
	if err != nil {
		s.refuse(w, r, &transportError{status: http.StatusRequestEntityTooLarge,
			text: message.New("api.transport.too_large", "limit", message.Bytes(maxLogin))})
		return
	}
	var given wire.LoginRequest
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		if err := json.Unmarshal(body, &given); err != nil {
			s.refuse(w, r, &transportError{status: http.StatusBadRequest, text: message.New("api.transport.malformed")})
			return
		}
	default:
		s.refuse(w, r, &transportError{status: http.StatusUnsupportedMediaType,
			text: message.New("api.transport.type")})
		return
	}
	identity, err := s.auth.Password(clientOf(r), given.UserName, given.Password)
	if err != nil {
		s.refuseIdentity(w, r, err)
		return
	}
	of(r).user = identity.Name
	cookie, session := s.sessions.Start(identity)
	setCookie(w, r, cookie, 0)
	s.succeed(w, r, answer{data: s.describe(session.Identity, session.CSRF)})
}

// logout ends a session.
func (s *Server) logout(w http.ResponseWriter, r *http.Request) {
	if _, err := s.identify(r); errors.Is(err, errCSRF) {
		s.refuseIdentity(w, r, err)
		return
	}
	if cookie, err := r.Cookie(cookieName(r)); err == nil {
		s.sessions.End(cookie.Value)
	}
	setCookie(w, r, "", -1)
	s.succeed(w, r, answer{})
}

// session answers who is logged in.
func (s *Server) session(w http.ResponseWriter, r *http.Request) {
	if session, ok := s.sessionOf(r); ok {
		s.succeed(w, r, answer{data: s.describe(session.Identity, session.CSRF)})
		return
	}
	if identity, err := s.identify(r); err == nil {
		s.succeed(w, r, answer{data: s.describe(identity, "")})
		return
	}
	s.succeed(w, r, answer{data: wire.Session{LoginRequired: true}})
}

func (s *Server) describe(i auth.Identity, csrf string) wire.Session {
	return wire.Session{UserName: i.Name, Role: i.Role.String(), CSRFToken: csrf,
		CreateDataSources: s.config.Endpoints.Create && i.Role >= auth.Admin,
		InlineEndpoints:   s.config.Endpoints.Inline && i.Role >= auth.Submit, CE: s.config.CE}
}
