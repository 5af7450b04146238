package probe_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/internal/probe"
)

// However many tables there are, the statements are few, and the tables beyond them are not probed.
func TestStatementsAreBounded(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ tables, statements, notProbed int }{
		{0, 0, 0}, {1, 1, 0}, {25, 1, 0}, {26, 2, 0}, {100, 4, 0}, {101, 4, 0}, {400, 4, 0}, {401, 5, 0},
		{10_000, 100, 0}, {25_000, 250, 0}, {25_001, 248, 0}, {250_000, 250, 0}, {250_001, 250, 1},
		{300_000, 250, 50_000},
	} {
		tables := make([]datasource.TableName, tc.tables)
		for i := range tables {
			tables[i] = datasource.TableName{Schema: "s", Name: fmt.Sprintf("t%06d", i)}
		}
		var statements, probes atomic.Int64
		ask := func(_ context.Context, chunk []datasource.TableName, filled func(int) error) error {
			statements.Add(1)
			probes.Add(int64(len(chunk)))
			return filled(0) // the first of each statement
		}
		got, err := probe.Filled(t.Context(), tables, 1000, 4, ask)
		if err != nil || int(statements.Load()) != tc.statements || int(probes.Load()) != tc.tables-tc.notProbed ||
			len(got.NotProbed) != tc.notProbed || len(got.Filled) != tc.statements ||
			!slices.IsSortedFunc(got.Filled, datasource.TableName.Compare) {
			t.Errorf("%d tables: %d statements, %d probes, %d filled, %d not probed, %v",
				tc.tables, statements.Load(), probes.Load(), len(got.Filled), len(got.NotProbed), err)
		}
		if tc.statements > 0 && got.Filled[0] != tables[0] {
			t.Errorf("%d tables: got %s in place of the first", tc.tables, got.Filled[0])
		}
	}
}

func TestUnexpectedIndexIsAnError(t *testing.T) {
	t.Parallel()
	one := []datasource.TableName{{Schema: "s", Name: "t"}}
	for _, index := range []int{1, -1} {
		ask := func(_ context.Context, _ []datasource.TableName, filled func(int) error) error { return filled(index) }
		if _, err := probe.Filled(t.Context(), one, 1, 1, ask); err == nil {
			t.Errorf("index %d: no error", index)
		}
	}
	lost := errors.New("lost")
	ask := func(context.Context, []datasource.TableName, func(int) error) error { return lost }
	if _, err := probe.Filled(t.Context(), one, 1, 1, ask); !errors.Is(err, lost) {
		t.Errorf("got %v", err)
	}
}
