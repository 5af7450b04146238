package engine_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// asked is a database that keeps how it can ask for selected tables.
type asked struct {
	datasource.Snapshot
	selected datasource.Selected
}

func (a *asked) Select(selected datasource.Selected) { a.selected = selected }

// A check that the embedding program adds gets the facts that it reads of all tables, from the side that it reads.
func TestAddedChecksGetAllTables(t *testing.T) {
	t.Parallel()
	var tables []datasource.TableName
	for i := range 3 {
		tables = append(tables, datasource.TableName{Schema: "shop", Name: fmt.Sprintf("t%06d", i)})
	}
	var mu sync.Mutex
	sides := map[string]*asked{}
	added := check("TEST_ADDED", func(ctx context.Context, p *checks.Pass) error {
		mu.Lock()
		defer mu.Unlock()
		for host, few := range map[string]bool{"a": false, "b": true} {
			got, ok := sides[host].selected(ctx, datasource.FactColumns)
			if ok != few || ok && !slices.Equal(got, tables) {
				t.Errorf("columns of %s: %v of %v", host, ok, got)
			}
		}
		if got, ok := sides["a"].selected(ctx, datasource.FactIndexes); !ok || !slices.Equal(got, tables) {
			t.Errorf("indexes: %v of %v", ok, got)
		}
		return nil
	})
	added.Reads = checks.Reads{Source: checks.Facts{datasource.FactColumns}, Mapping: true}
	e, err := engine.New(engine.WithChecks(added), engine.WithOnly(added.Type, "RDB_TABLE_CONFLICT"),
		engine.WithOpener(func(at datasource.Endpoint, _ datasource.Scope) (datasource.Reader, error) {
			mu.Lock()
			defer mu.Unlock()
			sides[at.Host] = &asked{Snapshot: large(checktest.MariaDB1011, 100)}
			return sides[at.Host], nil
		}))
	if err != nil {
		t.Fatal(err)
	}
	few := task()
	for _, t := range tables {
		few.Objects.Databases[0].Tables = append(few.Objects.Databases[0].Tables, checks.SelectedTable{Name: t.Name})
	}
	report, err := e.Run(t.Context(), few)
	if err != nil {
		t.Fatal(err)
	}
	if got := last(report); got.Item.Check != added || got.Outcome != engine.Passed {
		t.Errorf("%s: %s, %v", got.Item.Check.Type, got.Outcome, got.Err)
	}
}
