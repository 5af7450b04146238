package datasource

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
)

// AnyFact is a fact of any value type: a *Fact, a *Query, or a *Query with its argument. Two are equal if
// they identify the same value.
type AnyFact interface {
	// Name returns the fact's key, as in "check_constraints". It is unique.
	Name() string
	// String returns the description of the fact in plain English, as in "CHECK constraints".
	String() string
	// Type returns the type of the fact's values.
	Type() reflect.Type
	// Decode returns the value of the fact that json.Marshal wrote.
	Decode(data []byte) (any, error)
	// declared returns the fact without its argument.
	declared() AnyFact
}

// Fact is one property of a database, with a value of type T. Each is declared once, beside the type of its
// value.
type Fact[T any] struct{ kind[T] }

// NewFact returns a new fact. The name is its key; the text is its description in plain English.
func NewFact[T any](name, text string) *Fact[T] { return &Fact[T]{kind[T]{name, text}} }

// Of returns the fact's value for the database of facts.
func (f *Fact[T]) Of(ctx context.Context, facts *Facts) (T, error) { return valueOf[T](ctx, facts, f) }

func (f *Fact[T]) declared() AnyFact { return f }

// Query is a fact that depends on an argument, such as the tables to probe. Each argument has its own value.
// JSON must represent an A without loss.
type Query[A, T any] struct {
	kind[T]
	captured Captured[A, T]
}

// NewQuery returns a new query. The name is its key; the text is its description in plain English.
func NewQuery[A, T any](name, text string) *Query[A, T] {
	return &Query[A, T]{kind: kind[T]{name, text}}
}

// Of returns the query's answer for the database of facts and the argument.
func (q *Query[A, T]) Of(ctx context.Context, facts *Facts, argument A) (T, error) {
	return valueOf[T](ctx, facts, q.With(argument))
}

// With returns the query with its argument, as readers get it and snapshots hold it.
func (q *Query[A, T]) With(argument A) AnyFact {
	text, err := json.Marshal(argument)
	if err != nil {
		panic(fmt.Sprintf("the argument of the fact %s cannot be written as JSON: %v", q.Name(), err))
	}
	return question[A, T]{q, string(text)}
}

func (q *Query[A, T]) declared() AnyFact { return q }

// question is a query with its argument, as JSON so that two with equal arguments are equal.
type question[A, T any] struct {
	*Query[A, T]
	argument string
}

// Argument returns the argument as JSON.
func (q question[A, T]) Argument() []byte { return []byte(q.argument) }

func (q question[A, T]) declared() AnyFact { return q.Query }

func (q question[A, T]) decodeArgument() (argument A, err error) {
	err = json.Unmarshal([]byte(q.argument), &argument)
	return argument, err
}

// kind is the common part of a Fact and a Query.
type kind[T any] struct{ name, text string }

// Name returns the fact's key.
func (k kind[T]) Name() string { return k.name }

// String returns the description of the fact in plain English.
func (k kind[T]) String() string { return k.text }

// Type returns the type of the fact's values.
func (kind[T]) Type() reflect.Type { return reflect.TypeFor[T]() }

// Decode returns the value of the fact that json.Marshal wrote.
func (k kind[T]) Decode(data []byte) (any, error) {
	var value T
	if err := json.Unmarshal(data, &value); err != nil {
		return nil, fmt.Errorf("fact %s: %w", k.name, err)
	}
	return value, nil
}
