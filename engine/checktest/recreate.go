package checktest

import (
	"context"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// Recreate runs the source's own definition of a TABLE, VIEW, SEQUENCE, TRIGGER, PROCEDURE, FUNCTION or EVENT in the
// schema of the destination, as a tool that copies definitions does, and returns the destination's error.
func Recreate(t testing.TB, task Real, kind, name string) error {
	t.Helper()
	to, err := task.Dest.Server.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = to.Close() }()
	for _, statement := range []string{"SET NAMES utf8mb4", "USE `" + task.Dest.Schema + "`",
		Definition(t, task.Source.Server, task.Source.Schema, kind, name)} {
		if _, err = to.ExecContext(t.Context(), statement); err != nil {
			return err
		}
	}
	return nil
}

// Definition returns what SHOW CREATE shows of an object, without the name of its own schema.
func Definition(t testing.TB, s *dbtest.Server, schema, kind, name string) string {
	t.Helper()
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), "SET NAMES utf8mb4"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(t.Context(), "USE `"+schema+"`"); err != nil {
		t.Fatal(err)
	}
	rows, err := conn.QueryContext(context.WithoutCancel(t.Context()), "SHOW CREATE "+kind+" `"+name+"`")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		t.Fatalf("SHOW CREATE %s %s returns no row: %v", kind, name, err)
	}
	texts := make([]*string, len(columns))
	into := make([]any, len(columns))
	for i := range texts {
		into[i] = &texts[i]
	}
	if err := rows.Scan(into...); err != nil {
		t.Fatal(err)
	}
	at := map[string]int{"TABLE": 1, "VIEW": 1, "SEQUENCE": 1, "EVENT": 3}[kind]
	if at == 0 {
		at = 2 // after the name and sql_mode
	}
	if texts[at] == nil {
		t.Fatalf("the definition of %s %s is hidden", kind, name)
	}
	return *texts[at]
}
