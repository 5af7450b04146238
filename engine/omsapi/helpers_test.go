package omsapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/fleet"
	"github.com/dbprecheck/precheck/engine/omsapi"
	"github.com/dbprecheck/precheck/engine/omsapi/config"
	"github.com/dbprecheck/precheck/engine/runstore"
)

// service is a server under test with its worker.
type service struct {
	*httptest.Server
	store   runstore.Store
	fleet   *fleet.Fleet
	handler *omsapi.Server
	log     *buffer
	stop    func() // ends the worker and the server; Cleanup calls it too
}

// buffer is a buffer that several goroutines use.
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

// facts are those of a database of the tests.
func facts(schema string) datasource.Snapshot {
	return datasource.Snapshot{
		datasource.FactServer: datasource.Server{
			Flavor:   datasource.FlavorMySQL,
			Version:  datasource.Version{Major: 8, Minor: 0, Patch: 36},
			NameCase: datasource.CaseSensitive,
		},
		datasource.FactSchemas: []datasource.Schema{{Name: schema}},
		datasource.FactTables: datasource.SortTables([]datasource.Table{
			{TableName: datasource.TableName{Schema: schema, Name: "orders"}, Kind: datasource.BaseTable}}),
	}
}

// serve starts a server with data sources e_a and e_b, whose facts are literals.
func serve(t testing.TB, change func(*config.Config), options ...engine.Option) *service {
	t.Helper()
	return serveIn(t, t.TempDir(), change, options...)
}

func serveIn(t testing.TB, folder string, change func(*config.Config), options ...engine.Option) *service {
	t.Helper()
	c := config.Default()
	for _, one := range []struct{ id, host string }{{"e_a", "db1.example.com"}, {"e_b", "db2.example.com"}} {
		c.DataSources = append(c.DataSources, config.DataSource{ID: one.id, Name: one.id,
			Endpoint: engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: one.host, User: "u",
				Password: datasource.NewSecret("configured-password")})})
	}
	if change != nil {
		change(&c)
	}
	s := &service{log: &buffer{}}
	log := slog.New(slog.NewJSONHandler(s.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	s.store, err = runstore.OpenFolder(t.Context(), folder, runstore.Options{Queue: c.Limits.Queue, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	sources, err := omsapi.NewDataSources(c, s.store)
	if err != nil {
		t.Fatal(err)
	}
	open := engine.WithOpener(func(e datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
		return facts("shop"), nil
	})
	s.fleet, err = fleet.New(fleet.Config{Store: s.store, Complete: sources.Complete, Limit: sources.Limit,
		Engine: append([]engine.Option{open}, options...), Runs: c.Limits.Runs, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	s.handler, err = omsapi.New(omsapi.Options{Config: c, Store: s.store, Fleet: s.fleet, DataSources: sources,
		Log: log})
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
		if err := s.store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(s.stop)
	return s
}

// response is an answer.
type response struct {
	status int
	header http.Header
	body   string
}

// data reads the data of a successful answer.
func (r response) data(t testing.TB, to any) {
	t.Helper()
	var e struct {
		Success bool
		Data    json.RawMessage
	}
	if err := json.Unmarshal([]byte(r.body), &e); err != nil || !e.Success || r.status != http.StatusOK {
		t.Fatalf("status %d: %s %v", r.status, r.body, err)
	}
	if err := json.Unmarshal(e.Data, to); err != nil {
		t.Fatal(err)
	}
}

// code returns the code of an answer, empty if the call succeeded.
func (r response) code(t testing.TB) string {
	t.Helper()
	var e struct{ Code *string }
	if err := json.Unmarshal([]byte(r.body), &e); err != nil {
		t.Fatalf("status %d: %q: %v", r.status, r.body, err)
	}
	if e.Code == nil {
		return ""
	}
	return *e.Code
}

// do sends a request. headers are names and values in turn.
func (s *service) do(t testing.TB, method, path, body string, headers ...string) response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(headers); i += 2 {
		if r.Header.Set(headers[i], headers[i+1]); headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	answered, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answered.Body.Close() }()
	text, err := io.ReadAll(answered.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response{answered.StatusCode, answered.Header, string(text)}
}

// call calls an action.
func (s *service) call(t testing.TB, action, body string, headers ...string) response {
	t.Helper()
	return s.do(t, http.MethodPost, "/api/v2?Action="+action, body, headers...)
}

const task = `{"name":"n","sourceEndpointId":"e_a","sinkEndpointId":"e_b","transferMapping":{"mode":"SPECIFIC",` +
	`"databases":[{"name":"shop"}]}}`

// submit submits a request and returns the ID of the run.
func (s *service) submit(t testing.TB, body string, headers ...string) string {
	t.Helper()
	var id string
	s.call(t, "SubmitPreCheck", body, headers...).data(t, &id)
	return id
}

// finish polls a run until it has finished.
func (s *service) finish(t testing.TB, id string) engine.Data {
	t.Helper()
	for {
		var d engine.Data
		s.call(t, "GetPreCheckResult", `{"id":"`+id+`"}`).data(t, &d)
		switch d.ProjectStatus {
		case engine.StatusFinished, engine.StatusFailed, engine.StatusSkipped:
			return d
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		}
	}
}
