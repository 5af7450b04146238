package catalogue_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// The objects of testdata/corpus are created on a source and then, as the source shows them, on a destination.
// precheck must report a failure for each object that the destination refuses, and for no other one.
func TestCorpus(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		files := corpusOf(t, source.Product)
		run := strings.ToLower(rand.Text()[:8]) + "_"
		from := corpusConn(t, source)
		selection := checks.Selection{Mode: checks.Specific}
		for _, app := range slices.Sorted(maps.Keys(files)) {
			schema := run + app
			selection.Databases = append(selection.Databases, checks.SelectedDatabase{Name: schema})
			t.Cleanup(func() {
				source.Exec(t, "DROP DATABASE IF EXISTS "+schema)
				dest.Exec(t, "DROP DATABASE IF EXISTS "+schema)
			})
			create := "CREATE DATABASE " + schema + " CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci"
			corpusExec(t, from, create)
			dest.Exec(t, create)
			for _, statement := range append([]string{"USE " + schema}, files[app]...) {
				corpusExec(t, from, statement)
			}
		}
		task := checktest.Real{Source: checktest.Endpoint{Server: source}, Dest: checktest.Endpoint{Server: dest},
			Selection: &selection, Settings: checks.Settings{Routines: true}}.Task(checks.Schema | checks.Full)
		rehearsed, err := rehearsal.Run(t.Context(), task,
			rehearsal.Options{On: rehearsal.Scratch, AllowWrites: true})
		if err != nil {
			t.Fatal(err)
		}
		outcomes := map[rehearsal.Outcome]int{}
		for _, o := range rehearsed.Objects {
			outcomes[o.Outcome]++
			// A source that cannot read its own table (MariaDB 11.8: 1267) does not show it.
			failed := func(f rehearsal.Reported) bool { return f.Level == checks.Fail }
			broken := o.Outcome == rehearsal.NotShown && slices.ContainsFunc(o.Reported, failed)
			if o.Verdict != rehearsal.Agreed && !broken {
				t.Errorf("%s: %s: %s, %v; the precheck reports %v", o, o.Verdict, o.Outcome, o.Err, o.Reported)
			}
		}
		count, refused := len(rehearsed.Objects), outcomes[rehearsal.Refused]
		t.Logf("%d objects: %v", count, outcomes)
		if count < 300 || refused < 40 || refused > count/5 {
			t.Errorf("the destination refuses %d of %d objects, want 40 to 20 %% of ≥ 300", refused, count)
		}
	})
}

// corpusOf returns the statements of the corpus for a product, by application. The file app.sql is for both products,
// app.mariadb.sql and app.mysql.sql are for one.
func corpusOf(t *testing.T, product dbtest.Product) map[string][]string {
	t.Helper()
	names, err := filepath.Glob("../../testdata/corpus/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	// The common file of an application comes first.
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Compare(strings.TrimSuffix(a, ".sql"), strings.TrimSuffix(b, ".sql"))
	})
	statements := map[string][]string{}
	for _, name := range names {
		app, only, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), ".sql"), ".")
		if only != "" && only != strings.ToLower(string(product)) {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		statements[app] = append(statements[app], splitStatements(string(text))...)
	}
	return statements
}

// splitStatements splits a script at lines that end with the delimiter, which DELIMITER changes as in the command-line
// clients. Lines that start with -- are comments.
func splitStatements(script string) []string {
	var statements []string
	var current strings.Builder
	delimiter := ";"
	for line := range strings.Lines(script) {
		text := strings.TrimRight(line, " \r\n")
		if d, ok := strings.CutPrefix(text, "DELIMITER "); ok {
			delimiter = d
			continue
		}
		if strings.HasPrefix(text, "--") || text == "" && current.Len() == 0 {
			continue
		}
		text, ends := strings.CutSuffix(text, delimiter)
		current.WriteString(text + "\n")
		if ends {
			statements = append(statements, strings.TrimSpace(current.String()))
			current.Reset()
		}
	}
	return statements
}

func corpusConn(t *testing.T, s *dbtest.Server) *sql.Conn {
	t.Helper()
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	names := "SET NAMES utf8mb4"
	if s.Product == dbtest.MariaDB { // of 11.8, too, whose default collation does not fit tables of older servers
		names += " COLLATE utf8mb4_general_ci"
	}
	corpusExec(t, conn, names)
	return conn
}

func corpusExec(t *testing.T, conn *sql.Conn, statement string) {
	t.Helper()
	if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%v in: %.300s", err, statement)
	}
}
