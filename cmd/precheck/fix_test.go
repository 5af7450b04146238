package main

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// hostileTable is a name and a comment that try to leave the script's comments and quotes.
const (
	hostileTable   = "a``b*/; DROP TABLE kept; -- '\\"
	hostileComment = `'*/\nDROP TABLE kept;\n-- '`
)

// The scripts that fix writes, run statement by statement by a plain client, make the items pass that they are for, and
// change no row.
func TestFixScripts(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		from, to dbtest.Product
		foreign  string   // a collation that the destination does not have
		plant    []string // more defects of the source
		fixed    []string
	}{
		{dbtest.MariaDB, dbtest.MySQL, "utf8mb4_unicode_nopad_ci",
			[]string{"CREATE TABLE typed (id INT PRIMARY KEY, a UUID NOT NULL, b INET6, c INET6)",
				"INSERT INTO typed VALUES (1, UUID(), '::1', NULL)"}, []string{"RDB_COLUMN_TYPE"}},
		{dbtest.MySQL, dbtest.MariaDB, "utf8mb4_ja_0900_as_cs",
			[]string{"CREATE TABLE parent (code VARCHAR(9) PRIMARY KEY) COLLATE utf8mb4_ja_0900_as_cs",
				"INSERT INTO parent VALUES ('a'), ('é')", "CREATE TABLE child (id INT PRIMARY KEY, code VARCHAR(9), " +
					"FOREIGN KEY (code) REFERENCES parent (code)) COLLATE utf8mb4_ja_0900_as_cs",
				"INSERT INTO child VALUES (1, 'a'), (2, 'é'), (3, NULL)",
				"CREATE TABLE hidden (id INT PRIMARY KEY, a INT INVISIBLE, b INT INVISIBLE)",
				"INSERT INTO hidden (id, a, b) VALUES (1, 2, 3)"}, []string{"RDB_INVISIBLE_COLUMN"}},
	} {
		t.Run(string(way.from)+" to "+string(way.to), func(t *testing.T) {
			t.Parallel()
			from, to := dbtest.Get(t, way.from), dbtest.Get(t, way.to)
			schema := from.Database(t)
			quoted := "`" + schema + "`."
			to.Exec(t, "CREATE DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")
			t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
			collate := " CHARACTER SET utf8mb4 COLLATE " + way.foreign
			client := plainClient(t, from)
			for _, statement := range append([]string{"USE `" + schema + "`",
				"ALTER DATABASE `" + schema + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
				"CREATE TABLE kept (id INT PRIMARY KEY, word VARCHAR(9))", "INSERT INTO kept VALUES (1, 'a')",
				"SET SESSION sql_mode = ''",
				"CREATE TABLE dated (d DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00', word VARCHAR(9) PRIMARY KEY)" +
					collate, "INSERT INTO dated (word) VALUES ('d')",
				"CREATE TABLE other (code VARCHAR(9) PRIMARY KEY)" + collate, "INSERT INTO other VALUES ('a'), ('é')",
				"CREATE TABLE isam (id INT PRIMARY KEY, word VARCHAR(9)) ENGINE = MyISAM COMMENT = " + hostileComment,
				"INSERT INTO isam VALUES (1, 'b')",
				"CREATE TABLE `" + hostileTable + "` (id INT PRIMARY KEY, a VARCHAR(9)) COMMENT = " + hostileComment +
					collate, "INSERT INTO `" + hostileTable + "` VALUES (1, 'c')"}, way.plant...) {
				if _, err := client.ExecContext(t.Context(), statement); err != nil {
					t.Fatalf("%s: %v", statement, err)
				}
			}
			fixed := append([]string{"MYSQL_STORAGE_ENGINE", "RDB_CHARSET"}, way.fixed...)
			path := pair(t, from, to, schema, "SCHEMA, FULL")
			if got := outcomes(t, path, fixed); slices.Contains(got, engine.Passed) {
				t.Fatalf("not all of %q are found: %q", fixed, got)
			}
			before, folder := rowsOf(t, from, schema), t.TempDir()
			status, _, stderr := command("fix", path, "--quiet", "--output", folder, "--side", "source")
			if status != exitPassed || !strings.Contains(stderr, "the scripts fix ") {
				t.Fatalf("status %d: %s", status, stderr)
			}
			script, err := os.ReadFile(filepath.Join(folder, "fix-source.sql"))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(script), "\nALTER TABLE "+quoted+"`typed`"); n > 1 {
				t.Errorf("%d statements for one table", n)
			}
			if strings.Contains(string(script), "\nDROP") {
				t.Errorf("a comment is outside of its line:\n%s", script)
			}
			fromResult(t, path, string(script))
			runScript(t, from, string(script))
			if diff := cmp.Diff(before, rowsOf(t, from, schema)); diff != "" {
				t.Errorf("the script changes rows (-before +after):\n%s", diff)
			}
			for i, got := range outcomes(t, path, fixed) {
				if got != engine.Passed {
					t.Errorf("after the script %s is %s\n%s", fixed[i], got, script)
				}
			}
		})
	}
}

// fromResult compares the script of a stored result of the format full with that of a run.
func fromResult(t *testing.T, path, want string) {
	t.Helper()
	folder := t.TempDir()
	result, script := filepath.Join(folder, "full.json"), filepath.Join(folder, "x.sql")
	status, _, stderr := command("run", path, "--quiet", "--format", "full", "--output", result)
	if status != exitFailed {
		t.Fatalf("status %d: %s", status, stderr)
	}
	status, _, stderr = command("fix", "--from", result, "--side", "source", "--output", script)
	if status != exitPassed {
		t.Fatalf("status %d: %s", status, stderr)
	}
	got, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("from a result (-run +stored):\n%s", diff)
	}
	var stdout string
	status, stdout, stderr = command("fix", "--from", result, "--side", "source", "--output", "-")
	if status != exitPassed || stdout != want {
		t.Errorf("to the standard output: status %d: %s", status, stderr)
	}
}

// The command line of fix is checked before anything is read.
func TestFixUsage(t *testing.T) {
	t.Parallel()
	broken := taskFile(t, "{}")
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"fix"}, "--from"},
		{[]string{"fix", "task.yaml", "--from", "x.json"}, "--from"},
		{[]string{"fix", "--from", broken}, broken},
		{[]string{"fix", "--from", "x.json", "--side", "left"}, "source, dest"},
		{[]string{"fix", "--from", filepath.Join(t.TempDir(), "none.json")}, "none.json"},
	} {
		status, stdout, stderr := command(tc.args...)
		if status != exitUsage || stdout != "" || !strings.Contains(stderr, tc.want) {
			t.Errorf("%q: status %d: %s", tc.args, status, stderr)
		}
	}
}

// plainClient returns a connection without the settings of any client.
func plainClient(t *testing.T, s *dbtest.Server) *sql.Conn {
	t.Helper()
	conn, err := s.DB(t).Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// runScript runs a script as it is. Each statement is a line, as each comment is.
func runScript(t *testing.T, s *dbtest.Server, script string) {
	t.Helper()
	client := plainClient(t, s)
	for line := range strings.SplitSeq(script, "\n") {
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		if _, err := client.ExecContext(t.Context(), strings.TrimSuffix(line, ";")); err != nil {
			t.Fatalf("%s: %v\n%s", line, err, script)
		}
	}
}

// outcomes returns the outcomes of checks of a task.
func outcomes(t *testing.T, path string, types []string) []engine.Outcome {
	t.Helper()
	_, stdout, stderr := command("run", path, "--quiet", "--format", "full", "--only", strings.Join(types, ","))
	all := make([]engine.Outcome, len(types))
	for _, item := range decodeFull(t, stdout).Items {
		if i := slices.Index(types, item.CheckType); i >= 0 {
			all[i] = item.Outcome
		}
	}
	if slices.Contains(all, "") {
		t.Fatalf("no result of %q: %s", types, stderr)
	}
	return all
}

// rowsOf returns the values of all rows of a schema, by table, as text.
func rowsOf(t *testing.T, s *dbtest.Server, schema string) map[string][]string {
	t.Helper()
	client, rows := plainClient(t, s), map[string][]string{}
	tables := firstColumn(t, client,
		"SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = '"+schema+"'")
	for _, table := range tables {
		quote := func(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
		columns := firstColumn(t, client, fmt.Sprintf("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE "+
			"TABLE_SCHEMA = '%s' AND TABLE_NAME = '%s' ORDER BY ORDINAL_POSITION", schema,
			strings.NewReplacer("'", "''", `\`, `\\`).Replace(table)))
		for i, c := range columns {
			columns[i] = "QUOTE(" + quote(c) + ")"
		}
		rows[table] = firstColumn(t, client, "SELECT CONCAT_WS(',', "+strings.Join(columns, ", ")+") FROM "+
			quote(schema)+"."+quote(table)+" ORDER BY 1")
	}
	return rows
}

func firstColumn(t *testing.T, client *sql.Conn, query string) []string {
	t.Helper()
	rows, err := client.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var value string
		if err := rows.Scan(&value); err != nil {
			t.Fatal(err)
		}
		all = append(all, value)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
