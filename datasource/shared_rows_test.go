package datasource_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
)

// Rows that tables share are those that each would have for itself, in whatever order they come.
func TestSharedRows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 0))
		var own datasource.TableRowsBuilder[int]
		var shared datasource.SharedRowsBuilder[int]
		for i := range 1500 {
			name := datasource.TableName{Schema: "s", Name: fmt.Sprint("t", i)}
			if random.IntN(50) == 0 { // its rows come in two parts
				name.Name = fmt.Sprint("t", random.IntN(i+1))
			}
			kind, rows := random.IntN(5), random.IntN(12)
			if random.IntN(1000) == 0 {
				rows = 9000
			}
			for n := range rows {
				own.Add(name, kind*n%7)
				shared.Add(name, kind*n%7)
			}
		}
		want, got := own.Build(cmp.Compare[int]), shared.Build(cmp.Compare[int])
		if diff := gocmp.Diff(rowsOf(want), rowsOf(got)); diff != "" {
			t.Fatalf("seed %d (-own +shared):\n%s", seed, diff)
		}
		double := func(rows []int) (all []string) {
			for _, row := range rows {
				all = append(all, fmt.Sprint(row), "x")
			}
			return all
		}
		if diff := gocmp.Diff(rowsOf(datasource.ConvertRows(want, double)),
			rowsOf(datasource.ConvertRows(got, double))); diff != "" {
			t.Fatalf("seed %d, converted (-own +shared):\n%s", seed, diff)
		}
	}
}

// Tables with equal rows have the same ones.
func TestEqualRowsAreShared(t *testing.T) {
	t.Parallel()
	var b datasource.SharedRowsBuilder[string]
	for i := range 3 {
		name := datasource.TableName{Schema: "s", Name: fmt.Sprint("t", i)}
		b.Add(name, "id")
		b.Add(name, []string{"a", "b", "a"}[i])
	}
	rows := b.Build(nil)
	converted := datasource.ConvertRows(rows, func(rows []string) []int { return make([]int, len(rows)) })
	of := func(i int) datasource.TableName { return datasource.TableName{Schema: "s", Name: fmt.Sprint("t", i)} }
	if &rows.Of(of(0))[0] != &rows.Of(of(2))[0] || &converted.Of(of(0))[0] != &converted.Of(of(2))[0] {
		t.Error("two tables with equal rows hold them twice")
	}
	if &rows.Of(of(0))[0] == &rows.Of(of(1))[0] || &converted.Of(of(0))[0] == &converted.Of(of(1))[0] {
		t.Error("two tables with other rows share them")
	}
}

func rowsOf[T any](rows datasource.TableRows[T]) map[datasource.TableName][]T {
	all := map[datasource.TableName][]T{}
	for name, own := range rows.All() {
		all[name] = own
	}
	return all
}
