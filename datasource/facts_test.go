package datasource_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource"
)

// reader returns the values of its function, and counts the reads.
type reader struct {
	reads atomic.Int32
	read  func(context.Context) (any, error)
}

func (r *reader) Read(ctx context.Context, _ datasource.AnyFact) (any, error) {
	r.reads.Add(1)
	return r.read(ctx)
}

func (*reader) Close() error { return nil }

func TestFactIsReadOnceForAll(t *testing.T) {
	t.Parallel()
	r := &reader{read: func(context.Context) (any, error) { return datasource.Variables{"a": "1"}, nil }}
	facts := datasource.NewFacts(t.Context(), r)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			v, err := datasource.FactVariables.Of(t.Context(), facts)
			if err != nil || v["a"] != "1" {
				t.Errorf("got %v, %v", v, err)
			}
		})
	}
	wg.Wait()
	if n := r.reads.Load(); n != 1 {
		t.Errorf("the fact was read %d times", n)
	}
}

// Facts that are read ahead are read at the same time, once, and only if they are declared. Their errors are those of
// who needs them.
func TestFactsAreReadAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		lost := errors.New("lost")
		r := &reader{read: func(context.Context) (any, error) { time.Sleep(time.Second); return nil, lost }}
		all := datasource.NewFacts(t.Context(), r)
		facts := all.Only(datasource.FactVariables, datasource.FactServer)
		started := time.Now()
		facts.Ahead(t.Context(), datasource.FactVariables, datasource.FactServer, datasource.FactTables)
		synctest.Wait()
		if n := r.reads.Load(); n != 2 || time.Since(started) != 0 {
			t.Errorf("%d facts are being read after %s, want 2 at once", n, time.Since(started))
		}
		_, variables := datasource.FactVariables.Of(t.Context(), facts)
		_, server := datasource.FactServer.Of(t.Context(), facts)
		if !errors.Is(variables, lost) || !errors.Is(server, lost) || time.Since(started) != time.Second {
			t.Errorf("after %s: %v, %v", time.Since(started), variables, server)
		}
		if len(facts.Refused()) > 0 {
			t.Errorf("refused %v", facts.Refused())
		}
		all.Stop(t.Context())
		all.Ahead(t.Context(), datasource.FactTables)
		if n := r.reads.Load(); n != 2 {
			t.Errorf("%d facts were read", n)
		}
	})
}

// Each argument of a query has its own answer, regardless of the caller.
func TestAnswersOfAQueryAreKeptByArgument(t *testing.T) {
	t.Parallel()
	a, b := datasource.TableName{Schema: "shop", Name: "a"}, datasource.TableName{Schema: "shop", Name: "b"}
	snapshot := datasource.Snapshot{
		datasource.FactFilledTables.With([]datasource.TableName{a}): datasource.FilledTables{
			Filled: []datasource.TableName{a},
		},
		datasource.FactFilledTables.With([]datasource.TableName{b}): datasource.FilledTables{},
		datasource.FactFilledTables.With([]datasource.TableName{a, b}): datasource.FilledTables{
			NotProbed: []datasource.TableName{b},
		},
	}
	facts := datasource.NewFacts(t.Context(), snapshot)
	for _, tc := range []struct {
		tables []datasource.TableName
		want   datasource.FilledTables
	}{
		{[]datasource.TableName{a}, datasource.FilledTables{Filled: []datasource.TableName{a}}},
		{[]datasource.TableName{b}, datasource.FilledTables{}},
		{[]datasource.TableName{a, b}, datasource.FilledTables{NotProbed: []datasource.TableName{b}}},
	} {
		got, err := datasource.FactFilledTables.Of(t.Context(), facts, tc.tables)
		if diff := cmp.Diff(tc.want, got); err != nil || diff != "" {
			t.Errorf("%v: %v (-want +got):\n%s", tc.tables, err, diff)
		}
	}
	if _, err := datasource.FactFilledTables.Of(t.Context(), facts, nil); err == nil {
		t.Error("an argument that the snapshot does not hold has an answer")
	}
	snapshot[datasource.FactFilledTables] = datasource.FilledTables{Filled: []datasource.TableName{b}}
	facts = datasource.NewFacts(t.Context(), snapshot)
	if got, err := datasource.FactFilledTables.Of(t.Context(), facts, nil); err != nil || len(got.Filled) != 1 {
		t.Errorf("the answer for every argument: %v, %v", got, err)
	}
}

func TestOnlyAllowsDeclaredFacts(t *testing.T) {
	t.Parallel()
	r := &reader{read: func(context.Context) (any, error) { return datasource.Variables{"a": "1"}, nil }}
	facts := datasource.NewFacts(t.Context(), r)
	view := facts.Only(datasource.FactVariables, datasource.FactFilledTables)
	for _, f := range []*datasource.Facts{view, facts, view} {
		if v, err := datasource.FactVariables.Of(t.Context(), f); err != nil || v["a"] != "1" {
			t.Errorf("got %v, %v", v, err)
		}
	}
	if n := r.reads.Load(); n != 1 {
		t.Errorf("the fact was read %d times for the view and the facts", n)
	}
	_, err := datasource.FactColumns.Of(t.Context(), view)
	if !errors.Is(err, datasource.ErrUndeclared) || !strings.Contains(err.Error(), "columns") {
		t.Errorf("a fact that is not declared: %v", err)
	}
	if _, err := datasource.FactFilledTables.Of(t.Context(), view, nil); errors.Is(err, datasource.ErrUndeclared) {
		t.Errorf("a declared query with an argument: %v", err)
	}
	_, err = datasource.FactColumns.Of(t.Context(), view.Only(datasource.FactColumns))
	if !errors.Is(err, datasource.ErrUndeclared) {
		t.Errorf("a view of a view allows what the view does not: %v", err)
	}
	if r.reads.Load() > 2 {
		t.Error("a fact that is not declared was read")
	}
}

// After Stop no read starts; one that runs is waited for.
func TestStopWaitsForReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &reader{read: func(context.Context) (any, error) {
			time.Sleep(time.Minute)
			return datasource.Variables{}, nil
		}}
		facts := datasource.NewFacts(t.Context(), r)
		go func() { _, _ = datasource.FactVariables.Of(t.Context(), facts) }()
		synctest.Wait()
		began := time.Now()
		facts.Stop(t.Context())
		if waited := time.Since(began); waited != time.Minute {
			t.Errorf("Stop returned after %s", waited)
		}
		if _, err := datasource.FactVariables.Of(t.Context(), facts); err != nil {
			t.Errorf("what was read before: %v", err)
		}
		if _, err := datasource.FactServer.Of(t.Context(), facts); err == nil || r.reads.Load() != 1 {
			t.Errorf("a read started after Stop: %v", err)
		}
	})
}

func TestWrongTypeAndPanicAreErrors(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]func(context.Context) (any, error){
		"wrong type": func(context.Context) (any, error) { return 42, nil },
		"panic":      func(context.Context) (any, error) { panic("boom") },
	} {
		facts := datasource.NewFacts(t.Context(), &reader{read: read})
		if _, err := datasource.FactVariables.Of(t.Context(), facts); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestSnapshotErrors(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	facts := datasource.NewFacts(t.Context(), datasource.Snapshot{
		datasource.FactVariables: refused, datasource.FactServer: "MySQL"})
	if _, err := datasource.FactVariables.Of(t.Context(), facts); !errors.Is(err, refused) {
		t.Errorf("got %v, expected the error that the snapshot holds", err)
	}
	if _, err := datasource.FactSchemas.Of(t.Context(), facts); datasource.ClassOf(err) != datasource.ErrUnsupported {
		t.Errorf("a fact that the snapshot does not hold: %v", err)
	}
	_, err := datasource.FactServer.Of(t.Context(), facts)
	if want := "the value of the fact server is a string, must be a datasource.Server"; err == nil ||
		err.Error() != want {
		t.Errorf("a value of another type: got %v, expected %s", err, want)
	}
}
