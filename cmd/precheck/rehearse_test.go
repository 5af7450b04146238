package main

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
	"github.com/dbprecheck/precheck/engine/rehearsal"
)

// A rehearsal in a container and one on the destination have the same result, in every format, and the exit status of a
// run.
func TestRehearse(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, from, to *dbtest.Server) {
		schema := from.Database(t)
		unknown := map[dbtest.Product]string{dbtest.MariaDB: "INET6", dbtest.MySQL: "VECTOR(3)"}[from.Product]
		from.Exec(t, "CREATE TABLE "+schema+".known (a INT PRIMARY KEY) COLLATE utf8mb4_general_ci",
			"CREATE TABLE "+schema+".unknown (a INT PRIMARY KEY, b "+unknown+") COLLATE utf8mb4_general_ci")
		to.Exec(t, "CREATE DATABASE "+schema)
		t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
		task := pair(t, from, to, schema, "SCHEMA")
		url := endpointURL(to, to.User, to.Password)
		for _, on := range [][]string{
			{"--on", "container", "--image", strings.Join(dbtest.Images(to.Product), ",")},
			{"--on", "scratch", "--allow-writes"}, {"--on", url},
		} {
			folder := t.TempDir()
			junit, documented := filepath.Join(folder, "junit.xml"), filepath.Join(folder, "records.json")
			status, stdout, stderr := command(append([]string{"rehearse", task, "--all", "--format", "table",
				"--format", "junit=" + junit, "--format", "json=" + documented}, on...)...)
			if status != exitFailed || !strings.Contains(stdout, "The server refuses TABLE "+schema+".unknown") {
				t.Errorf("%s: status %d\n%s%s", on[1], status, stdout, stderr)
			}
			if !strings.Contains(stderr, "2/2 objects rehearsed, 100%") {
				t.Errorf("%s: no progress: %s", on[1], stderr)
			}
			if strings.Contains(stdout+stderr, to.Password) || strings.Contains(stdout, "precheck_rehearsal_") {
				t.Errorf("%s: the output has a password or the name of a scratch schema:\n%s%s", on[1], stdout, stderr)
			}
			var suites struct {
				Failures int `xml:"failures,attr"`
				Tests    int `xml:"tests,attr"`
			}
			text, err := os.ReadFile(junit)
			if err != nil || xml.Unmarshal(text, &suites) != nil || suites.Failures != 1 || suites.Tests != 1 {
				t.Errorf("%s: %v, %s", on[1], err, text)
			}
			var envelope struct{ Data engine.Data }
			text, err = os.ReadFile(documented)
			if err != nil || json.Unmarshal(text, &envelope) != nil || len(envelope.Data.PreCheckResults) != 1 {
				t.Fatalf("%s: %v, %s", on[1], err, text)
			}
			if r := envelope.Data.PreCheckResults[0]; r.CheckType != rehearsal.CheckType ||
				r.Status != engine.ItemFailed || r.Name != "Destination-Primary database-Rehearsal of schema "+schema {
				t.Errorf("%s: %+v", on[1], r)
			}
		}
		if left := checktest.ColumnOf(t, to, "SELECT table_name FROM information_schema.TABLES WHERE table_schema = '"+
			schema+"'"); len(left) > 0 {
			t.Errorf("created on the destination: %v", left)
		}
	})
}

func TestRehearseOptions(t *testing.T) {
	t.Parallel()
	task := taskFile(t, `
name: t
phases: [SCHEMA]
source: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: p}
destination: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: p}
objects: {mode: WILDCARD, include: ["*.*"]}
`)
	for _, tc := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"--on", "elsewhere"}, exitUsage, "--on: must be container, scratch or a URL"},
		{[]string{"--on", "scratch"}, exitUsage, "--allow-writes"},
		{[]string{"--on", "oracle://u:secret@h/s"}, exitUsage, "not for ORACLE"},
		{[]string{"--on", "container"}, exitUnknown, "the rehearsal could not be made"},
	} {
		status, _, stderr := command(append([]string{"rehearse", task}, tc.args...)...)
		if status != tc.status || !strings.Contains(stderr, tc.want) || strings.Contains(stderr, "secret") {
			t.Errorf("%q: status %d, %s", tc.args, status, stderr)
		}
	}
}

// A dump and a snapshot of the destination are enough for a precheck and a rehearsal: neither database is needed.
func TestDumpAsSource(t *testing.T) {
	dest := dbtest.Get(t, dbtest.MySQL)
	dest.Exec(t, "CREATE DATABASE IF NOT EXISTS dumped_shop")
	t.Cleanup(func() { dest.Exec(t, "DROP DATABASE dumped_shop") })
	for product, variable := range map[dbtest.Product]string{dbtest.MySQL: "PRECHECK_MYSQL_IMAGE",
		dbtest.MariaDB: "PRECHECK_MARIADB_IMAGE"} {
		t.Setenv(variable, dbtest.Images(product)[0])
	}
	folder := t.TempDir()
	dump, snapshot := filepath.Join(folder, "schema.sql"), filepath.Join(folder, "dest.snapshot")
	write := func(path, text string) string {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	write(dump, `-- MariaDB dump
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20) DEFAULT 'a;b') COLLATE utf8mb4_general_ci;
CREATE TABLE address (ip INET6 PRIMARY KEY) COLLATE utf8mb4_general_ci;
SET sql_mode = 'STRICT_TRANS_TABLES';
DELIMITER ;;
CREATE TRIGGER orders_note BEFORE INSERT ON orders FOR EACH ROW BEGIN SET NEW.note = 'x;'; END;;
DELIMITER ;
`)
	task := func(destination string) string {
		return write(filepath.Join(folder, "task.yaml"), `
name: dumped
phases: [SCHEMA]
source: {type: MARIADB, dump: `+dump+`}
destination: `+destination+`
objects: {mode: SPECIFIC, databases: [{name: dumped_shop}]}
settings: {routines: true}
`)
	}
	live := task("{type: MYSQL, host: " + dest.Host + ", port: " + strconv.Itoa(dest.Port) + ", user: " + dest.User +
		", password: " + dest.Password + "}")
	if status, _, stderr := command("capture", "--side", "dest", "-o", snapshot, live); status != exitPassed {
		t.Fatalf("capture: status %d\n%s", status, stderr)
	}
	offline := task("{snapshot: " + snapshot + "}")
	status, stdout, stderr := command("run", offline, "--only", "RDB_COLUMN_TYPE")
	if status != exitFailed || !strings.Contains(stdout, "dumped_shop.address") {
		t.Errorf("run: status %d\n%s%s", status, stdout, stderr)
	}
	status, stdout, stderr = command("rehearse", offline, "--all")
	if status != exitFailed || !strings.Contains(stdout, "refuses TABLE dumped_shop.address, as the "+
		"precheck reports") || !strings.Contains(stdout, "created 2") {
		t.Errorf("rehearse: status %d\n%s%s", status, stdout, stderr)
	}
	write(dump, "CREATE TABLE t (a INT);\nCREATE TABLE u (a NOTYPE);\n")
	if status, _, stderr = command("run", offline); status != exitUsage ||
		!strings.Contains(stderr, "schema.sql:2: the disposable server refuses the statement: ") {
		t.Errorf("a wrong dump: status %d\n%s", status, stderr)
	}
}

// The page of a rehearsal, which is no check of the catalogue, is explained like one.
func TestExplainRehearsal(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"REHEARSAL", "rehearsal"} {
		if status, stdout, stderr := command("explain", name); status != exitPassed ||
			!strings.HasPrefix(stdout, "# REHEARSAL: Rehearsal") || stderr != "" {
			t.Errorf("%s: status %d\n%.100s%s", name, status, stdout, stderr)
		}
	}
}
