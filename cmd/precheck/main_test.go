package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestMain(m *testing.M) {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} { // the tests expect English
		_ = os.Unsetenv(name)
	}
	status := dbtest.Main(m)
	if err := removeBinary(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

// command runs a command line in this process.
func command(args ...string) (status int, stdout, stderr string) { return commandWith("", args...) }

// commandWith runs the command line with a standard input.
func commandWith(stdin string, args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, strings.NewReader(stdin), &out, &err)
	return status, out.String(), err.String()
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "task.yaml")
	if err := os.WriteFile(file, []byte("name: x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	valid := []string{"run", "--source", "mysql://u:p@127.0.0.1:1", "--dest", "mysql://u:p@127.0.0.1:1",
		"--objects", "shop.*"}
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"rum"}, `unknown command "rum"; did you mean run?`},
		{[]string{"run", "mysql://u:hunter2@h"}, "--source and --dest"},
		{[]string{"mysql://u:hunter2@h"}, "unknown command; use --source and --dest"},
		{[]string{"list", "mysql://u:hunter2@h"}, "unknown command; use --source and --dest"},
		{[]string{"list", "hunter2"}, "unexpected argument; run precheck list --help"},
		{[]string{"hunter2"}, "unexpected argument; run precheck --help"},
		{[]string{"run", "-phunter2"}, "unknown flag; run precheck run --help"},
		{[]string{"run", "--hunter2=x"}, "unknown flag; run precheck run --help"},
		{[]string{"run", "--=hunter2"}, "unknown flag; run precheck run --help"},
		{[]string{"run", "--phase=hunter2"}, `unknown flag "--phase"; did you mean phases?`},
		{[]string{"run", "--timeout=hunter2"}, "--timeout: must be a duration with a unit"},
		{[]string{"run", "--deep=hunter2"}, "--deep: must be true or false"},
		{[]string{"run", "--source"}, "--source: a value is required"},
		{[]string{"explain", "mysql://u:HUNTER2@h"}, `unknown check type "mysql://…"`},
		{[]string{"init", "mysql://u:hunter2@h/no/folder"}, "open mysql://…: no such file"},
		{[]string{"init", "mysql://u:hunter2@h/\x1b/no/folder"}, `"open mysql://…: no such file`},
		{[]string{"run", "--connections=mysql://u:hunter2@h"}, "--connections: must be an integer"},
		{[]string{"run"}, "a task file is required, or --source"},
		{[]string{"run", "no-such-file.yaml"}, "no-such-file.yaml: no such file or directory"},
		{[]string{"run", file, "--format", "yaml"},
			`--format: must be one of table, html, markdown, junit, json, json-ce, full`},
		{append(valid[:len(valid):len(valid)], "--only", "RDB_CONECT"), "did you mean RDB_CONNECT?"},
		{[]string{"run", file, "--log-level", "loud"},
			`--log-level: must be one of debug, info, warn, error, got "loud"`},
		{[]string{"run", file, "--log-format", "xml"}, `--log-format: must be one of text, json, got "xml"`},
		{[]string{"run", file, "--phases", "FUL"},
			`--phases: must be one of SCHEMA, FULL, INCREMENTAL, REVERSE, got "FUL"`},
		{[]string{"run", file, "--timeout", "0"}, "--timeout: must be a duration longer than 0, got 0s"},
		{[]string{"run", file, "--timeout=-1s"}, "--timeout: must be a duration longer than 0, got -1s"},
		{[]string{"run", file, "--check-timeout", "0"}, "--check-timeout: must be a duration longer than 0, got 0s"},
		{[]string{"run", file, "--connect-timeout", "0"},
			"--connect-timeout: must be a duration longer than 0, got 0s"},
		{[]string{"run", ""}, "a task file is required, or --source"},
		{[]string{"run", file, "--only", ""}, "--only: a value is required"},
		{[]string{"run", file, "--phases="}, "--phases: a value is required"},
		{[]string{"run", file, "--source", ""}, "--source: a value is required"},
		{[]string{"run", file, "-o", ""}, "--output: a value is required"},
		{[]string{"list", "--task="}, "--task: a value is required"},
		{[]string{"run", file, "--source", "mysql://u@h:0"}, "--source: must be a URL of the form"},
		{[]string{"run", file, "--source", "mysql://u:p@hunter2!x"}, "--source: must be a URL of the form"},
		{[]string{"run", file, "--connections", "0"}, "--connections: must be an integer ≥ 1, got 0"},
		{[]string{"run", file, "--connections=-2"}, "--connections: must be an integer ≥ 1, got -2"},
		{[]string{"run", file, "--max-objects", "0"}, "--max-objects: must be an integer ≥ 1, got 0"},
		{append([]string{"run", "--only", "MYSQL_BINLOG_FORMAT,RDB_CONNECT", "--phases", "SCHEMA"}, nowhere...),
			"MYSQL_BINLOG_FORMAT does not apply to the task: belongs to the phases INCREMENTAL, REVERSE; the task " +
				"has SCHEMA"},
		{[]string{"run", file, "--skip", "RDB_PRIMARY_KEY"}, "--skip: must be of the form TYPE=reason"},
		{[]string{"run", file, "--source", "postgres://u@h"}, `--source: the scheme must be one of mysql`},
		{[]string{"run", file}, "task.yaml:1: source: required"},
		{[]string{"explain", "RDB_PRIMARY_KEE"}, "did you mean RDB_PRIMARY_KEY?\nRun precheck list to see all checks."},
		{[]string{"list", "--format", "xml"}, `--format: must be one of table, json, markdown, got "xml"`},
		{[]string{"list", "--task", "no-such-file.yaml"}, "no such file"},
	} {
		status, stdout, stderr := command(tc.args...)
		if status != exitUsage || !strings.Contains(stderr, tc.want) || stdout != "" ||
			strings.Contains(strings.ToLower(stderr), "hunter2") {
			t.Errorf("%q: status %d, stdout %q, stderr %q; want %d and %q", tc.args, status, stdout, stderr, exitUsage,
				tc.want)
		}
	}
}

// The name of an OMS item explains every check that answers it.
func TestExplainItemOfOMS(t *testing.T) {
	t.Parallel()
	status, stdout, _ := command("explain", "db_version")
	for _, want := range []string{"# RDB_VERSION: ", "# RDB_VERSION_COMPATIBLE: ", "## Facts", "DB_VERSION"} {
		if status != exitPassed || !strings.Contains(stdout, want) {
			t.Errorf("status %d, %q is missing", status, want)
		}
	}
	if status, _, stderr := command("explain", "DB_VERSON"); status != exitUsage ||
		!strings.Contains(stderr, "DB_VERSION") {
		t.Errorf("status %d, no suggestion: %s", status, stderr)
	}
}

// The documented records can have the item names of OMS.
func TestItemTypesFlag(t *testing.T) {
	t.Parallel()
	if status, _, stderr := command("run", "--item-types", "own"); status != exitUsage ||
		!strings.Contains(stderr, "precheck, oms") {
		t.Errorf("status %d: %s", status, stderr)
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	status, stdout, _ := command("explain", "rdb_primary_key")
	if status != exitPassed {
		t.Errorf("status %d", status)
	}
	for _, want := range []string{"# RDB_PRIMARY_KEY: ", "## Why it matters", "## How it is decided", "## Privileges",
		"## Remedy"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// The templates of the languages have the same fields with the same values, and the same fields in comments.
func TestTemplates(t *testing.T) {
	t.Parallel()
	var english, chinese any
	if err := errors.Join(yaml.Unmarshal([]byte(template), &english),
		yaml.Unmarshal([]byte(templateChinese), &chinese)); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(english, chinese); d != "" {
		t.Errorf("the values differ: %s", d)
	}
	a, b := strings.Split(template, "\n"), strings.Split(templateChinese, "\n")
	field := regexp.MustCompile(`^[ #-]*[A-Za-z]+: ?[^#" ]*`)
	if len(a) != len(b) {
		t.Fatalf("%d and %d lines", len(a), len(b))
	}
	for i := range a {
		if a, b := field.FindString(a[i]), field.FindString(b[i]); a != b && !strings.HasPrefix(b, "#     title: ") {
			t.Errorf("line %d: %q and %q", i+1, a, b)
		}
	}
	file := filepath.Join(t.TempDir(), "task.yaml")
	if status, _, stderr := command("init", "--lang", "zh", file); status != exitPassed {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if data, err := os.ReadFile(file); err != nil || string(data) != templateChinese {
		t.Errorf("%v: %s", err, data)
	}
}

func TestInitWritesValidTask(t *testing.T) {
	t.Setenv("SOURCE_PASSWORD", "a")
	t.Setenv("DEST_PASSWORD", "b")
	file := filepath.Join(t.TempDir(), "task.yaml")
	if status, _, stderr := command("init", file); status != exitPassed {
		t.Fatalf("status %d: %s", status, stderr)
	}
	if status, _, stderr := command("init", file); status != exitUsage || !strings.Contains(stderr, "already exists") {
		t.Errorf("a second init: status %d: %s", status, stderr)
	}
	if status, _, stderr := command("init", file, "--force"); status != exitPassed {
		t.Errorf("init --force: status %d: %s", status, stderr)
	}
	status, stdout, stderr := command("list", "--task", file)
	if status != exitPassed || !strings.Contains(stdout, "MYSQL_BINLOG_FORMAT") || stderr != "" {
		t.Errorf("list --task: status %d, %s%s", status, stdout, stderr)
	}
}

func TestListShowsReason(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "task.yaml")
	task := `{name: x, phases: [FULL], source: {type: OB_MYSQL, host: a, user: u, password: {env: PRECHECK_TEST_UNSET}},
destination: {type: MYSQL, host: b, user: u}, objects: {include: ["*.*"]}}`
	if err := os.WriteFile(file, []byte(task), 0o600); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := command("list", "--task", file)
	if status != exitPassed {
		t.Fatalf("status %d: %s", status, stderr)
	}
	lines := map[string]string{}
	for _, line := range strings.Split(stdout, "\n") {
		if words := strings.Fields(line); len(words) > 1 {
			lines[words[0]] = strings.Join(words[1:], " ")
		}
	}
	for checkType, want := range map[string]string{"RDB_CONNECT": "yes",
		"MYSQL_LOCK_PRIVILEGE": "no applies to sources of type MYSQL, MARIADB; the source is OB_MYSQL"} {
		if lines[checkType] != want {
			t.Errorf("%s: %q, want %q", checkType, lines[checkType], want)
		}
	}
}

func TestVersionAndCompletion(t *testing.T) {
	t.Parallel()
	if status, stdout, _ := command("version"); status != exitPassed || !strings.HasPrefix(stdout, "precheck ") {
		t.Errorf("version: %d, %q", status, stdout)
	}
	if status, stdout, _ := command("completion", "bash"); status != exitPassed ||
		!strings.Contains(stdout, "precheck") {
		t.Errorf("completion: %d", status)
	}
	for _, tc := range []struct {
		line []string
		want string
	}{
		{[]string{"explain", "RDB_PRIM"}, "RDB_PRIMARY_KEY\t"},
		{[]string{"run", "--only", ""}, "RDB_CONNECT\t"},
		{[]string{"run", "--skip", ""}, "RDB_PRIMARY_KEY=\t"},
		{[]string{"run", "--phases", ""}, "INCREMENTAL\n"},
		{[]string{"run", "--format", ""}, "json-ce\n"},
		{[]string{"run", "--log-level", ""}, "debug\n"},
		{[]string{"list", "--format", ""}, "json\n"},
	} {
		if _, stdout, _ := command(append([]string{"__complete"}, tc.line...)...); !strings.Contains(stdout, tc.want) {
			t.Errorf("%q completes to %q, want %q in it", tc.line, stdout, tc.want)
		}
	}
}

// The production binary contains nothing that only tests need, nor the embedded databases of the demonstration, which
// would delay its start. serve needs the store, rehearse needs testcontainers.
func TestBinaryDoesNotLinkTestHelpers(t *testing.T) {
	t.Parallel()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(out)) {
		for _, foreign := range []string{"dbtest", "oracletest", "checktest", "go-mysql-server", "go-icu-regex"} {
			if strings.Contains(path, foreign) {
				t.Errorf("the binary links %s", path)
			}
		}
	}
}
