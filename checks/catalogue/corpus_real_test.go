package catalogue_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
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
	failures           []string // of precheck
	refused            error    // the destination's error
}

func (o corpusObject) String() string { return o.kind + " " + o.schema + "." + o.name }

// The objects of testdata/corpus are created on a source and then, as the source shows them, on a destination.
// precheck must report a failure for each object that the destination refuses, and for no other one.
func TestCorpus(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		files := corpusOf(t, source.Product)
		run := strings.ToLower(rand.Text()[:8]) + "_"
		from, to := corpusConn(t, source), corpusConn(t, dest)
		task := checks.Selection{Mode: checks.Specific}
		var objects []*corpusObject
		for _, app := range slices.Sorted(maps.Keys(files)) {
			schema := run + app
			task.Databases = append(task.Databases, checks.SelectedDatabase{Name: schema})
			t.Cleanup(func() {
				source.Exec(t, "DROP DATABASE IF EXISTS "+schema)
				dest.Exec(t, "DROP DATABASE IF EXISTS "+schema)
			})
			for _, conn := range []*sql.Conn{from, to} {
				corpusExec(t, conn, "CREATE DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
			}
			objects = append(objects, createCorpus(t, from, schema, files[app])...)
		}
		failures := failuresOf(t, checktest.Real{Source: checktest.Endpoint{Server: source},
			Dest: checktest.Endpoint{Server: dest}, Selection: &task, Settings: checks.Settings{Routines: true}})
		refused := 0
		for _, o := range objects {
			o.failures = failures[o.schema+"."+o.name]
			if o.refused = recreate(t, from, to, o); o.refused != nil {
				refused++
			}
			switch {
			case o.refused != nil && o.failures == nil:
				t.Errorf("%s is refused without a failure: %v", o, o.refused)
			case o.refused == nil && o.failures != nil:
				t.Errorf("%s is accepted with failures: %q", o, o.failures)
			}
		}
		t.Logf("%d objects, of which the destination refuses %d", len(objects), refused)
		if len(objects) < 300 || refused < 40 || refused > len(objects)/5 {
			t.Errorf("the destination refuses %d of %d objects, want 40 to 20 %% of ≥ 300", refused, len(objects))
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

// created finds what a statement creates.
var created = regexp.MustCompile("^CREATE (?:ALGORITHM=\\w+ |SQL SECURITY \\w+ )*" +
	"(TABLE|VIEW|SEQUENCE|TRIGGER|PROCEDURE|FUNCTION) (?:`((?:[^`]|``)+)`|([^ (`]+))")

// createCorpus executes the statements in a schema of the source and returns the objects that they create.
func createCorpus(t *testing.T, conn *sql.Conn, schema string, statements []string) []*corpusObject {
	t.Helper()
	corpusExec(t, conn, "USE "+schema)
	var objects []*corpusObject
	for _, statement := range statements {
		corpusExec(t, conn, statement)
		if m := created.FindStringSubmatch(statement); m != nil {
			name := strings.ReplaceAll(m[2], "``", "`") + m[3]
			objects = append(objects, &corpusObject{kind: m[1], schema: schema, name: name})
		} else if !strings.HasPrefix(statement, "SET ") {
			t.Errorf("%s: unknown kind of statement: %.300s", schema, statement)
		}
	}
	return objects
}

// recreate creates an object on the destination as the source shows it, a trigger or routine with the settings of its
// creation, as a dump does, and returns the destination's error.
func recreate(t *testing.T, from, to *sql.Conn, o *corpusObject) error {
	t.Helper()
	corpusExec(t, from, "USE "+o.schema)
	shown := showCreate(t, from, o)
	corpusExec(t, to, "USE "+o.schema)
	statements := []string{shown[strings.ToLower("Create "+o.kind)]}
	if o.kind == "TRIGGER" {
		statements[0] = shown["sql original statement"]
	}
	if collation := shown["collation_connection"]; o.kind != "TABLE" && o.kind != "VIEW" && o.kind != "SEQUENCE" {
		defer corpusExec(t, to, "SET SESSION sql_mode = DEFAULT, collation_connection = utf8mb4_general_ci")
		statements = append([]string{"SET SESSION sql_mode = '" + shown["sql_mode"] + "'",
			"SET SESSION collation_connection = " + collation}, statements...)
	}
	for _, statement := range statements {
		if _, err := to.ExecContext(t.Context(), statement); err != nil {
			return err
		}
	}
	return nil
}

// showCreate returns what the source shows of the definition of an object, by column in lower case. The source must be
// in its schema.
func showCreate(t *testing.T, conn *sql.Conn, o *corpusObject) map[string]string {
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
	texts := make([]sql.NullString, len(columns))
	into := make([]any, len(columns))
	for i := range texts {
		into[i] = &texts[i]
	}
	if err := rows.Scan(into...); err != nil {
		t.Fatalf("%s: %v", o, err)
	}
	shown := map[string]string{}
	for i, column := range columns {
		shown[strings.ToLower(column)] = texts[i].String
	}
	if o.kind == "SEQUENCE" {
		shown["create sequence"] = shown["create table"]
	}
	return shown
}

// failuresOf runs all checks of a migration of structure and data. It returns the failures by schema and object.
func failuresOf(t *testing.T, task checktest.Real) map[string][]string {
	t.Helper()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task.Task(checks.Schema|checks.Full))
	if err != nil {
		t.Fatal(err)
	}
	failures := map[string][]string{}
	for _, res := range report.Results {
		for _, f := range res.Findings {
			if f.Level != checks.Fail {
				continue
			}
			name := cmp.Or(f.Object.Table, f.Object.Name)
			if f.Object.Kind == "TRIGGER" {
				name = f.Object.Name
			}
			object := f.Object.Schema + "." + name
			failures[object] = append(failures[object], res.Item.Check.Type+" "+f.Rule+": "+f.Message)
		}
	}
	return failures
}
