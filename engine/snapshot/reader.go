package snapshot

import (
	"context"
	"encoding/json"
	"sync"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
)

// Reader returns a datasource.Reader of a database of the snapshot. Facts about objects fail if the schemas of scope
// were not captured. decode returns the error that Fact.Err represents.
//
// A fact that the snapshot does not contain is an Error of class ErrNotCaptured.
func (s *Snapshot) Reader(role checks.Role, scope datasource.Scope,
	decode func(json.RawMessage) error) datasource.Reader {
	r := &factReader{scope: scope, decode: decode, facts: map[datasource.AnyFact]*Fact{},
		answers: map[datasource.AnyQuery]map[datasource.AnyQuestion]any{}}
	if d := s.Info.Database(role); d != nil {
		r.database = *d
	}
	for i := range s.Facts[role] {
		f := &s.Facts[role][i]
		r.facts[f.Fact] = f
		if q, ok := f.Fact.(datasource.AnyQuestion); ok && f.Err == nil && !f.OtherForm {
			if r.answers[q.Declared()] == nil {
				r.answers[q.Declared()] = map[datasource.AnyQuestion]any{}
			}
			r.answers[q.Declared()][q] = f.Value
		}
	}
	return r
}

// factReader reads the facts of a snapshot.
type factReader struct {
	database Database
	scope    datasource.Scope
	decode   func(json.RawMessage) error
	facts    map[datasource.AnyFact]*Fact
	answers  map[datasource.AnyQuery]map[datasource.AnyQuestion]any

	covering sync.Once
	covered  error // the reason why the schemas in scope are not all in the snapshot
}

// Close does nothing.
func (*factReader) Close() error { return nil }

// notCaptured returns the error of a fact that is not in the snapshot.
func notCaptured(cause message.Text) error {
	return &datasource.Error{Class: datasource.ErrNotCaptured, Cause: cause,
		Remedy: message.New("snapshot.capture_again")}
}

// Read returns a fact.
func (r *factReader) Read(ctx context.Context, fact datasource.AnyFact) (any, error) {
	f, ok := r.facts[fact]
	question, asks := fact.(datasource.AnyQuestion)
	switch {
	case !ok && asks:
		return r.answer(ctx, question)
	case !ok:
		return nil, notCaptured(message.New("snapshot.not_captured", "fact", fact.String()))
	}
	return r.value(ctx, f)
}

func (r *factReader) value(ctx context.Context, f *Fact) (any, error) {
	if f.Scoped && f.Fact != datasource.FactSchemas && f.Fact != datasource.FactServer {
		if err := r.covers(ctx); err != nil {
			return nil, err
		}
	}
	switch {
	case f.Err != nil:
		return nil, r.decode(f.Err)
	case f.OtherForm:
		return nil, notCaptured(message.New("snapshot.other_form", "fact", f.Fact.String()))
	}
	return f.Value, nil
}

// answer returns the answer of a question from those of others. If one of these failed, its error is returned.
func (r *factReader) answer(ctx context.Context, question datasource.AnyQuestion) (any, error) {
	if value, ok := question.From(r.answers[question.Declared()]); ok {
		return value, nil
	}
	for _, f := range r.facts {
		if q, ok := f.Fact.(datasource.AnyQuestion); ok && q.Declared() == question.Declared() &&
			(f.Err != nil || f.OtherForm) {
			return r.value(ctx, f)
		}
	}
	return nil, notCaptured(message.New("snapshot.not_captured", "fact", question.String()))
}

// covers returns an error if a schema in scope exists, but was not in the scope of the capture.
func (r *factReader) covers(ctx context.Context) error {
	schemas, err := r.scope(ctx)
	if err != nil {
		return err
	}
	r.covering.Do(func() { r.covered = r.missing(ctx, schemas) })
	return r.covered
}

func (r *factReader) missing(ctx context.Context, schemas []string) error {
	if r.database.ScopeError != "" {
		return notCaptured(message.New("snapshot.no_scope", "reason", r.database.ScopeError))
	}
	var server datasource.Server
	if value, err := r.Read(ctx, datasource.FactServer); err == nil {
		server, _ = value.(datasource.Server)
	}
	captured, exists := map[string]bool{}, map[string]bool{}
	for _, name := range r.database.Scope {
		captured[server.NameCase.Fold(name)] = true
	}
	value, err := r.Read(ctx, datasource.FactSchemas)
	list, _ := value.([]datasource.Schema)
	for _, schema := range list {
		exists[server.NameCase.Fold(schema.Name)] = true
	}
	for _, name := range schemas {
		if folded := server.NameCase.Fold(name); !captured[folded] && (err != nil || exists[folded]) {
			return notCaptured(message.New("snapshot.other_scope", "schema", name))
		}
	}
	return nil
}
