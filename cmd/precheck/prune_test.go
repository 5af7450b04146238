package main

import (
	"os"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// The file that prune prints is the task without the tables that fail, and what it says of the run is true.
func TestPrune(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	schema := from.Database(t)
	from.Exec(t, "ALTER DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
		"CREATE TABLE "+schema+".good (id BIGINT PRIMARY KEY)",
		"CREATE TABLE "+schema+".`[taken]` (id BIGINT PRIMARY KEY)",
		"CREATE VIEW "+schema+".over_taken AS SELECT id FROM "+schema+".`[taken]`")
	to.Exec(t, "CREATE DATABASE "+schema+" CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
		"CREATE TABLE "+schema+".`[taken]` (id BIGINT PRIMARY KEY)", "INSERT INTO "+schema+".`[taken]` VALUES (1)")
	t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
	path := pair(t, from, to, schema, "SCHEMA, FULL")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := command("prune", path, "--quiet")
	t.Logf("%d\n%s\n%s", status, stdout, stderr)
	if status, _, _ := command("run", path, "--quiet"); status != exitFailed {
		t.Errorf("the task itself ends with %d", status)
	}
	want := strings.Replace(string(before), "{mode: SPECIFIC,",
		`{exclude: ["`+schema+`.\\[taken]"], mode: SPECIFIC,`, 1)
	if status != exitPassed || stdout != want || !strings.Contains(stderr, schema+".[taken]") {
		t.Errorf("status %d: %s", status, stderr)
	}
	if status, _, stderr := command("prune", path, "--quiet", "--output", path); status != exitPassed {
		t.Fatalf("in place: status %d, %s", status, stderr)
	}
	if status, stdout, _ := command("run", path, "--quiet", "--format", "table"); status != exitPassed {
		t.Errorf("the pruned task ends with %d: %s", status, stdout)
	}
	status, stdout, stderr = command("prune", path, "--quiet")
	if status != exitPassed || stdout != want || !strings.Contains(stderr, "stays as it is") {
		t.Errorf("the second time: status %d, %s%s", status, stdout, stderr)
	}
}
