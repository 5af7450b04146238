package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// accountPassword is the password that replaces the placeholder of a script.
const accountPassword = "Pw'0\\-`x"

// Accounts that the scripts alone create pass every privilege check. No check is left out because of a privilege, and
// the accounts can do nothing that the scripts do not state.
func TestGrantsScripts(t *testing.T) {
	t.Parallel()
	for _, way := range [][2]dbtest.Product{{dbtest.MariaDB, dbtest.MySQL}, {dbtest.MySQL, dbtest.MariaDB}} {
		for _, tc := range []struct {
			name, phases, objects string
			reverse               bool
		}{
			{"schema", "SCHEMA, FULL", "databases: [{name: %s}]", false},
			{"rows of tables", "FULL", "databases: [{name: %s, tables: [{name: orders}]}]", false},
			{"all phases", "SCHEMA, FULL, INCREMENTAL, REVERSE", "include: ['%s.*']", true},
			{"tables", "SCHEMA, FULL, INCREMENTAL, REVERSE",
				"databases: [{name: %s, tables: [{name: orders}, {name: items}], views: [{name: seen}]}]", true},
		} {
			t.Run(fmt.Sprint(way[0], " to ", way[1], " ", tc.name), func(t *testing.T) {
				t.Parallel()
				from, to := dbtest.Get(t, way[0]), dbtest.Get(t, way[1])
				g := newGranted(t, from, to)
				if !strings.Contains(tc.phases, "SCHEMA") {
					to.Exec(t, "CREATE TABLE "+g.schema+".orders (id INT PRIMARY KEY, note VARCHAR(20))")
				}
				task := g.task(t, tc.phases, tc.objects)
				g.createAccounts(t, task)
				g.wantPassed(t, g.as(t, task))
				g.wantRefused(t, tc.reverse, strings.Contains(tc.objects, "tables:"))
			})
		}
	}
}

// granted is a migration between two servers.
type granted struct {
	from, to       *dbtest.Server
	schema, hidden string // hidden would match the schema's name as a pattern
	account        string
}

// newGranted returns a migration of a schema with tables, a view, and programs of another account.
func newGranted(t *testing.T, from, to *dbtest.Server) *granted {
	g := &granted{from: from, to: to, schema: from.Database(t)}
	definer, _ := from.Account(t)
	g.account = strings.Replace(g.schema, "pt_", "o'b\\", 1)
	g.hidden = strings.Replace(g.schema, "_", "x", 1)
	from.Exec(t, "CREATE TABLE "+g.schema+".orders (id INT PRIMARY KEY, note VARCHAR(20))",
		"INSERT INTO "+g.schema+".orders VALUES (1, 'x')",
		"CREATE TABLE "+g.schema+".items (id INT PRIMARY KEY, o INT, FOREIGN KEY (o) REFERENCES "+g.schema+
			".orders (id))",
		"CREATE TABLE "+g.schema+".other (id INT PRIMARY KEY)",
		"CREATE DEFINER="+definer+"@'%' VIEW "+g.schema+".seen AS SELECT id FROM "+g.schema+".orders",
		"CREATE DEFINER="+definer+"@'%' TRIGGER "+g.schema+".tr BEFORE INSERT ON "+g.schema+
			".orders FOR EACH ROW SET NEW.id = 1",
		"CREATE DEFINER="+definer+"@'%' EVENT "+g.schema+".ev ON SCHEDULE EVERY 1 YEAR DISABLE DO DO 1",
		"CREATE DEFINER="+definer+"@'%' PROCEDURE "+g.schema+".p() SELECT 1")
	to.Exec(t, "CREATE DATABASE "+g.schema, "CREATE USER "+definer+"@'%'")
	quoted := g.quoted()
	t.Cleanup(func() {
		to.Exec(t, "DROP DATABASE "+g.schema, "DROP USER "+definer+"@'%'", "DROP USER IF EXISTS "+quoted)
	})
	for _, s := range []*dbtest.Server{from, to} {
		s.Exec(t, "CREATE DATABASE "+g.hidden, "CREATE TABLE "+g.hidden+".t (id INT PRIMARY KEY)")
		t.Cleanup(func() { s.Exec(t, "DROP DATABASE "+g.hidden) })
	}
	t.Cleanup(func() { from.Exec(t, "DROP USER IF EXISTS "+quoted) })
	return g
}

// quoted returns the account, whose name has a quote and a backslash.
func (g *granted) quoted() string {
	return "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(g.account) + "'@'%'"
}

// task returns the path of a task of the administrators.
func (g *granted) task(t *testing.T, phases, objects string) string {
	t.Helper()
	end := func(s *dbtest.Server) string {
		return fmt.Sprintf("{type: %s, host: %s, port: %d, user: %s, password: '%s'}", endpointTypes[s.Product], s.Host,
			s.Port, s.User, s.Password)
	}
	return taskFile(t, fmt.Sprintf("name: granted\nphases: [%s]\nsource: %s\ndestination: %s\nobjects: {%s}\n", phases,
		end(g.from), end(g.to), fmt.Sprintf(objects, g.schema)))
}

// as returns the path of a task with the accounts of the scripts.
func (g *granted) as(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	user := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	return taskFile(t, regexp.MustCompile(`user: \S+, password: '[^']*'`).ReplaceAllLiteralString(string(text),
		"user: "+user(g.account)+", password: "+user(accountPassword)))
}

// createAccounts runs the scripts, and compares what the servers grant with what the scripts say.
func (g *granted) createAccounts(t *testing.T, task string) {
	t.Helper()
	folder := t.TempDir()
	status, _, stderr := command("grants", task, "--account", g.account, "--output", folder)
	if status != exitPassed || strings.Contains(stderr, "warning: not") {
		t.Fatalf("status %d: %s", status, stderr)
	}
	for name, s := range map[string]*dbtest.Server{"grants-source.sql": g.from, "grants-dest.sql": g.to} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		script := string(text)
		if err := tryScript(t, s, script); !isError(err, 1064) {
			t.Errorf("an unmodified script returns %v\n%s", err, script)
		}
		literal := "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(accountPassword) + "'"
		runScript(t, s, strings.Replace(script, "IDENTIFIED BY <password>", "IDENTIFIED BY "+literal, 1))
		var stated []string
		for line := range strings.SplitSeq(script, "\n") {
			if strings.HasPrefix(line, "GRANT ") {
				stated = append(stated, privilegesIn(line)...)
			}
		}
		var shown []string
		for _, line := range firstColumn(t, plainClient(t, s), "SHOW GRANTS FOR "+g.quoted()) {
			shown = append(shown, privilegesIn(line)...)
		}
		shown = slices.DeleteFunc(shown, func(p string) bool { return strings.HasPrefix(p, "USAGE ") })
		slices.Sort(stated)
		slices.Sort(shown)
		if diff := cmp.Diff(stated, shown); diff != "" {
			t.Errorf("%s grants something else than it states (-stated +granted):\n%s\n%s", name, diff, script)
		}
	}
}

// privilegesIn returns the privileges of a GRANT, each with what it is on.
func privilegesIn(statement string) []string {
	rest, _, _ := strings.Cut(strings.TrimPrefix(statement, "GRANT "), " TO ")
	list, on, _ := strings.Cut(rest, " ON ")
	list = regexp.MustCompile(`\(.*?\)`).ReplaceAllStringFunc(list, func(columns string) string {
		separates := func(r rune) bool { return strings.ContainsRune("(`, )", r) }
		names := strings.FieldsFunc(strings.ToLower(columns), separates)
		slices.Sort(names)
		return "(" + strings.Join(names, "+") + ")"
	})
	all := strings.Split(strings.ReplaceAll(list, ", ", ","), ",")
	for i := range all {
		all[i] += " ON " + on
	}
	return all
}

// wantPassed runs all checks with the accounts of the scripts.
func (g *granted) wantPassed(t *testing.T, task string) {
	t.Helper()
	status, stdout, stderr := command("run", task, "--quiet", "--format", "full")
	if status == exitUsage {
		t.Fatal(stderr)
	}
	items := decodeFull(t, stdout).Items
	if len(items) < 40 {
		t.Errorf("only %d items", len(items))
	}
	for _, item := range items {
		privileges := strings.HasSuffix(item.CheckType, "_PRIVILEGE") || item.CheckType == "MYSQL_DEFINER"
		unknown := item.Outcome == engine.Unknown || item.Outcome == engine.Blocked
		if unknown || privileges && item.Outcome != engine.Passed {
			t.Errorf("%s of %s is %s: %s %+v", item.CheckType, item.Side, item.Outcome, item.Reason, item.Findings)
		}
	}
}

// wantRefused tries what the scripts do not state.
func (g *granted) wantRefused(t *testing.T, reverse, tables bool) {
	t.Helper()
	refused := map[*dbtest.Server][]string{}
	for _, s := range []*dbtest.Server{g.from, g.to} {
		refused[s] = []string{"SELECT * FROM " + g.hidden + ".t", "SELECT authentication_string FROM mysql.user",
			"CREATE USER '" + g.hidden + "'", "CREATE DATABASE " + g.hidden + "y", "SET GLOBAL max_connections = 99",
			"SELECT 1 INTO OUTFILE '/tmp/" + g.hidden + "'", "INSERT INTO " + g.hidden + ".t VALUES (1)"}
	}
	refused[g.from] = append(refused[g.from], "DROP TABLE "+g.schema+".orders", "CREATE TABLE "+g.schema+".x (id INT)",
		"ALTER TABLE "+g.schema+".orders ADD x INT", "CREATE VIEW "+g.schema+".x AS SELECT 1")
	if !reverse {
		refused[g.from] = append(refused[g.from], "INSERT INTO "+g.schema+".orders VALUES (2, 'y')",
			"DELETE FROM "+g.schema+".orders")
	}
	if tables {
		refused[g.from] = append(refused[g.from], "SELECT * FROM "+g.schema+".other")
		refused[g.to] = append(refused[g.to], "CREATE TABLE "+g.schema+".other (id INT)")
	}
	for s, statements := range refused {
		connector, err := mysql.NewConnector(s.Config(g.account, accountPassword, ""))
		if err != nil {
			t.Fatal(err)
		}
		db := sql.OpenDB(connector)
		t.Cleanup(func() { _ = db.Close() })
		for _, statement := range statements {
			if _, err := db.ExecContext(t.Context(), statement); !isError(err, 1044, 1045, 1142, 1143, 1227, 1370) {
				t.Errorf("%s: %s returns %v", s.Product, statement, err)
			}
		}
	}
}

// The name of a schema is no pattern and ends no quote, and a script that did not see the server says the same.
func TestGrantsOfHostileNames(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Get(t, product)
			g := &granted{from: s, to: s, schema: s.Database(t) + "%_`'\\\"x"}
			g.account = strings.Replace(g.schema[:13], "pt_", "h'b\\", 1)
			g.hidden = strings.Replace(g.schema, "%_", "zz", 1)
			quote := func(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
			for _, name := range []string{g.schema, g.hidden} {
				s.Exec(t, "CREATE DATABASE "+quote(name), "CREATE TABLE "+quote(name)+".t (id INT PRIMARY KEY)")
				t.Cleanup(func() { s.Exec(t, "DROP DATABASE "+quote(name)) })
			}
			t.Cleanup(func() { s.Exec(t, "DROP USER IF EXISTS "+g.quoted()) })
			task := taskFile(t, fmt.Sprintf(`{name: hostile, phases: [FULL], objects: {databases: [{name: '%s'}]},
source: {type: %[2]s, host: a, user: x, password: {env: PRECHECK_TEST_UNSET}},
destination: {type: %[2]s, host: b, user: x, password: {env: PRECHECK_TEST_UNSET}}}`,
				strings.ReplaceAll(g.schema, "'", "''"), endpointTypes[product]))
			version := map[dbtest.Product]string{dbtest.MariaDB: "10.11", dbtest.MySQL: "9"}[product]
			status, script, stderr := command("grants", task, "--source-version", version, "--dest-version", version,
				"--side", "source", "--account", g.account, "-o", "-")
			if status != exitPassed {
				t.Fatalf("status %d: %s", status, stderr)
			}
			runScript(t, s, strings.Replace(script, "<password>", checks.QuoteString(accountPassword), 1))
			connector, err := mysql.NewConnector(s.Config(g.account, accountPassword, ""))
			if err != nil {
				t.Fatal(err)
			}
			db := sql.OpenDB(connector)
			t.Cleanup(func() { _ = db.Close() })
			if _, err := db.ExecContext(t.Context(), "SELECT * FROM "+quote(g.schema)+".t"); err != nil {
				t.Errorf("%v\n%s", err, script)
			}
			if _, err := db.ExecContext(t.Context(), "SELECT * FROM "+quote(g.hidden)+".t"); !isError(err, 1142) {
				t.Errorf("another schema: %v\n%s", err, script)
			}
		})
	}
}

// The account that precheck logs on with is not created again. Its host is that of the account.
func TestGrantsOfOwnAccount(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	g := newGranted(t, s, dbtest.Get(t, dbtest.MySQL))
	task := g.task(t, "FULL", "databases: [{name: %s}]")
	status, script, stderr := command("grants", task, "--side", "source", "-o", "-")
	if status != exitPassed || !strings.Contains(script, "\n-- CREATE USER '"+s.User+"'@") ||
		strings.Contains(script, "\nCREATE USER") {
		t.Errorf("status %d: %s\n%s", status, stderr, script)
	}
}

// A command line that is wrong is an error, and a database that cannot be reached names the flag that helps.
func TestGrantsUsage(t *testing.T) {
	t.Parallel()
	file := taskFile(t, `{name: x, phases: [FULL], objects: {databases: [{name: shop}]},
source: {type: MYSQL, host: 127.0.0.1, port: 1, user: x, password: y},
destination: {type: MYSQL, host: 127.0.0.1, port: 1, user: x, password: y}}`)
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"grants"}, "name a task file"},
		{[]string{"grants", file, "--side", "left"}, "source, dest, both"},
		{[]string{"grants", file, "--source-version", "new"}, "--source-version: must be a version such as 8.0.36"},
		{[]string{"grants", file, "-o", "-"}, "--source-version"},
		{[]string{"grants", file, "--source-version", "8.4", "--dest-version", "8.4", "-o", "-"}, "--side"},
		{[]string{"grants", file, "--source-version", "8.4", "--dest-version", "8.4", "--account", "a\x1b"},
			"cannot be the name of an account"},
	} {
		status, stdout, stderr := command(tc.args...)
		if status != exitUsage || stdout != "" || !strings.Contains(stderr, tc.want) ||
			strings.Contains(stderr, "\x1b") {
			t.Errorf("%q: status %d: %s", tc.args, status, stderr)
		}
	}
	if _, stdout, _ := command("__complete", "grants", "--side", ""); !strings.Contains(stdout, "dest\n") {
		t.Errorf("--side completes to %q", stdout)
	}
	if _, stdout, _ := command("help"); !strings.Contains(stdout, "  grants ") {
		t.Errorf("help does not list the command: %s", stdout)
	}
}

// tryScript runs a script and returns its first error.
func tryScript(t *testing.T, s *dbtest.Server, script string) error {
	t.Helper()
	client := plainClient(t, s)
	for line := range strings.SplitSeq(script, "\n") {
		if line == "" || strings.HasPrefix(line, "--") {
			continue
		}
		if _, err := client.ExecContext(t.Context(), strings.TrimSuffix(line, ";")); err != nil {
			return err
		}
	}
	return nil
}

// isError reports whether the server returned one of these errors.
func isError(err error, numbers ...uint16) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && slices.Contains(numbers, e.Number)
}
