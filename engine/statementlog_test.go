package engine_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
)

// stating is a database that reports a statement for each fact.
type stating struct{ datasource.Snapshot }

func (r stating) Read(ctx context.Context, f datasource.AnyFact) (any, error) {
	ended := datasource.Statement(ctx, "SELECT '"+f.Name()+strings.Repeat("x", 10_000)+"'")
	value, err := r.Snapshot.Read(ctx, f)
	ended(7, err)
	return value, err
}

// At level debug, each statement is logged with its side, check, time and rows, and the start of a long text; at other
// levels none.
func TestStatementsAreLogged(t *testing.T) {
	t.Parallel()
	for level, want := range map[slog.Level]bool{slog.LevelDebug: true, slog.LevelInfo: false} {
		var out bytes.Buffer
		e, err := engine.New(engine.WithOnly("RDB_SCHEMA_EXIST"),
			engine.WithLogger(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level}))),
			engine.WithOpener(func(datasource.Endpoint, datasource.Scope) (datasource.Reader, error) {
				return stating{shop()}, nil
			}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Run(t.Context(), exampleTask); err != nil {
			t.Fatal(err)
		}
		found := false
		for line := range strings.Lines(out.String()) {
			if len(line) > 6000 {
				t.Errorf("a line of %d bytes", len(line))
			}
			if strings.Contains(line, "msg=statement side=SOURCE") &&
				strings.Contains(line, "check=RDB_SCHEMA_EXIST") && strings.Contains(line, " rows=7 ") &&
				strings.Contains(line, "SELECT 'schemas") {
				found = true
			}
		}
		if found != want {
			t.Errorf("level %s: %s", level, out.String())
		}
	}
}
