package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/render"
)

// Both sides are captured where the other one cannot be reached, and the task is run from the two files alone.
func TestCapture(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Get(t, dbtest.MariaDB)
	schema := from.Database(t)
	from.Exec(t, "CREATE TABLE "+schema+".good (id BIGINT PRIMARY KEY)",
		"CREATE TABLE "+schema+".taken (id BIGINT PRIMARY KEY)")
	to.Exec(t, "CREATE DATABASE "+schema, "CREATE TABLE "+schema+".taken (id BIGINT PRIMARY KEY)",
		"INSERT INTO "+schema+".taken VALUES (1)")
	t.Cleanup(func() { to.Exec(t, "DROP DATABASE "+schema) })
	folder := t.TempDir()
	live := pair(t, from, to, schema, "SCHEMA, FULL, INCREMENTAL")
	text, err := os.ReadFile(live)
	if err != nil {
		t.Fatal(err)
	}
	line := regexp.MustCompile(`(?m)^(source|destination): .*$`)
	files := map[string]string{"source": filepath.Join(folder, "a.snapshot"),
		"destination": filepath.Join(folder, "b.snapshot")}
	for _, side := range []string{"source", "destination"} {
		flag := map[string]string{"source": "source", "destination": "dest"}[side]
		// The other side is described as at its own place: here, neither its host nor its password is known.
		there := line.ReplaceAllStringFunc(string(text), func(found string) string {
			if strings.HasPrefix(found, side+":") {
				return found
			}
			name, kind, _ := strings.Cut(found, ": {type: ")
			kind, _, _ = strings.Cut(kind, ",")
			return name + ": {type: " + kind + ", host: {env: NO_SUCH_VARIABLE}, port: 1, user: x, " +
				"password: {env: NO_SUCH_VARIABLE}}"
		})
		status, stdout, stderr := command("capture", "--side", flag, "-o", files[side], taskFile(t, there))
		if status != exitPassed || stdout != "" || !strings.Contains(stderr, "wrote "+files[side]) {
			t.Fatalf("%s: status %d, %s%s", side, status, stdout, stderr)
		}
		info, err := os.Stat(files[side])
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v %v", side, info.Mode(), err)
		}
		status, stdout, stderr = command("capture", "--side", flag, "-o", "-", "--quiet", taskFile(t, there))
		if status != exitPassed || !strings.HasPrefix(stdout, "precheck-snapshot 1\n") || stderr != warned(stderr) {
			t.Errorf("%s to the standard output: status %d, %d bytes, %s", side, status, len(stdout), stderr)
		}
	}
	stored := taskFile(t, line.ReplaceAllStringFunc(string(text), func(found string) string {
		name, _, _ := strings.Cut(found, ":")
		return name + ": {snapshot: " + files[name] + "}"
	}))
	_, stdout, _ := command("run", live, "--quiet", "--format", "full")
	want := decodeFull(t, stdout)
	status, stdout, stderr := command("run", stored, "--quiet", "--format", "full")
	got := decodeFull(t, stdout)
	if status != exitFailed || stderr != "" {
		t.Errorf("status %d, %s", status, stderr)
	}
	if len(got.Items) != len(want.Items) {
		t.Fatalf("%d items, %d over connections", len(got.Items), len(want.Items))
	}
	for i, item := range got.Items {
		of := want.Items[i]
		if item.CheckType == "RDB_CONNECT" || item.CheckType == measured {
			if item.Outcome != "unknown" || !strings.Contains(item.Reason, "only a connection") {
				t.Errorf("%s: %s %s", item.Name, item.Outcome, item.Reason)
			}
			continue
		}
		if rules(item) != rules(of) {
			t.Errorf("%s:\n%s\nover connections:\n%s", item.Name, rules(item), rules(of))
		}
	}
	if len(got.Databases) != 2 || got.Databases[0].Snapshot == nil ||
		got.Databases[0].Snapshot.File != files["source"] || len(got.Volatile.Databases) > 0 {
		t.Errorf("databases: %+v, %+v", got.Databases, got.Volatile.Databases)
	}
	_, stdout, _ = command("run", stored, "--quiet")
	if !strings.Contains(strings.Join(strings.Fields(stdout), " "), "from the snapshot "+files["source"]+" of 20") {
		t.Errorf("the table does not name the snapshot: %s", stdout)
	}
	if status, _, stderr := command("fix", stored, "--quiet", "-o", folder); status != exitPassed {
		t.Errorf("fix: status %d, %s", status, stderr)
	}
}

// warned returns a text without its lines that are warnings about the task file.
func warned(stderr string) string {
	var b strings.Builder
	for line := range strings.Lines(stderr) {
		if strings.HasPrefix(line, "warning: ") {
			b.WriteString(line)
		}
	}
	return b.String()
}

// rules returns what was decided about an item.
func rules(item render.FullItem) string {
	item.Volatile = render.FullItemVolatile{}
	data, err := json.MarshalIndent(item, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(data)
}

const minimal = "name: a\nphases: [SCHEMA]\nobjects: {databases: [{name: a}]}\n"

// Each mistake of a task with snapshots is an error with the line and the file.
func TestTasksWithSnapshotsAreValidated(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	from, to := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	schema := from.Database(t)
	live := pair(t, from, to, schema, "SCHEMA")
	taken := filepath.Join(folder, "taken.snapshot")
	if status, _, stderr := command("capture", "--side", "source", "-o", taken, live); status != exitPassed {
		t.Fatalf("status %d, %s", status, stderr)
	}
	newer, broken := filepath.Join(folder, "newer"), filepath.Join(folder, "broken")
	whole, err := os.ReadFile(taken)
	if err != nil {
		t.Fatal(err)
	}
	for path, data := range map[string][]byte{broken: whole[:len(whole)-9],
		newer: append([]byte("precheck-snapshot 9\n"), whole[20:]...)} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dest := "destination: {type: MYSQL, host: h, user: u, password: {env: PATH}}"
	for name, tc := range map[string]struct{ source, dest, want string }{
		"missing file": {"{snapshot: " + folder + "/none}", dest, folder + "/none: no such file"},
		"a folder":     {"{snapshot: " + folder + "}", dest, ":4: source.snapshot: " + folder + ": "},
		"another file": {"{snapshot: " + live + "}", dest, "the file is not a snapshot"},
		"newer":        {"{snapshot: " + newer + "}", dest, newer + ": a newer version of precheck"},
		"a list":       {"{snapshot: [a]}", dest, ":4: source.snapshot: must be a string"},
		"beside":       {"{snapshot: " + taken + ", host: h}", dest, ":4: source.host: not allowed beside snapshot"},
		"password":     {"{password: {prompt: true}, snapshot: " + taken + "}", dest, ":4: source.password: "},
		"standby":      {"{snapshot: " + taken + ", standby: {host: h}}", dest, ":4: source.standby: "},
		"a type":       {"{snapshot: " + taken + ", type: MYSQL}", dest, ":4: source.type: not"},
		"unknown":      {"{snapshots: " + taken + "}", dest, "did you mean snapshot?"},
		"other side": {"{type: MYSQL, host: h, user: u}", "destination: {snapshot: " + taken + "}",
			":5: destination.snapshot: " + taken + " is a snapshot of the source"},
		"of the standby": {"{type: MYSQL, host: h, user: u, standby: {snapshot: x}}", dest, "unknown field"},
		"route": {"{snapshot: " + taken + "}", "destination: {type: ORACLE, host: h, user: u, service: s}",
			"destination.type"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := taskFile(t, fmt.Sprintf(minimal+"source: %s\n%s\n", tc.source, tc.dest))
			status, _, stderr := command("run", path, "--quiet")
			if status != exitUsage || !strings.Contains(stderr, tc.want) {
				t.Errorf("status %d, %s", status, stderr)
			}
		})
	}
	path := taskFile(t, fmt.Sprintf(minimal+"source: {snapshot: %s}\n%s\n", broken, dest))
	if status, _, stderr := command("run", path, "--quiet"); status != exitUsage ||
		!strings.Contains(stderr, broken+": the snapshot is incomplete") {
		t.Errorf("a truncated file: status %d, %s", status, stderr)
	}
	captureSource := func(endpoints string) []string {
		return []string{"--side", "source", taskFile(t, minimal+endpoints)}
	}
	for name, args := range map[string][]string{
		"--side":                     {live},
		"one of source, dest":        {"--side", "both", live},
		"the snapshot is incomplete": {"--side", "source", path},
		"destination.type: required": captureSource(
			"source: {type: MYSQL, host: h, user: u}\ndestination: {host: h}\n"),
		"destination.type: required, ": captureSource("source: {type: MYSQL, host: h, user: u}\n"),
		"must be a database, not": captureSource(
			"source: {snapshot: " + taken + "}\ndestination: {type: MYSQL}\n"),
		"source.user: required": captureSource(
			"source: {type: MYSQL, host: h}\ndestination: {type: MYSQL}\n"),
		"takes 1 argument, got 0":        {"--side", "source"},
		"output: open /nowhere/at/all/x": {"--side", "source", "-o", "/nowhere/at/all/x", live},
	} {
		status, _, stderr := command(append([]string{"capture"}, args...)...)
		if status != exitUsage || !strings.Contains(stderr, name) {
			t.Errorf("%s: status %d, %s", name, status, stderr)
		}
	}
	// What cannot be reached is not captured, and no file is left.
	gone := strings.Replace(string(mustRead(t, live)), fmt.Sprintf("port: %d", from.Port), "port: 1", 1)
	status, _, stderr := command("capture", "--side", "source", "-o", filepath.Join(folder, "gone"), taskFile(t, gone))
	if status != exitFailed || !strings.Contains(stderr, "the source cannot be read: ") {
		t.Errorf("status %d, %s", status, stderr)
	}
	if _, err := os.Stat(filepath.Join(folder, "gone")); err == nil {
		t.Error("a file was written")
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
