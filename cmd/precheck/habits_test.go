package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestVersionForms(t *testing.T) {
	t.Parallel()
	_, line, _ := command("version")
	if status, stdout, _ := command("--version"); status != exitPassed || stdout != line {
		t.Errorf("--version: status %d, %q instead of %q", status, stdout, line)
	}
	var b build
	status, stdout, _ := command("version", "--format", "json")
	if err := json.Unmarshal([]byte(stdout), &b); err != nil || status != exitPassed || b.Go != runtime.Version() {
		t.Errorf("version --format json: status %d, %v, %s", status, err, stdout)
	}
	if status, _, stderr := command("version", "--format", "xml"); status != exitUsage || stderr == "" {
		t.Errorf("an unknown format: status %d", status)
	}
}

// The help of the exit statuses names all of them.
func TestHelpTopics(t *testing.T) {
	t.Parallel()
	if status, stdout, _ := command("help", "exit-codes"); status != exitPassed || !strings.Contains(stdout, "130") {
		t.Errorf("exit-codes: status %d, %s", status, stdout)
	}
	for _, args := range []string{"help hunter2", "help exit-code", "help run hunter2", "completion hunter2"} {
		status, stdout, stderr := command(strings.Fields(args)...)
		if status != exitUsage || stdout != "" || stderr == "" || strings.Contains(stderr, "hunter2") {
			t.Errorf("%s: status %d, %s%s", args, status, stdout, stderr)
		}
	}
	if status, stdout, _ := command("help", "environment"); status != exitPassed ||
		!strings.Contains(stdout, "PRECHECK_SOURCE_PASSWORD") || !strings.Contains(stdout, "MYSQL_PWD") {
		t.Errorf("environment: status %d, %s", status, stdout)
	}
}

// testdata/catalogue.md is what list prints.
func TestCatalogueIsCurrent(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := command("list", "--format", "markdown")
	if status != exitPassed {
		t.Fatalf("status %d: %s", status, stderr)
	}
	kept, err := os.ReadFile(filepath.Join("..", "..", "testdata", "catalogue.md"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), stdout); diff != "" {
		t.Errorf("write it again with go run ./cmd/precheck list --format markdown (-file +list):\n%s", diff)
	}
}

func TestTypesHaveAnyCase(t *testing.T) {
	t.Parallel()
	_, want, _ := command("explain", "RDB_CONNECT")
	for _, name := range []string{"rdb_connect", "Rdb_Connec?"} {
		if status, stdout, _ := command("explain", name); status != exitPassed || stdout != want {
			t.Errorf("explain %s: status %d", name, status)
		}
	}
	if status, stdout, _ := command("explain", "mysql_binlog_*"); status != exitPassed ||
		!strings.Contains(stdout, "# MYSQL_BINLOG_FORMAT") || strings.Contains(stdout, "# RDB_CONNECT") {
		t.Errorf("a pattern: status %d", status)
	}
	if status, _, stderr := command("explain", "X_*"); status != exitUsage || !strings.Contains(stderr, "X_*") {
		t.Errorf("a pattern that matches nothing: status %d, %s", status, stderr)
	}
}

// A task from standard input, with a pattern of checks and a skip in lower case.
func TestTaskFromStandardInput(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	task := `
name: x
phases: [INCREMENTAL]
objects: {include: ["*.*"]}
skip: [{type: rdb_primary_key, objects: ["x.*"], reason: known}]
`
	url := endpointURL(s, s.User, s.Password)
	status, stdout, stderr := commandWith(task, "run", "-", "--source", url, "--dest", url, "--only", "rdb_primary_ke?",
		"--format", "full", "--quiet")
	if stdout == "" {
		t.Fatalf("status %d, %s", status, stderr)
	}
	types := map[string]string{}
	for _, item := range decodeFull(t, stdout).Items {
		types[item.CheckType] = string(item.Outcome)
	}
	if len(types) != 2 || types["RDB_CONNECT"] == "" || types["RDB_PRIMARY_KEY"] == "" {
		t.Errorf("the items are %v: %s", types, stderr)
	}
	if status, _, stderr := commandWith("name: [", "run", "-"); status != exitUsage ||
		!strings.Contains(stderr, "stdin:1") {
		t.Errorf("a wrong task: status %d, %s", status, stderr)
	}
}

// A task file is an argument or follows -f; naming two is an error.
func TestFileFlag(t *testing.T) {
	t.Parallel()
	path := taskFile(t, "name: x\n")
	_, _, want := command("run", path)
	for _, args := range [][]string{{"run", "-f", path}, {"run", "--file=" + path}, {"prune", "-f", path},
		{"capture", "--side", "source", "-f", path}} {
		if status, _, stderr := command(args...); status != exitUsage ||
			args[0] == "run" && stderr != want || !strings.Contains(stderr, path) {
			t.Errorf("%q: status %d, %s", args, status, stderr)
		}
	}
	if status, _, stderr := commandWith("name: x\n", "run", "-f", "-"); status != exitUsage ||
		!strings.Contains(stderr, "stdin:1: phases: required") {
		t.Errorf("-f -: status %d, %s", status, stderr)
	}
	if status, _, _ := command("run", "-f", path, path); status != exitUsage {
		t.Errorf("two files: status %d", status)
	}
}
