package omsapi

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/visible"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// exchange is a request and what is known of its answer, for the log.
type exchange struct {
	http.ResponseWriter
	id      string
	started time.Time
	status  int
	bytes   int64

	language                string // of the answer
	route                   string // the pattern that the path matches
	user, action, run, code string
}

type exchangeKey struct{}

func newExchange(w http.ResponseWriter, r *http.Request) *exchange {
	id, err := uuid.NewRandom()
	if err != nil { // without entropy, another source has to do
		id = uuid.NewSHA1(uuid.Nil, []byte(rand.Text()))
	}
	return &exchange{ResponseWriter: w, id: id.String(), started: time.Now()}
}

// of returns the exchange of a request.
func of(r *http.Request) *exchange {
	e, _ := r.Context().Value(exchangeKey{}).(*exchange)
	return e
}

func exchangeOf(ctx context.Context) *exchange {
	e, _ := ctx.Value(exchangeKey{}).(*exchange)
	return e
}

// Unwrap returns the writer of the connection, for http.ResponseController.
func (e *exchange) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// WriteHeader writes the status.
func (e *exchange) WriteHeader(status int) {
	if e.status == 0 {
		e.status = status
	}
	e.ResponseWriter.WriteHeader(status)
}

// Write writes a part of the body.
func (e *exchange) Write(b []byte) (int, error) {
	if e.status == 0 {
		e.status = http.StatusOK
	}
	n, err := e.ResponseWriter.Write(b)
	e.bytes += int64(n)
	return n, err
}

// deadlines bounds how long a client may take to send the request and to read the answer.
func (e *exchange) deadlines(limit time.Duration) {
	c := http.NewResponseController(e.ResponseWriter)
	_ = c.SetReadDeadline(time.Now().Add(limit)) // a recorder of a test does not support them
	_ = c.SetWriteDeadline(time.Now().Add(2 * limit))
}

func (e *exchange) cost() string { return fmt.Sprintf("%d ms", time.Since(e.started).Milliseconds()) }

// runID is the form of the ID of a run.
var runID = regexp.MustCompile(`^t_[a-z0-9]{1,40}$`)

// finish logs and counts a request that was answered.
func (s *Server) finish(e *exchange, r *http.Request) {
	took := time.Since(e.started)
	s.metrics.request(e, took)
	attributes := []any{"requestId", e.id, "method", r.Method, "path", e.route, "status", e.status,
		"duration", took, "bytes", e.bytes, "client", clientOf(r)}
	for _, a := range []struct{ name, value string }{
		{"action", e.action}, {"user", e.user}, {"run", e.run}, {"code", e.code}} {
		if a.name == "run" && !runID.MatchString(a.value) {
			continue // it may be anything that a client has sent
		}
		if a.value != "" {
			attributes = append(attributes, a.name, a.value)
		}
	}
	level := slog.LevelInfo
	if strings.HasPrefix(e.route, agent.Path) && e.status < http.StatusBadRequest {
		level = slog.LevelDebug // there are many
	}
	s.log.Log(r.Context(), level, "request", attributes...)
}

// recovered answers a request whose handler panicked.
func (s *Server) recovered(e *exchange, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.log.ErrorContext(r.Context(), "a handler panicked", "requestId", e.id, "panic", fmt.Sprintf("%T", p),
		"stack", string(debug.Stack()))
	if e.status == 0 {
		s.fail(e, r, fmt.Errorf("panic"))
	}
}

// clientOf returns the address that a request came from, without the port.
func clientOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// answer is the answer of a successful call.
type answer struct {
	data                any
	number, size, total *int // of a paged call
}

// succeed writes the answer of a successful call.
func (s *Server) succeed(w http.ResponseWriter, r *http.Request, a answer) {
	e := of(r)
	s.write(w, http.StatusOK, engine.Envelope{Success: true, RequestID: e.id, PageNumber: a.number, PageSize: a.size,
		TotalCount: a.total, Cost: e.cost(), Data: a.data})
}

// fail writes the answer of a call that failed.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := of(r)
	failed := asCallError(err)
	e.code = failed.code
	if failed.code == wire.CodeInternal || failed.code == wire.CodeUnavailable {
		cause := err
		if failed.cause != nil {
			cause = failed.cause
		}
		s.log.ErrorContext(r.Context(), "a call failed", "requestId", e.id, "action", e.action, "error", cause)
	}
	s.writeError(w, r, http.StatusOK, failed)
}

// refuse answers a request that is not a call.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, err *transportError) {
	if err.after > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(err.after))
	}
	if err.allow != "" {
		w.Header().Set("Allow", err.allow)
	}
	s.writeError(w, r, err.status, &callError{code: wire.CodeTransport, level: wire.LevelError, text: err.text})
}

func (s *Server) writeError(w http.ResponseWriter, r *http.Request, status int, failed *callError) {
	e := of(r)
	detail := failed.detail(e.language)
	s.write(w, status, engine.Envelope{ErrorDetail: detail, Code: &detail.Code, Message: &detail.Message,
		Advice: detail.Proposal, RequestID: e.id, Cost: e.cost()})
}

func (s *Server) write(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(visible.JSON(w))
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		s.log.Debug("writing an answer", "error", err)
	}
}

// language returns the language of an answer: of the header X-Language, or of the configuration if that has no
// language with texts.
func (s *Server) language(r *http.Request) string {
	if lang, known := message.Language(r.Header.Get("X-Language")); known {
		return lang
	}
	lang, _ := message.Language(s.config.Language)
	return lang
}

func textNotFoundPath() message.Text { return message.New("api.transport.path") }

func textMethod(allowed string) message.Text {
	return message.New("api.transport.method", "allowed", allowed)
}
