package datasource

import (
	"context"
	"encoding/json"
	"fmt"
)

// Captured says how the answers of a Query are captured before it is known what checks will ask.
type Captured[A, T any] struct {
	// Ask returns arguments that together cover what a check can ask about the tables that in selects. It reads
	// what it needs from facts.
	Ask func(ctx context.Context, facts *Facts, in func(TableName) bool) ([]A, error)
	// Deep is set for a query that only tasks with the setting deep ask.
	Deep bool
	// Answer returns the answer for an argument from answers for others, and false if they do not cover it.
	Answer func(argument A, known []Answered[A, T]) (T, bool)
}

// Answered is the answer of a Query for an argument.
type Answered[A, T any] struct {
	Argument A
	Answer   T
}

// CapturedAs returns the query with the way in which its answers are captured.
func (q *Query[A, T]) CapturedAs(c Captured[A, T]) *Query[A, T] {
	q.captured = c
	return q
}

// AnyQuery is a *Query of any types.
type AnyQuery interface {
	AnyFact
	// Asks returns the questions that cover what a check can ask about some tables; see Captured.
	Asks(ctx context.Context, facts *Facts, in func(TableName) bool, deep bool) ([]AnyQuestion, error)
	// Asked returns the query with the argument that a JSON text represents.
	Asked(argument []byte) (AnyQuestion, error)
}

// AnyQuestion is a *Query with its argument, as With returns it.
type AnyQuestion interface {
	AnyFact
	// Declared returns the query without its argument.
	Declared() AnyQuery
	// Argument returns the argument as JSON.
	Argument() []byte
	// From returns the answer from those of other questions of the query, and false if they do not cover it.
	From(known map[AnyQuestion]any) (any, bool)
}

// Asks returns the questions of Captured.Ask, none if the query does not say how it is captured.
func (q *Query[A, T]) Asks(
	ctx context.Context, facts *Facts, in func(TableName) bool, deep bool,
) ([]AnyQuestion, error) {
	if q.captured.Ask == nil || q.captured.Deep && !deep {
		return nil, nil
	}
	arguments, err := q.captured.Ask(ctx, facts, in)
	var all []AnyQuestion
	for _, a := range arguments {
		all = append(all, q.With(a).(AnyQuestion))
	}
	return all, err
}

// Asked returns the query with the argument that a JSON text represents.
func (q *Query[A, T]) Asked(argument []byte) (AnyQuestion, error) {
	var a A
	if err := json.Unmarshal(argument, &a); err != nil {
		return nil, fmt.Errorf("the argument of the fact %s: %w", q.Name(), err)
	}
	return q.With(a).(AnyQuestion), nil
}

// Declared returns the query without its argument.
func (q question[A, T]) Declared() AnyQuery { return q.Query }

// From returns the answer from those of other questions, and false if they do not cover it.
func (q question[A, T]) From(known map[AnyQuestion]any) (any, bool) {
	if answer, ok := known[q]; ok {
		return answer, true
	}
	argument, err := q.decodeArgument()
	if err != nil || q.captured.Answer == nil {
		return nil, false
	}
	var answers []Answered[A, T]
	for other, answer := range known {
		asked, ok := other.(question[A, T])
		value, typed := answer.(T)
		if !ok || !typed || asked.declared() != q.declared() {
			continue
		}
		a, err := asked.decodeArgument()
		if err != nil {
			return nil, false
		}
		answers = append(answers, Answered[A, T]{a, value})
	}
	return q.captured.Answer(argument, answers)
}
