package datasource_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

// However many tables there are, the statements are few, and what is beyond them is not looked into.
func TestProbeIsBounded(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ tables, statements, unlooked int }{
		{0, 0, 0}, {1, 1, 0}, {200, 1, 0}, {201, 2, 0}, {5000, 25, 0}, {5001, 25, 0}, {25_000, 25, 0}, {25_001, 25, 1}, {100_000, 25, 75_000},
	} {
		tables := make([]datasource.TableName, tc.tables)
		for i := range tables {
			tables[i] = datasource.TableName{Schema: "s", Name: fmt.Sprint("t", i)}
		}
		statements, probes := 0, 0
		got, err := datasource.Probe{
			Most:  1000,
			Quote: datasource.TableName.String,
			Ask: func(_ context.Context, query string, each func(string) error) error {
				statements++
				probes += strings.Count(query, "EXISTS")
				return each("0") // the first of each statement
			},
		}.Filled(t.Context(), tables)
		if err != nil || statements != tc.statements || probes != tc.tables-tc.unlooked || len(got.Unlooked) != tc.unlooked || len(got.Filled) != statements {
			t.Errorf("%d tables: %d statements, %d probes, %d filled, %d not looked into, %v", tc.tables, statements, probes, len(got.Filled), len(got.Unlooked), err)
		}
		if statements > 0 && got.Filled[0] != tables[0] {
			t.Errorf("%d tables: the first is taken for %s", tc.tables, got.Filled[0])
		}
	}
}

func TestProbeRefusesWhatItDidNotAskFor(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"1", "-1", "", "x"} {
		_, err := datasource.Probe{Most: 1, Quote: datasource.TableName.String, Ask: func(_ context.Context, _ string, each func(string) error) error { return each(cell) }}.
			Filled(t.Context(), []datasource.TableName{{Schema: "s", Name: "t"}})
		if err == nil {
			t.Errorf("the answer %q is taken for a table", cell)
		}
	}
	lost := errors.New("lost")
	_, err := datasource.Probe{Most: 1, Quote: datasource.TableName.String, Ask: func(context.Context, string, func(string) error) error { return lost }}.
		Filled(t.Context(), []datasource.TableName{{Schema: "s", Name: "t"}})
	if !errors.Is(err, lost) {
		t.Errorf("the error is %v", err)
	}
}
