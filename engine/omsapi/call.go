package omsapi

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// action is one call of the API.
type action struct {
	name    string
	role    auth.Role
	request func() any // a pointer to an empty request
	run     func(ctx context.Context, c call, request any) (answer, error)
	// data is a value of the type of the answer's data, for the description of the API.
	data any
}

// call is what an action knows of its request beside the body.
type call struct {
	auth.Identity
	ce             bool
	idempotencyKey string
}

// does returns an action with a typed request.
func does[R any](name string, role auth.Role, data any,
	run func(ctx context.Context, c call, request *R) (answer, error)) action {
	return action{name: name, role: role, data: data, request: func() any { return new(R) },
		run: func(ctx context.Context, c call, request any) (answer, error) { return run(ctx, c, request.(*R)) }}
}

// allActions returns every action of this server.
func (s *Server) allActions() []action {
	return slices.Concat(s.preCheckActions(), s.changeActions(), s.dataSourceActions(), s.labelActions(),
		s.projectActions())
}

// call answers POST /api/v2.
func (s *Server) call(w http.ResponseWriter, r *http.Request) {
	if s.draining.Load() {
		s.refuse(w, r, &transportError{status: http.StatusServiceUnavailable, after: 5,
			text: message.New("api.transport.draining")})
		return
	}
	identity, refused := s.identify(r)
	if refused != nil {
		s.refuseIdentity(w, r, refused)
		return
	}
	e := of(r)
	e.user = identity.Name
	name := actionName(r)
	a, known := s.actions[name]
	if !known {
		if slices.Contains(documented, name) {
			e.action = name
		}
		s.fail(w, r, unknownAction(name))
		return
	}
	e.action = a.name
	if identity.Role < a.role {
		s.refuse(w, r, &transportError{status: http.StatusForbidden,
			text: message.New("api.transport.role", "role", a.role.String())})
		return
	}
	body, bad := s.body(r)
	if bad != nil {
		s.refuse(w, r, bad)
		return
	}
	request := a.request()
	unknown, err := wire.Decode(body, request)
	if errors.Is(err, wire.ErrMalformed) {
		s.refuse(w, r, &transportError{status: http.StatusBadRequest, text: message.New("api.transport.malformed")})
		return
	}
	s.logUnknown(a.name, unknown)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	result, err := a.run(r.Context(), call{Identity: identity, ce: s.ce(r),
		idempotencyKey: r.Header.Get("Idempotency-Key")}, request)
	var transport *transportError
	switch {
	case err == nil:
		s.succeed(w, r, result)
	case errors.As(err, &transport):
		s.refuse(w, r, transport)
	default:
		s.fail(w, r, err)
	}
}

// actionName returns the parameter Action of the query, whose name may be in any case.
func actionName(r *http.Request) string {
	for name, values := range r.URL.Query() {
		if strings.EqualFold(name, "Action") && len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// ce reports whether an answer has the field names of the Community Edition.
func (s *Server) ce(r *http.Request) bool {
	switch strings.ToLower(r.Header.Get("X-OMS-Edition")) {
	case "ce", "community":
		return true
	case "ee", "enterprise":
		return false
	}
	return s.config.CE
}

// body reads the body of a call.
func (s *Server) body(r *http.Request) ([]byte, *transportError) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &transportError{status: http.StatusUnsupportedMediaType, text: message.New("api.transport.type")}
	}
	limit := s.config.Limits.Body
	tooLarge := &transportError{status: http.StatusRequestEntityTooLarge,
		text: message.New("api.transport.too_large", "limit", message.Bytes(limit))}
	if r.ContentLength > limit {
		return nil, tooLarge
	}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, limit))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return nil, &transportError{status: http.StatusRequestTimeout, text: message.New("api.transport.timeout")}
	case err != nil:
		return nil, &transportError{status: http.StatusBadRequest, text: message.New("api.transport.malformed")}
	}
	return body, nil
}

// maxUnknown bounds the properties that are remembered as logged.
const maxUnknown = 1000

// plainName is a name of a property that can be logged. Another one may be a secret in the wrong place.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9.\[\]]{0,99}$`)

// logUnknown logs properties that no request has, each once.
func (s *Server) logUnknown(action string, paths []string) {
	for _, path := range paths {
		if !plainName.MatchString(path) {
			path = "…"
		}
		if s.unknownCount.Load() >= maxUnknown {
			return
		}
		if _, logged := s.unknown.LoadOrStore(action+"."+path, true); !logged {
			s.unknownCount.Add(1)
			s.log.Warn("a property is not known and has no effect", "action", action, "property", path)
		}
	}
}

// actionNames returns the names of all actions.
func actionNames() []string {
	var s Server
	var names []string
	for _, a := range s.allActions() {
		names = append(names, a.name)
	}
	return names
}
