package datasource

import (
	"context"

	"github.com/dbprecheck/precheck/datasource/message"
)

// Snapshot is a Reader over values in memory: the value of each fact, or the error that reading it returns.
// The answer of a Query is stored under its argument (Query.With), or under the Query itself as the answer
// for every argument.
type Snapshot map[AnyFact]any

// Read returns the value that the snapshot holds for fact.
func (s Snapshot) Read(_ context.Context, fact AnyFact) (any, error) {
	value, ok := s[fact]
	if !ok {
		value, ok = s[fact.declared()]
	}
	if !ok {
		return nil, notReadable(message.New("datasource.fact.not_in_snapshot", "fact", fact.String()))
	}
	if err, failed := value.(error); failed {
		return nil, err
	}
	return value, nil
}

// Close does nothing.
func (Snapshot) Close() error { return nil }
