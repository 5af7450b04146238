package catalogue_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// corpusObject is an object of the corpus.
type corpusObject struct {
	kind, schema, name string
	err                error             // the destination's refusal
	failures           map[string]string // the rules that fail for it, with a message of each
}

func (o *corpusObject) String() string { return o.kind + " " + o.schema + "." + o.name }

// The objects of testdata/corpus are created on a source and then, as the source shows them, on a destination.
// precheck must report a failure for each object that the destination refuses, and for no other one.
func TestCorpus(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		files, order := corpusOf(t, source.Product)
		run := strings.ToLower(rand.Text()[:8]) + "_"
		from, to := corpusConn(t, source), corpusConn(t, dest)
		var objects []*corpusObject
		task := checks.Selection{Mode: checks.Specific}
		for _, app := range order {
			schema := run + app
			task.Databases = append(task.Databases, checks.SelectedDatabase{Name: schema})
			for _, conn := range []*sql.Conn{from, to} {
				corpusExec(t, conn, "CREATE DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
			}
			t.Cleanup(func() {
				source.Exec(t, "DROP DATABASE "+schema)
				dest.Exec(t, "DROP DATABASE "+schema)
			})
			objects = append(objects, createCorpus(t, from, schema, files[app])...)
		}

		report := precheckCorpus(t, checktest.Real{Source: checktest.Endpoint{Server: source},
			Dest: checktest.Endpoint{Server: dest}, Selection: &task, Settings: checks.Settings{Routines: true}})
		failures := corpusFailures(report)
		for _, o := range objects {
			if err := recreate(t, from, to, o); err != nil {
				o.err = err
			}
			o.failures = failures[o.schema+"."+o.name]
		}
		judgeCorpus(t, objects)
	})
}

// corpusOf returns the statements of the corpus for a product, by application, and the applications in order. The
// file app.sql is for both products, app.mariadb.sql and app.mysql.sql are for one.
func corpusOf(t *testing.T, product dbtest.Product) (statements map[string][]string, order []string) {
	t.Helper()
	names, err := filepath.Glob("../../testdata/corpus/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	// The common file of an application comes first.
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Compare(strings.TrimSuffix(a, ".sql"), strings.TrimSuffix(b, ".sql"))
	})
	statements = map[string][]string{}
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
	return statements, slices.Sorted(maps.Keys(statements))
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
	return append(statements, current.String())
}

func corpusConn(t *testing.T, s *dbtest.Server) *sql.Conn {
	t.Helper()
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	corpusExec(t, conn, "SET NAMES utf8mb4")
	return conn
}

func corpusExec(t *testing.T, conn *sql.Conn, statement string) {
	t.Helper()
	if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
		t.Fatalf("%v in: %.300s", err, statement)
	}
}

// created finds what a statement creates.
var created = regexp.MustCompile("(?s)^CREATE (?:ALGORITHM ?= ?\\w+ |DEFINER ?= ?\\S+ |SQL SECURITY \\w+ )*" +
	"(TABLE|VIEW|SEQUENCE|TRIGGER|PROCEDURE|FUNCTION|EVENT) (?:`((?:[^`]|``)+)`|([^ (`]+))")

// createCorpus executes the statements in a schema of the source, each with the session of a new connection and what
// the SET statements of the script change. It returns the objects that they create.
func createCorpus(t *testing.T, conn *sql.Conn, schema string, statements []string) []*corpusObject {
	t.Helper()
	corpusExec(t, conn, "USE "+schema)
	var objects []*corpusObject
	for _, statement := range statements {
		if statement == "" {
			continue
		}
		if _, err := conn.ExecContext(t.Context(), statement); err != nil {
			t.Errorf("%s: %v in: %.300s", schema, err, statement)
			continue
		}
		if m := created.FindStringSubmatch(statement); m != nil {
			name := strings.ReplaceAll(m[2], "``", "`") + m[3]
			objects = append(objects, &corpusObject{kind: m[1], schema: schema, name: name})
		} else if strings.HasPrefix(statement, "CREATE") && !strings.Contains(statement, " INDEX ") {
			t.Errorf("%s: what does this create? %.300s", schema, statement)
		}
	}
	corpusExec(t, conn, "SET SESSION sql_mode = DEFAULT, foreign_key_checks = DEFAULT")
	return objects
}

// recreate creates an object on the destination as the source shows it, and returns the destination's error.
func recreate(t *testing.T, from, to *sql.Conn, o *corpusObject) error {
	t.Helper()
	corpusExec(t, from, "USE "+o.schema)
	corpusExec(t, to, "USE "+o.schema)
	definition := showCreate(t, from, o)
	_, err := to.ExecContext(t.Context(), definition)
	return err
}

// showCreate returns what the source shows as the definition of an object. The source must be in its schema.
func showCreate(t *testing.T, conn *sql.Conn, o *corpusObject) string {
	t.Helper()
	name := "`" + strings.ReplaceAll(o.name, "`", "``") + "`"
	rows, err := conn.QueryContext(t.Context(), "SHOW CREATE "+o.kind+" "+name)
	if err != nil {
		t.Fatalf("%s: %v", o, err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		t.Fatalf("%s is not shown: %v", o, err)
	}
	var definition string
	into := make([]any, len(columns))
	for i, column := range columns {
		into[i] = new(sql.RawBytes)
		if strings.HasPrefix(column, "Create ") || column == "SQL Original Statement" {
			into[i] = &definition
		}
	}
	if err := rows.Scan(into...); err != nil {
		t.Fatalf("%s: %v", o, err)
	}
	return definition
}

// precheckCorpus runs all checks of a migration of structure and data.
func precheckCorpus(t *testing.T, task checktest.Real) *engine.Report {
	t.Helper()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task.Task(checks.Schema|checks.Full))
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// corpusFailures returns the failures of a report by object, as schema.object, and then by rule.
func corpusFailures(report *engine.Report) map[string]map[string]string {
	failures := map[string]map[string]string{}
	for _, res := range report.Results {
		for _, f := range res.Findings {
			if f.Level != checks.Fail {
				continue
			}
			object := f.Object.Schema + "." + cmp.Or(f.Object.Table, f.Object.Name)
			if f.Object.Kind == "TRIGGER" {
				object = f.Object.Schema + "." + f.Object.Name
			}
			if failures[object] == nil {
				failures[object] = map[string]string{}
			}
			failures[object][res.Item.Check.Type+" "+f.Rule] = f.Message
		}
	}
	return failures
}

// judgeCorpus compares the failures with the refusals.
func judgeCorpus(t *testing.T, objects []*corpusObject) {
	t.Helper()
	refused := 0
	for _, o := range objects {
		if o.err != nil {
			refused++
		}
		switch {
		case o.err != nil && len(o.failures) == 0:
			t.Errorf("%s is refused, and nothing fails: %v", o, o.err)
		case o.err == nil && len(o.failures) > 0:
			t.Errorf("%s is accepted, but fails: %v", o, o.failures)
		}
	}
	t.Logf("%d objects, %d refused", len(objects), refused)
	if len(objects) < 300 || refused < len(objects)/20 || refused > len(objects)/5 {
		t.Errorf("%d of %d objects are refused", refused, len(objects))
	}
	_ = fmt.Sprint()
}
