// Package telemetry traces runs by OpenTelemetry: a span for each run, in it one for each item, in it one for each fact
// that the item is the first to need, and in it one for each statement. Spans hold names, counts and statements over
// the catalog, never a password or a row.
package telemetry

import (
	"context"
	"os"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// FromEnvironment returns the tracer that the standard variables of OpenTelemetry configure, and a function that sends
// what is not sent yet. The tracer is nil unless OTEL_EXPORTER_OTLP_ENDPOINT or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is
// set, or if OTEL_SDK_DISABLED or OTEL_TRACES_EXPORTER says so
// (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
func FromEnvironment(ctx context.Context) (engine.Tracer, func(context.Context) error, error) {
	nothing := func(context.Context) error { return nil }
	exporter := os.Getenv("OTEL_TRACES_EXPORTER")
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT")+os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" ||
		strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") || exporter != "" && exporter != "otlp" {
		return nil, nothing, nil
	}
	sender, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, nothing, err
	}
	about, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "precheck")),
		resource.WithTelemetrySDK(), resource.WithFromEnv())
	if err != nil {
		return nil, nothing, err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(sender), sdk.WithResource(about))
	return New(provider), provider.Shutdown, nil
}

// New returns a tracer whose spans go to a provider.
func New(p trace.TracerProvider) engine.Tracer {
	return tracer{p.Tracer("github.com/dbprecheck/precheck/engine/telemetry")}
}

type tracer struct{ trace.Tracer }

// Run starts the span of a run.
func (t tracer) Run(ctx context.Context, task engine.Task) (context.Context, func(*engine.Report)) {
	ctx, span := t.Start(ctx, "run", trace.WithAttributes(attribute.String("precheck.run.id", task.ID),
		attribute.String("precheck.source.type", string(task.Source.Type)),
		attribute.String("precheck.destination.type", string(task.Destination.Type))))
	ctx = datasource.WithStatements(ctx, t.statement)
	return ctx, func(r *engine.Report) {
		if r == nil {
			span.SetStatus(codes.Error, "")
		} else {
			span.SetAttributes(attribute.String("precheck.verdict", string(r.Verdict(false))),
				attribute.Int("precheck.items", len(r.Results)))
		}
		span.End()
	}
}

// Item starts the span of an item.
func (t tracer) Item(ctx context.Context, i engine.Item) (context.Context, func(engine.Result)) {
	ctx, span := t.Start(ctx, "item "+i.Check.Type, trace.WithAttributes(
		attribute.String("precheck.check", i.Check.Type), attribute.String("precheck.side", string(i.Side)),
		attribute.String("precheck.role", string(i.Role))))
	return ctx, func(r engine.Result) {
		span.SetAttributes(attribute.String("precheck.outcome", string(r.Outcome)),
			attribute.Int("precheck.findings", len(r.Findings)))
		if r.Outcome == engine.Unknown {
			span.SetStatus(codes.Error, "")
		}
		span.End()
	}
}

// Fact starts the span of a fact.
func (t tracer) Fact(ctx context.Context, side checks.Side, role checks.Role,
	f datasource.AnyFact) (context.Context, func(error)) {
	ctx, span := t.Start(ctx, "fact "+f.Name(), trace.WithAttributes(
		attribute.String("precheck.side", string(side)), attribute.String("precheck.role", string(role))))
	return ctx, ending(span)
}

// statement starts the span of a statement.
func (t tracer) statement(ctx context.Context, query string) func(int, error) {
	_, span := t.Start(ctx, "statement", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithAttributes(attribute.String("db.query.text", query)))
	ended := ending(span)
	return func(rows int, err error) {
		span.SetAttributes(attribute.Int("db.response.returned_rows", rows))
		ended(err)
	}
}

// ending returns a function that ends a span. It does not show the error, which may repeat what a server holds.
func ending(span trace.Span) func(error) {
	return func(err error) {
		if err != nil {
			span.SetStatus(codes.Error, string(datasource.ClassOf(err)))
		}
		span.End()
	}
}
