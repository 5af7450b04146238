package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/cmd/internal/demo"
	"github.com/dbprecheck/precheck/cmd/internal/demoprogram"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/datasource/message/messagetest"
	"github.com/dbprecheck/precheck/engine/omsapi/wire"
)

// startServe runs precheck serve until the test ends, and returns its URL.
func startServe(t *testing.T, args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	address := make(chan string, 1)
	f := serveFlags{started: func(a string) { address <- a }, databases: embeddedDatabases}
	cmd := f.command(message.English)
	var stderr bytes.Buffer
	cmd.SetArgs(append([]string{"--listen", "127.0.0.1:0", "--log-level", "error"}, args...))
	cmd.SetOut(&stderr)
	cmd.SetErr(&stderr)
	cmd.SilenceUsage, cmd.SilenceErrors = true, true
	ended := make(chan error, 1)
	go func() { ended <- cmd.ExecuteContext(ctx) }()
	select {
	case a := <-address:
		t.Cleanup(func() {
			stop()
			if err := <-ended; err != nil {
				t.Errorf("%v: %s", err, &stderr)
			}
		})
		return "http://" + a
	case err := <-ended:
		stop()
		t.Fatalf("%v: %s", err, &stderr)
	}
	return ""
}

// embeddedDatabases starts the databases of the demonstration in this process.
func embeddedDatabases(ctx context.Context) (a demoprogram.Addresses, stop func(), err error) {
	source, err := demo.StartSource(ctx)
	if err != nil {
		return a, nil, err
	}
	destination, err := demo.StartDestination(ctx)
	if err != nil {
		_ = source.Close()
		return a, nil, err
	}
	return demoprogram.Addresses{Source: source.Address(), Destination: destination.Address()},
		func() { _, _ = source.Close(), destination.Close() }, nil
}

// The calls of the README work as they stand there, on the demo.
func TestReadmeAsAService(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("%s is missing", program)
		}
	}
	root, err := messagetest.Root()
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(readme), "\n## As a service\n")
	section, _, _ = strings.Cut(section, "\n## ")
	script := regexp.MustCompile(`(?m)^ {4}api[ (](.*\n( {4}  .*\n)*)`).FindAllString(section, -1)
	if len(script) != 5 {
		t.Fatalf("%d commands: %q", len(script), script)
	}
	url := startServe(t, "--demo")
	define := strings.ReplaceAll(script[0], "http://127.0.0.1:8480", url)
	id := ""
	for i, command := range script[1:] {
		command = strings.ReplaceAll(command, "t_…", id)
		var answer wire.Answer[any]
		for finished := false; !finished; {
			out, err := exec.CommandContext(t.Context(), "sh", "-c", define+command).Output()
			if err != nil {
				t.Fatalf("%s: %v", command, err)
			}
			if err := json.Unmarshal(out, &answer); err != nil || !answer.Success {
				t.Fatalf("%s: %s", command, out)
			}
			data, _ := answer.Data.(map[string]any)
			status, _ := data["projectStatus"].(string)
			finished = status != "PENDING" && status != "RUNNING"
		}
		if text, ok := answer.Data.(string); ok {
			id = text
		}
		if i == 3 && !strings.Contains(answer.Data.(map[string]any)["content"].(string), "RDB_TABLE_CONFLICT") {
			t.Errorf("the report does not show the planted defects: %v", answer.Data)
		}
	}
}

// A task is submitted from its file, watched until its end, listed and cancelled.
func TestRemoteCommands(t *testing.T) {
	t.Parallel()
	url := startServe(t, "--demo")
	task := filepath.Join(t.TempDir(), "task.yaml")
	text := `{name: from-file, type: MIGRATION, phases: [SCHEMA, FULL],
		source: {type: MYSQL, host: a, user: u}, destination: {type: MYSQL, host: b, user: u},
		objects: {mode: SPECIFIC, databases: [{name: shop, mappedName: shop_new}], exclude: [shop.x]}}`
	if err := os.WriteFile(task, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	execute := func(want int, args ...string) (stdout, stderr string) {
		t.Helper()
		var out, err bytes.Buffer
		if got := run(append(args, "--server", url), strings.NewReader(""), &out, &err); got != want {
			t.Fatalf("%v: exit status %d, want %d: %s%s", args, got, want, &out, &err)
		}
		return out.String(), err.String()
	}
	ids := []string{"--source-id", "e_demo_source", "--sink-id", "e_demo_destination"}
	stdout, stderr := execute(exitFailed, append([]string{"submit", task, "--watch", "--every", "20ms"}, ids...)...)
	if !strings.Contains(stdout, "RDB_TABLE_CONFLICT") || !strings.Contains(stderr, "Submitted t_") {
		t.Errorf("stdout %s\nstderr %s", stdout, stderr)
	}
	id, _ := execute(exitPassed, append([]string{"submit", task, "--idempotency-key", "k"}, ids...)...)
	again, _ := execute(exitPassed, append([]string{"submit", task, "--idempotency-key", "k"}, ids...)...)
	if id = strings.TrimSpace(id); id != strings.TrimSpace(again) || !strings.HasPrefix(id, "t_") {
		t.Errorf("%s and %s", id, again)
	}
	execute(exitFailed, "watch", id, "--every", "20ms", "--format", "json")
	stdout, _ = execute(exitPassed, "runs", "--search", "from-file")
	if strings.Count(stdout, "from-file") != 2 {
		t.Errorf("%s", stdout)
	}
	stdout, _ = execute(exitPassed, "runs", "--json", "--page-size", "1")
	var runs []wire.PreCheck
	if err := json.Unmarshal([]byte(stdout), &runs); err != nil || len(runs) != 1 {
		t.Errorf("%v: %s", err, stdout)
	}
	execute(exitUsage, "cancel", id) // it has finished
	execute(exitUsage, "watch", "t_unknown")
	execute(exitUsage, "submit", task) // the endpoints of the file are not allowed
	execute(exitUsage, "submit")
}

func TestServeRefuses(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "server.yaml")
	wrong := "listen: 127.0.0.1:0\nlimits: {runs: 0}\nusers: [{name: a}]\n"
	if err := os.WriteFile(file, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	valid := filepath.Join(t.TempDir(), "valid.yaml")
	if err := os.WriteFile(valid, []byte("limits: {runs: 2}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"serve", "--listen", "0.0.0.0:0"}, exitUsage, "requires tls"},
		{[]string{"serve", "--listen", "x"}, exitUsage, "must be an address and a port"},
		{[]string{"serve", "--config", file, "--check-config"}, exitUsage, ":2: limits.runs"},
		{[]string{"serve", "--config", file, "--check-config"}, exitUsage, ":3: users[0].role"},
		{[]string{"serve", "--config", valid, "--check-config"}, exitPassed, "The configuration is valid."},
		{[]string{"serve", "--config", file + "x"}, exitUsage, "no such file"},
	} {
		var out bytes.Buffer
		if got := run(tc.args, strings.NewReader(""), &out, &out); got != tc.status ||
			!strings.Contains(out.String(), tc.want) {
			t.Errorf("%v: exit status %d: %s", tc.args, got, &out)
		}
	}
	var out bytes.Buffer
	if got := run([]string{"serve", "hash-password"}, strings.NewReader("secret\n"), &out, &out); got != exitPassed ||
		!strings.HasPrefix(out.String(), "$2a$") {
		t.Errorf("exit status %d: %s", got, &out)
	}
}
