package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/engine"
)

// One run writes several formats: one to standard output, the others to files of their own.
func TestSeveralFormats(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	junit, html := filepath.Join(folder, "report.xml"), filepath.Join(folder, "report.html")
	args := append([]string{"run", "--only", "RDB_CONNECT", "--format", "table", "--format", "junit=" + junit,
		"--format", "html=" + html}, nowhere...)
	status, stdout, stderr := command(args...)
	if status != exitFailed || !strings.Contains(stdout, "FAILED       RDB_CONNECT") {
		t.Errorf("status %d, %s%s", status, stdout, stderr)
	}
	if strings.Contains(stderr, "Wrote") {
		t.Errorf("the summary is on standard error too: %s", stderr)
	}
	for path, want := range map[string]string{junit: "<testsuites", html: "<!doctype html>"} {
		if data, err := os.ReadFile(path); err != nil || !strings.Contains(string(data), want) {
			t.Errorf("%s: %v, %.200s", path, err, data)
		}
	}
}

// A format that cannot be written leaves no file of another.
func TestSeveralFormatsOrNone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "report.xml")
	args := append([]string{"run", "--only", "RDB_CONNECT", "--quiet", "--format", "junit=" + path,
		"--format", "json=/dev/full"}, nowhere...)
	if status, _, stderr := command(args...); status != exitOutput {
		t.Errorf("status %d: %s", status, stderr)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("%s: %v", path, err)
	}
}

func TestFormatErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		args []string
		want string
	}{
		{[]string{"--format", "html="}, "--format: the name of the file after html= is missing"},
		{[]string{"--format", "table", "--format", "json"}, "--format: only one format can go to standard output"},
		{[]string{"--format", "table=-", "--format", "json"}, "--format: only one format can go to standard output"},
		{[]string{"--format", "html=a", "--format", "json=a"}, "--format: a is the file of two formats"},
		{[]string{"--format", "html=a", "--output", "b"}, "--output: every format has a file of its own"},
		{[]string{"--format", "pdf=a"}, "--format: must be one of table, html"},
		{[]string{"--color", "yes"}, `--color: must be one of auto, always, never, got "yes"`},
	} {
		args := append([]string{"run"}, append(tc.args, nowhere...)...)
		if status, _, stderr := command(args...); status != exitUsage || !strings.Contains(stderr, tc.want) {
			t.Errorf("%q: status %d: %s", tc.args, status, stderr)
		}
	}
}

// A table in a pipe has no colours unless they are asked for. The default format is the table there, too.
func TestColor(t *testing.T) {
	for _, tc := range []struct {
		mode, noColor string
		want          bool
	}{{"auto", "", false}, {"always", "", true}, {"always", "1", true}, {"never", "", false}} {
		t.Setenv("NO_COLOR", tc.noColor)
		args := append([]string{"run", "--only", "RDB_CONNECT", "--quiet", "--color", tc.mode}, nowhere...)
		_, stdout, _ := command(args...)
		if got := strings.Contains(stdout, "\x1b["); got != tc.want || !strings.Contains(stdout, "RDB_CONNECT") {
			t.Errorf("%+v: colours %v in %s", tc, got, stdout)
		}
	}
	if !colored("auto", true) {
		t.Skip("the environment has no colours") // NO_COLOR is empty here, but TERM may be dumb
	}
	t.Setenv("TERM", "dumb")
	if colored("auto", true) {
		t.Error("a dumb terminal has colours")
	}
}

// Without a terminal, progress is a line for each tenth and one every ten seconds.
func TestProgressInAFile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var b strings.Builder
		p := &progress{console: &console{w: &b}}
		item := engine.Item{Check: &checks.Check{Type: "RDB_X"}}
		const all = 100
		p.Planned(context.Background(), engine.Task{}, engine.Plan{Items: make([]engine.Item, all)})
		for i := range all {
			p.Started(context.Background(), "", item)
			if i == 42 {
				time.Sleep(25 * time.Second)
			}
			outcome := engine.Passed
			if i == 50 {
				outcome = engine.Failed
			}
			p.Finished(context.Background(), "", engine.Result{Item: item, Outcome: outcome}, i+1, all)
		}
		p.end()
		synctest.Wait()
		lines := strings.Split(strings.TrimSpace(b.String()), "\n")
		if len(lines) != 12 || lines[4] != "42/100 checks, 42%, 0 failed, running RDB_X" ||
			lines[5] != lines[4] || lines[11] != "100/100 checks, 100%, 1 failed" {
			t.Errorf("%d lines: %q", len(lines), lines)
		}
	})
}

// A file of the result that is not on the terminal is reported in one line, with the counts.
func TestSummaryOfAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "result.json")
	args := append([]string{"run", "--only", "RDB_CONNECT", "--format", "full", "-o", path}, nowhere...)
	_, stdout, stderr := command(args...)
	if stdout != "" || !strings.Contains(stderr, "2 checks: 2 failed, ") || !strings.Contains(stderr, "Wrote "+path) {
		t.Errorf("%q, %s", stdout, stderr)
	}
	if data, err := os.ReadFile(path); err != nil || !json.Valid(data) {
		t.Errorf("%v: %s", err, data)
	}
}
