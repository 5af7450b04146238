package omsapi

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// Options are what New needs.
type Options struct {
	Config config.Config
	Store  runstore.Store
	// Fleet queues the runs, and reads their reports.
	Fleet *fleet.Fleet
	// DataSources are the databases that tasks refer to, whose passwords the worker needs. The default are those
	// of the configuration.
	DataSources *DataSources
	// Log receives a line for each request, and for each change that a user makes. The default discards everything.
	Log *slog.Logger
	// Page serves GET / and /static/…, and /page/… to users who may read. Without it, they are not found.
	Page http.Handler
	// Registry receives the metrics. The default is a registry of its own.
	Registry *prometheus.Registry
}

// Server is the handler of the API. It is safe for concurrent use.
type Server struct {
	config   config.Config
	store    runstore.Store
	fleet    *fleet.Fleet
	engine   *engine.Engine
	sources  *DataSources
	log      *slog.Logger
	page     http.Handler
	metrics  *metrics
	auth     *auth.Authenticator
	sessions *auth.Sessions
	agents   *agent.Handler
	agentIDs *auth.Authenticator // of the tokens of agents
	records  *recordCache
	mux      *http.ServeMux
	actions  map[string]action

	streams      chan struct{} // open event streams
	listing      sync.Mutex
	listed       listed
	draining     atomic.Bool
	ended        context.Context
	end          context.CancelFunc
	unknown      sync.Map // properties that were logged, by action and path
	unknownCount atomic.Int64
}

// New returns the handler of the API.
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	if o.DataSources == nil {
		sources, err := NewDataSources(o.Config, o.Store)
		if err != nil {
			return nil, err
		}
		o.DataSources = sources
	}
	s := &Server{
		config:   o.Config,
		store:    o.Store,
		fleet:    o.Fleet,
		engine:   o.Fleet.Engine(),
		sources:  o.DataSources,
		log:      o.Log,
		page:     o.Page,
		auth:     auth.New(o.Config.Users, o.Config.Tokens),
		sessions: auth.NewSessions(),
		records:  newRecordCache(),
		streams:  make(chan struct{}, o.Config.Limits.Streams),
	}
	s.ended, s.end = context.WithCancel(context.Background())
	s.actions = map[string]action{}
	for _, a := range s.allActions() {
		s.actions[a.name] = a
	}
	s.agents = s.newAgents()
	s.metrics = newMetrics(o.Registry, s)
	s.mux = http.NewServeMux()
	s.routes(o.Registry)
	return s, nil
}

// Drain makes the server answer new calls with 503, and ends its event streams. Calls that have begun go on.
func (s *Server) Drain() {
	s.draining.Store(true)
	s.end()
}

func (s *Server) routes(registry *prometheus.Registry) {
	s.handle("/healthz", http.MethodGet, s.healthz)
	s.handle("/readyz", http.MethodGet, s.readyz)
	s.handle("/api/v2", http.MethodPost, s.call)
	s.handle("/openapi.json", http.MethodGet, s.asRole(auth.Read, s.openAPI))
	s.handle("/metrics", http.MethodGet, s.asRole(auth.Read, s.metrics.handler(registry)))
	s.handle("/events/runs", http.MethodGet, s.asRole(auth.Read, s.runsEvents))
	s.handle("/events/runs/{id}", http.MethodGet, s.asRole(auth.Read, s.runEvents))
	for _, name := range agent.Calls() {
		s.handle(agent.Path+name, http.MethodPost, s.agents.ServeHTTP)
	}
	s.handle("/login", http.MethodPost, s.login)
	s.handle("/logout", http.MethodPost, s.logout)
	s.handle("/session", http.MethodGet, s.session)
	if s.page != nil {
		s.handle("/{$}", http.MethodGet, s.page.ServeHTTP)
		s.handle("/static/", http.MethodGet, s.page.ServeHTTP)
		s.handle("/page/", http.MethodGet, s.asRole(auth.Read, s.page.ServeHTTP))
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, &transportError{status: http.StatusNotFound, text: textNotFoundPath()})
	})
}

// handle routes a path. Another method is refused.
func (s *Server) handle(path, method string, h http.HandlerFunc) {
	s.mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
		of(r).route = path
		if r.Method != method && (method != http.MethodGet || r.Method != http.MethodHead) {
			s.refuse(w, r, &transportError{status: http.StatusMethodNotAllowed, allow: method,
				text: textMethod(method)})
			return
		}
		h(w, r)
	})
}

// contentSecurityPolicy allows the page its own scripts and styles, none of them inline
// (https://www.w3.org/TR/CSP3/).
var contentSecurityPolicy = strings.Join([]string{"default-src 'none'", "script-src 'self'", "style-src 'self'",
	"img-src 'self'", "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'",
	"frame-ancestors 'none'"}, "; ")

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e := newExchange(w, r)
	e.language = s.language(r)
	r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, e))
	h := w.Header()
	h.Set("X-Request-Id", e.id)
	h.Set("Content-Security-Policy", contentSecurityPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if !strings.HasPrefix(r.URL.Path, "/static/") {
		h.Set("Cache-Control", "no-store")
	}
	if r.TLS != nil {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	defer s.finish(e, r)
	defer s.recovered(e, r)
	if err := s.checkOrigin(r); err != nil {
		s.refuse(e, r, err)
		return
	}
	if !strings.HasPrefix(r.URL.Path, "/events/") {
		limit := s.config.Limits.RequestTimeout
		if strings.HasPrefix(r.URL.Path, agent.Path) {
			limit = max(limit, agent.PollTime)
		}
		e.deadlines(limit)
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		r = r.WithContext(ctx)
	}
	s.mux.ServeHTTP(e, r)
}
