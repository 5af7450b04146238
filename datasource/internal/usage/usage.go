// Package usage counts the statements that a reader runs.
package usage

import (
	"context"
	"maps"
	"sync"

	"github.com/dbprecheck/precheck/datasource"
)

// Statements counts statements by the caller of their context. The zero value is ready to use.
type Statements struct {
	mu     sync.Mutex
	counts map[string]int
}

// Count adds a statement that runs under ctx.
func (s *Statements) Count(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.counts == nil {
		s.counts = map[string]int{}
	}
	s.counts[datasource.Caller(ctx)]++
}

// Counts returns the number of statements of each caller so far.
func (s *Statements) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := maps.Clone(s.counts)
	if counts == nil {
		counts = map[string]int{}
	}
	return counts
}
