package telemetry_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/telemetry"
)

// reader is a database whose facts are literals, each read by one statement.
type reader struct{ datasource.Snapshot }

func (r reader) Read(ctx context.Context, f datasource.AnyFact) (any, error) {
	ended := datasource.Statement(ctx, "SELECT '"+f.Name()+"'")
	value, err := r.Snapshot.Read(ctx, f)
	ended(1, err)
	return value, err
}

func run(t *testing.T, tracer engine.Tracer) {
	t.Helper()
	facts := datasource.Snapshot{
		datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL,
			Version: datasource.Version{Major: 8, Minor: 4}, Account: "u@%"},
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
	}
	e, err := engine.New(engine.WithTracer(tracer), engine.WithOnly("RDB_SCHEMA_EXIST"),
		engine.WithOpener(func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
			return reader{facts}, nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	endpoint := engine.At(datasource.Endpoint{Type: datasource.MySQL, Host: "h", User: "u",
		Password: datasource.NewSecret("hunter2")})
	if _, err := e.Run(t.Context(), engine.Task{ID: "t_1", Name: "n", Phases: checks.Schema, Source: endpoint,
		Destination: endpoint,
		Objects:     checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop"}}}}); err != nil {
		t.Fatal(err)
	}
}

// Each statement is in the span of its fact, which is in that of an item, which is in that of the run.
func TestSpans(t *testing.T) {
	t.Parallel()
	memory := tracetest.NewInMemoryExporter()
	provider := sdk.NewTracerProvider(sdk.WithSyncer(memory))
	run(t, telemetry.New(provider))
	spans := memory.GetSpans()
	parents := map[string]tracetest.SpanStub{}
	for _, s := range spans {
		parents[s.SpanContext.SpanID().String()] = s
	}
	kinds := map[string]int{}
	for _, s := range spans {
		kind, _, _ := strings.Cut(s.Name, " ")
		kinds[kind]++
		parent, _, _ := strings.Cut(parents[s.Parent.SpanID().String()].Name, " ")
		if want := map[string]string{"run": "", "item": "run", "fact": "item",
			"statement": "fact"}[kind]; parent != want {
			t.Errorf("%s is in %q, want %q", s.Name, parent, want)
		}
		for _, a := range s.Attributes {
			if strings.Contains(a.Value.String(), "hunter2") {
				t.Errorf("%s shows the password: %v", s.Name, a)
			}
		}
	}
	if kinds["run"] != 1 || kinds["item"] != 4 || kinds["fact"] < 4 || kinds["statement"] != kinds["fact"] {
		t.Errorf("spans %v", kinds)
	}
}

// The standard variables configure where spans are sent.
func TestFromEnvironment(t *testing.T) {
	var received atomic.Int64
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/traces" {
			received.Add(r.ContentLength)
		}
	}))
	defer collector.Close()
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
		"OTEL_SDK_DISABLED", "OTEL_TRACES_EXPORTER"} {
		t.Setenv(name, "")
	}
	if tracer, _, err := telemetry.FromEnvironment(t.Context()); tracer != nil || err != nil {
		t.Errorf("without variables: %v %v", tracer, err)
	}
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
	tracer, shutdown, err := telemetry.FromEnvironment(t.Context())
	if err != nil || tracer == nil {
		t.Fatal(tracer, err)
	}
	run(t, tracer)
	if err := shutdown(t.Context()); err != nil || received.Load() == 0 {
		t.Errorf("%d bytes arrived, %v", received.Load(), err)
	}
	t.Setenv("OTEL_TRACES_EXPORTER", "none")
	if tracer, _, err := telemetry.FromEnvironment(t.Context()); tracer != nil || err != nil {
		t.Errorf("with the exporter none: %v %v", tracer, err)
	}
}
