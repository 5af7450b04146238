package agent_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/agent"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/omsapi"
	"github.com/dbprecheck/precheck/engine/omsapi/auth"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// buffer is a log that several goroutines write.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func logTo(b *buffer) *slog.Logger {
	return slog.New(slog.NewJSONHandler(b, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// own returns a check of the source that runs f.
func own(checkType string, f func(context.Context, *checks.Pass) error) *checks.Check {
	page := checks.ParsePage("# " + checkType + ": " + checkType + " check\n\nWhat.\n\n## Why it matters\n\nx\n\n" +
		"## How it is decided\n\nx\n\n## Privileges\n\nx\n\n## Remedy\n\nx\n\n## If skipped\n\nRows are lost.\n\n" +
		"## Findings\n\n### wrong\n\n{object} is wrong.\n\nRemedy: Fix it.\n")
	return &checks.Check{Type: checkType, Page: page, Level: checks.Fail, Sides: []checks.Side{checks.Source},
		Phases: checks.AllPhases, Run: f}
}

func passes(context.Context, *checks.Pass) error { return nil }

// blocks returns a check that waits until the channel is closed.
func blocks(until <-chan struct{}) func(context.Context, *checks.Pass) error {
	return func(ctx context.Context, _ *checks.Pass) error {
		select {
		case <-until:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// options are those of an engine with only these checks, which reads no server. opened is called with each endpoint
// that the engine opens; it may be nil.
func options(opened func(datasource.Endpoint), added ...*checks.Check) []engine.Option {
	var types []string
	for _, c := range added {
		types = append(types, c.Type)
	}
	open := func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		if opened != nil {
			opened(e)
		}
		return datasource.Snapshot{}, nil
	}
	return []engine.Option{engine.WithChecks(added...), engine.WithOnly(types...), engine.WithOpener(open)}
}

// The tokens of the agents a and b, of both, and of a user.
const (
	tokenA    = "token-of-agent-a-0123456789"
	tokenB    = "token-of-agent-b-0123456789"
	tokenAB   = "token-of-agent-ab-0123456789"
	tokenUser = "token-of-a-user-0123456789"
)

// password returns the password of a data source.
func password(id string) string { return "password-of-" + id }

// settings is a configuration with two data sources in each of the zones a and b, and in that of the server.
func settings() config.Config {
	c := config.Default()
	c.Limits.RequestTimeout = time.Second // which calls of agents do not have
	for _, zone := range []string{"", "a", "b"} {
		for n := range 2 {
			id := fmt.Sprintf("e_%s%d", zone, n)
			c.DataSources = append(c.DataSources, config.DataSource{ID: id, Name: id, Zone: zone,
				Endpoint: engine.At(datasource.Endpoint{Type: datasource.MySQL, User: "u",
					Host: strings.Trim(id, "e_") + ".example.com", Password: datasource.NewSecret(password(id))})})
		}
	}
	for name, token := range map[string]string{"a": tokenA, "b": tokenB, "a_b": tokenAB} {
		c.Agents = append(c.Agents, config.Agent{Name: name, Zones: strings.Split(name, "_"),
			Secret: datasource.NewSecret(token), Passwords: true})
	}
	c.Tokens = []auth.Token{{Name: "user", Role: auth.Admin, Secret: datasource.NewSecret(tokenUser)}}
	return c
}

// server is a server under test with its own worker.
type server struct {
	*httptest.Server
	store   runstore.Store
	fleet   *fleet.Fleet
	handler *omsapi.Server
	log     *buffer
	stop    func() // ends the server; Cleanup calls it, too
}

// serve starts a server on the store of a folder.
func serve(t testing.TB, folder string, c config.Config, o ...engine.Option) *server {
	t.Helper()
	s := &server{log: &buffer{}}
	store, err := runstore.OpenFolder(t.Context(), folder, runstore.Options{Log: logTo(s.log)})
	if err != nil {
		t.Fatal(err)
	}
	s.store = store
	sources, err := omsapi.NewDataSources(c, store)
	if err != nil {
		t.Fatal(err)
	}
	s.fleet, err = fleet.New(fleet.Config{Store: store, Complete: sources.Complete, Limit: sources.Limit, Engine: o,
		Log: logTo(s.log)})
	if err != nil {
		t.Fatal(err)
	}
	s.handler, err = omsapi.New(omsapi.Options{Config: c, Store: store, Fleet: s.fleet, DataSources: sources,
		Log: logTo(s.log)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		s.fleet.Run(ctx)
	}()
	s.Server = httptest.NewServer(s.handler)
	s.stop = sync.OnceFunc(func() {
		s.handler.Drain()
		s.Server.Close()
		cancel()
		<-worked
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// behindNetwork returns the server as agents reach it over a network that can be cut.
func (s *server) behindNetwork(t testing.TB) (between *server, cut *atomic.Bool) {
	t.Helper()
	cut = &atomic.Bool{}
	proxy := httputil.NewSingleHostReverseProxy(mustParse(t, s.URL))
	between = &server{Server: httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if cut.Load() {
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(w, r)
	}))}
	t.Cleanup(between.Close)
	return between, cut
}

// submit submits a run between two data sources, and returns its ID.
func (s *server) submit(t testing.TB, source, sink string) string {
	t.Helper()
	id, text := s.trySubmit(t, source, sink)
	if id == "" {
		t.Fatal(text)
	}
	return id
}

func (s *server) trySubmit(t testing.TB, source, sink string) (id, text string) {
	t.Helper()
	body := fmt.Sprintf(`{"name":"n","sourceEndpointId":%q,"sinkEndpointId":%q,"transferMapping":{"mode":"SPECIFIC",`+
		`"databases":[{"name":"shop"}]}}`, source, sink)
	_, text = s.post(t, "/api/v2?Action=SubmitPreCheck", tokenUser, body)
	var a struct{ Data *string }
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		t.Fatal(text)
	}
	if a.Data == nil {
		return "", text
	}
	return *a.Data, text
}

// get sends a request and returns the status and the body of its answer.
func (s *server) get(t testing.TB, path, token string) (status int, text string) {
	t.Helper()
	return s.send(t, http.MethodGet, path, token, "")
}

// post sends a request and returns the status and the body of its answer.
func (s *server) post(t testing.TB, path, token, body string) (status int, text string) {
	t.Helper()
	return s.send(t, http.MethodPost, path, token, body)
}

func (s *server) send(t testing.TB, method, path, token, body string) (status int, text string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(data)
}

// await returns a run as soon as it is as it should be.
func (s *server) await(t testing.TB, id string, is func(runstore.Run) bool) runstore.Run {
	t.Helper()
	for version := int64(0); ; {
		r, err := s.store.Wait(t.Context(), id, version)
		if err != nil {
			t.Fatalf("%s: %v\n%s", id, err, s.log)
		}
		if is(r) {
			return r
		}
		version = r.Version
	}
}

func ended(r runstore.Run) bool { return r.Ended() }

func running(r runstore.Run) bool { return r.Status == engine.StatusRunning }

// process is an agent under test.
type process struct {
	*agent.Agent
	log  *buffer
	stop func() // ends the agent; Cleanup calls it, too
}

func constant(token string) func() (datasource.Secret, error) {
	return func() (datasource.Secret, error) { return datasource.NewSecret(token), nil }
}

// start starts an agent of these servers.
func start(t testing.TB, c agent.Config, servers ...*server) *process {
	t.Helper()
	p := newProcess(t, c, servers...)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.Run(ctx)
	}()
	p.stop = func() {
		cancel()
		<-done
	}
	t.Cleanup(p.stop)
	return p
}

func newProcess(t testing.TB, c agent.Config, servers ...*server) *process {
	t.Helper()
	p := &process{log: &buffer{}}
	if c.Name == "" {
		c.Name = "host"
	}
	if c.Engine == nil {
		c.Engine = options(nil, own("OWN_A", passes))
	}
	c.Log = logTo(p.log)
	for _, s := range servers {
		u, err := agent.ParseServer(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		c.Servers = append(c.Servers, u)
	}
	var err error
	if p.Agent, err = agent.New(c); err != nil {
		t.Fatal(err)
	}
	return p
}

// contents returns all bytes of the files of a folder.
func contents(t testing.TB, folder string) string {
	t.Helper()
	var all strings.Builder
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	return all.String()
}

func mustParse(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
