package usage_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/usage"
)

func TestStatementsAreCountedByCaller(t *testing.T) {
	t.Parallel()
	var s usage.Statements
	if got := s.Counts(); got == nil || len(got) != 0 {
		t.Errorf("got %v before the first statement", got)
	}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() { s.Count(datasource.WithCaller(t.Context(), "RDB_CONNECT")) })
	}
	wg.Wait()
	s.Count(t.Context())
	got := s.Counts()
	if diff := cmp.Diff(map[string]int{"RDB_CONNECT": 10, "": 1}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	got["RDB_CONNECT"] = 0
	if s.Counts()["RDB_CONNECT"] != 10 {
		t.Error("a change of what Counts returned changes the counts")
	}
}
