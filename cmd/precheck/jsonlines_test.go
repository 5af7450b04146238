package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// levelsOf returns the levels of lines, each of which must be a JSON object with a message.
func levelsOf(t *testing.T, text string) map[string]int {
	t.Helper()
	levels := map[string]int{}
	for line := range strings.Lines(text) {
		var entry struct{ Time, Level, Msg string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Msg == "" || entry.Time == "" {
			t.Errorf("%q: %v", line, err)
		}
		levels[entry.Level]++
	}
	return levels
}

// A line that is not complete is a line of its own once it is flushed: a prompt, or the end of the output.
func TestIncompleteLineIsJSON(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	lines := newJSONLines(&out)
	for _, text := range []string{"one\ntw", "o\npassword: "} {
		if n, err := lines.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("%q: %d, %v", text, n, err)
		}
	}
	lines.flush()
	lines.flush()
	if levels := levelsOf(t, out.String()); levels["INFO"] != 3 || !strings.Contains(out.String(), `"two"`) {
		t.Errorf("%v in\n%s", levels, &out)
	}
}

// With --log-format json, warnings, progress, the summary and errors are JSON, too.
func TestEveryLineIsJSON(t *testing.T) {
	t.Parallel()
	path := taskFile(t, `
name: x
phases: [SCHEMA]
source: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: hunter2}
destination: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: hunter2}
objects: {mode: SPECIFIC, databases: [{name: "shop"}]}
skip: [{type: RDB_CHARSET, objects: ["none.*"], reason: r}]
`)
	status, _, stderr := command("run", path, "--log-format", "json", "--log-level", "debug", "--format", "json")
	if levels := levelsOf(t, stderr); status == exitPassed || levels["INFO"] < 3 {
		t.Errorf("status %d, levels %v:\n%s", status, levels, stderr)
	}
	status, _, stderr = command("run", taskFile(t, "name: x\nphase: []\n"), "--log-format=json")
	if levels := levelsOf(t, stderr); status != exitUsage || levels["ERROR"] < 2 || levels["INFO"] != 0 {
		t.Errorf("an invalid task: status %d, levels %v:\n%s", status, levels, stderr)
	}
}
