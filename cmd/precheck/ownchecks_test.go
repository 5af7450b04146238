package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/message/messagetest"
	"github.com/dbprecheck/precheck/engine/render"
	"github.com/dbprecheck/precheck/engine/schema"
)

// readmeChecks returns the own checks of the README.
func readmeChecks(t *testing.T) string {
	t.Helper()
	root, err := messagetest.Root()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(checks:\n.*?)```").FindSubmatch(readme)
	if block == nil {
		t.Fatal("no own checks")
	}
	return string(block[1])
}

// validFull checks that an output of the format full is valid.
func validFull(t *testing.T, text string) {
	t.Helper()
	c := jsonschema.NewCompiler()
	for name, data := range map[string][]byte{"schema.json": schema.Full(), "full.json": []byte(text)} {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if name == "schema.json" {
			err = c.AddResource(name, document)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(document); err != nil {
		t.Error(err)
	}
}

// The own checks of the README find what is planted, in the task file and in a file of their own, and are part of
// list, explain, completion, fix, --only and skips.
func TestOwnChecksOfReadme(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	source := s.Database(t)
	s.Exec(t, "CREATE TABLE "+source+".good (id INT PRIMARY KEY, updated_at TIMESTAMP NULL)",
		"CREATE TABLE "+source+".bad (id INT PRIMARY KEY)")
	task := pair(t, s, s, source, "SCHEMA, FULL")
	own := filepath.Join(filepath.Dir(task), "own.yaml")
	if err := os.WriteFile(own, []byte(readmeChecks(t)), 0o600); err != nil {
		t.Fatal(err)
	}
	plain, err := os.ReadFile(task)
	if err != nil {
		t.Fatal(err)
	}
	whole := taskFile(t, string(plain)+readmeChecks(t))

	for _, args := range [][]string{{task, "--checks", own}, {whole}} {
		status, stdout, stderr := command(append([]string{"run", "--only", "shop_*", "--quiet", "--format", "full"},
			args...)...)
		outcomes := map[string]string{}
		for _, item := range decodeFull(t, stdout).Items {
			outcomes[string(item.Side)+" "+item.CheckType] = string(item.Outcome)
		}
		if status != exitFailed || outcomes["SOURCE SHOP_UPDATED_AT"] != "failed" ||
			outcomes["SOURCE SHOP_LARGE_TABLE"] != "passed" {
			t.Errorf("%q: status %d, %v: %s", args, status, outcomes, stderr)
		}
		validFull(t, stdout)
		status, _, stderr = command(append([]string{"run", "--only", "SHOP_UPDATED_AT", "--skip",
			"shop_updated_at=known", "--quiet"}, args...)...)
		if status != exitPassed {
			t.Errorf("skipped: status %d: %s", status, stderr)
		}
		_, stdout, stderr = command(append([]string{"fix", "--quiet", "--side", "source", "-o", "-"}, args...)...)
		if !strings.Contains(stdout, "ALTER TABLE `"+source+"`.`bad` ADD COLUMN updated_at TIMESTAMP NULL") {
			t.Errorf("fix: %s%s", stdout, stderr)
		}
		_, stdout, _ = command(append(append([]string{"__complete", "run"}, args...), "--only", "")...)
		if !strings.Contains(stdout, "SHOP_UPDATED_AT\tTables have a column updated_at\n") {
			t.Errorf("completion of --only: %s", stdout)
		}
	}
	for _, format := range listFormats {
		if status, stdout, stderr := command("list", "--task", whole, "--format", format); status != exitPassed ||
			!strings.Contains(stdout, "SHOP_LARGE_TABLE") {
			t.Errorf("list as %s: status %d, %s%s", format, status, stdout, stderr)
		}
	}
	for _, path := range []string{own, whole} {
		status, stdout, stderr := command("explain", "shop_large_table", "--checks", path)
		if status != exitPassed || !strings.Contains(stdout, "A table that cannot be copied") ||
			!strings.Contains(stdout, "TABLE_ROWS > 50000000") {
			t.Errorf("explain: status %d, %s%s", status, stdout, stderr)
		}
		if _, stdout, _ = command("__complete", "explain", "--checks", path, "SHOP"); !strings.Contains(stdout,
			"SHOP_LARGE_TABLE\t") {
			t.Errorf("completion of explain: %s", stdout)
		}
	}
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"run", whole, "--checks", own}, "another check has the type SHOP_LARGE_TABLE"},
		{[]string{"run", task, "--checks", own, "--checks", own}, "own.yaml: another check has the type"},
		{[]string{"run", task, "--checks", task}, "checks: required"},
		{[]string{"submit", whole, "--server", "http://127.0.0.1:1"}, "own checks"},
		{[]string{"run", task, "--only", "SHOP_UPDATED_AT"}, "unknown"},
	} {
		if status, _, stderr := command(tc.args...); status != exitUsage || !strings.Contains(stderr, tc.want) {
			t.Errorf("%q: status %d, %s", tc.args, status, stderr)
		}
	}
}

// Values of an own check reach no output unescaped.
func TestHostileValuesOfOwnChecks(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".a (id INT PRIMARY KEY)")
		value := "CONVERT(x'1b5b324a1b5d35323b633b65413d3d070de280ae0a3831206974656d733a2030206661696c65643c736372" +
			"6970743e' USING utf8mb4)"
		own := taskFile(t, "checks:\n- {type: OWN, title: a, side: both, level: fail, "+
			"message: \"{object}: {actual}, {expected}\", sql: \"DROP TABLE {object}\", query: \"SELECT "+value+
			" AS `schema`, "+value+" AS object, "+value+
			" AS actual, "+value+" AS expected\"}")
		task := pair(t, s, s, schema, "SCHEMA")
		for _, format := range render.Formats() {
			status, stdout, stderr := command("run", task, "--checks", own, "--only", "OWN", "--format", string(format),
				"--all", "--log-level", "debug")
			shown := strings.Contains(strings.ReplaceAll(stdout, `\\`, `\`), `\u202e\n81 items: 0 failed`)
			if status != exitFailed || !shown ||
				format == render.HTML && strings.Contains(stdout, "failed<script>") {
				t.Errorf("%s: status %d, no value in %s%s", format, status, stdout, stderr)
			}
			harmless(t, stdout+stderr)
		}
	})
}

// A server runs the checks of its configuration for every task.
func TestServerRunsOwnChecks(t *testing.T) {
	t.Parallel()
	own := taskFile(t, "checks:\n- {type: OWN_TABLES, title: a, side: source, level: warn, "+
		"message: \"{object} is there.\", query: \"SELECT TABLE_SCHEMA AS `schema`, TABLE_NAME AS object, 1 AS "+
		"actual FROM information_schema.TABLES "+
		"WHERE TABLE_SCHEMA IN ({schemas})\"}")
	config := filepath.Join(t.TempDir(), "server.yaml")
	if err := os.WriteFile(config, []byte("checks: "+own), 0o600); err != nil {
		t.Fatal(err)
	}
	url := startServe(t, "--demo", "--config", config)
	request := taskFile(t, `{"name": "demo", "sourceEndpointId": "e_demo_source", "sinkEndpointId":
		"e_demo_destination", "enableStructTransfer": true, "enableFullTransfer": true,
		"transferMapping": {"mode": "SPECIFIC", "databases": [{"name": "shop", "mappedName": "shop_new"}]}}`)
	_, stdout, stderr := command("submit", "--request", request, "--server", url, "--watch", "--format", "json")
	var answer struct {
		Data struct{ PreCheckResults []map[string]any }
	}
	if err := json.Unmarshal([]byte(stdout), &answer); err != nil {
		t.Fatalf("%v: %s%s", err, stdout, stderr)
	}
	found := false
	for _, r := range answer.Data.PreCheckResults {
		found = found || r["checkType"] == "OWN_TABLES"
	}
	if !found {
		t.Errorf("no own check in %s%s", stdout, stderr)
	}
	if err := os.WriteFile(own, []byte("checks: [{type: OWN}]"), 0o600); err != nil {
		t.Fatal(err)
	}
	if status, _, stderr := command("serve", "--config", config, "--check-config"); status != exitUsage ||
		!strings.Contains(stderr, own+":1: checks[0].query: required") {
		t.Errorf("a wrong check: status %d, %s", status, stderr)
	}
}

// schema prints the JSON Schemas, and explain the fields of a task file.
func TestSchemaAndFields(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"task": "destination", "full": "findings"} {
		status, stdout, _ := command("schema", name)
		if status != exitPassed || !json.Valid([]byte(stdout)) || !strings.Contains(stdout, want) {
			t.Errorf("schema %s: status %d, %s", name, status, stdout)
		}
	}
	for _, tc := range []struct{ topic, want string }{
		{"task", "- `source` (object, required): Database to migrate from."},
		{"task.source.tls", "- `mode` (string): "},
		{"task.limits.timeout", "Default: 30m0s"},
		{"task.objects.mode", "Values: SPECIFIC, WILDCARD, COMPLEX"},
		{"task.checks", "{schemas}"},
	} {
		if status, stdout, stderr := command("explain", tc.topic); status != exitPassed ||
			!strings.Contains(strings.Join(strings.Fields(stdout), " "), tc.want) {
			t.Errorf("explain %s: status %d, %s%s", tc.topic, status, stdout, stderr)
		}
	}
	for _, tc := range []struct{ args, want string }{
		{"schema tasks", "must be one of full, task"},
		{"explain task.sources", "unknown field sources; allowed: "},
		{"explain task.name.x", "name has no fields"},
	} {
		if status, _, stderr := command(strings.Fields(tc.args)...); status != exitUsage ||
			!strings.Contains(stderr, tc.want) {
			t.Errorf("%s: status %d, %s", tc.args, status, stderr)
		}
	}
	for _, tc := range []struct{ line, want string }{
		{"schema |", "full\ntask\n"}, {"explain |task.source.t", "task.source.tls.mode\tWhether"},
		{"help |exit", "exit-codes\t"},
	} {
		line, prefix, _ := strings.Cut(tc.line, "|")
		args := append(append([]string{"__complete"}, strings.Fields(line)...), prefix)
		if _, stdout, _ := command(args...); !strings.Contains(stdout, tc.want) {
			t.Errorf("%s completes to %s", tc.line, stdout)
		}
	}
}
