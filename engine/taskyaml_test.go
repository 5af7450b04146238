package engine_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/engine"
)

// An error of syntax has the line of its cause, and says what to do.
func TestSyntaxErrorsHaveLines(t *testing.T) {
	t.Parallel()
	for text, line := range map[string]int{
		"a: b: c":                             1,
		"a: 1\nb: c: d\n":                     2,
		"{a: 1, b":                            1,
		"name: x\nphases: [FULL\nsource: 1\n": 2,
		"name: x\nsource: {a: 1\nb: 2\n":      2,
		"a: 1\n b: 2\n":                       2,
		"a: 1\nb: 2\n- c\n":                   3,
		"a: 1\nb: @x\n":                       2,
		"a: 1\n\tb: 2\n":                      2,
		"a: 1\nb: \"c\\qd\"\n":                2,
		"a: 1\nb: \"c\n":                      2,
		"a: 1\nb: caf\xe9\n":                  2,
		"a: 1\nb: 2\nc: \x1b[2J\n":            3,
		"a: 1\nb: *hunter2\n":                 2,
		"a: 1\nb: !x!y z\n":                   2,
		"":                                    1,
	} {
		_, _, err := engine.ParseTask("t.yaml", []byte(text), engine.FileOptions{})
		want := fmt.Sprintf("t.yaml:%d: ", line)
		if err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Aliases that expand to more than the limit are an error, and are not read one by one.
func TestAliasesAreBounded(t *testing.T) {
	t.Parallel()
	var tables, databases strings.Builder
	for range 20_000 {
		tables.WriteString("*t,")
		databases.WriteString("*d,")
	}
	text := "name: &t {name: x}\nobjects: {databases: [&d {name: y, tables: [" + tables.String() + "]},\n" +
		databases.String() + "]}\n"
	_, _, err := engine.ParseTask("t.yaml", []byte(text), engine.FileOptions{})
	if err == nil || !strings.HasPrefix(err.Error(), "t.yaml:3: the aliases of the file expand to more than 32 MiB") {
		t.Errorf("got %v", err)
	}
	_, _, err = engine.ParseTask("t.yaml", []byte("source: &s {standby: *s}"), engine.FileOptions{})
	if err == nil || !strings.HasPrefix(err.Error(), "t.yaml:1: the aliases") {
		t.Errorf("an alias inside its anchor: %v", err)
	}
}

const endpoints = "source: {type: MYSQL, host: a, user: u, %s}\ndestination: {type: MYSQL, host: b, user: u}\n" +
	"name: x\nphases: [FULL]\nobjects: {include: ['*.*']}\n"

// Files that do not end and files of the wrong kind are refused.
func TestFilesAreBounded(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	pipe, large := filepath.Join(folder, "pipe"), filepath.Join(folder, "large")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, make([]byte, 64<<10+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := engine.LoadTask("/dev/zero", engine.FileOptions{}); err == nil ||
		err.Error() != "/dev/zero: is larger than 16 MiB" {
		t.Errorf("task: %v", err)
	}
	for fields, want := range map[string]string{
		"password: {file: /dev/zero}":                "source.password: the file cannot be read: is larger than 64 KiB",
		"password: {file: " + large + "}":            "source.password: the file cannot be read: is larger than 64 KiB",
		"tls: {mode: verify-ca, ca: /dev/zero}":      "source.tls.ca: must be a regular file",
		"tls: {mode: verify-ca, ca: " + pipe + "}":   "source.tls.ca: must be a regular file",
		"tls: {mode: verify-ca, ca: " + folder + "}": "source.tls.ca: must be a regular file",
		"tls: {mode: required, cert: /dev/null}":     "source.tls.cert: must be a regular file",
		"tls: {mode: required, key: " + folder + "}": "source.tls.key: must be a regular file",
	} {
		_, _, err := engine.ParseTask("t.yaml", fmt.Appendf(nil, endpoints, fields), engine.FileOptions{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", fields, err, want)
		}
	}
}

// A cancelled context ends the reading of a pipe to which nothing is written.
func TestReadingAPipeIsCancelled(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped")
	for name, read := range map[string]func(pipe string, o engine.FileOptions) error{
		"task": func(pipe string, o engine.FileOptions) error {
			_, _, err := engine.LoadTask(pipe, o)
			return err
		},
		"password": func(pipe string, o engine.FileOptions) error {
			text := fmt.Appendf(nil, endpoints, "password: {file: "+pipe+"}")
			_, _, err := engine.ParseTask("t.yaml", text, o)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			done := make(chan error, 1)
			go func() { done <- read(pipe, engine.FileOptions{Context: ctx}) }()
			writer := openWriter(t, pipe)
			cancel(stopped)
			if err := <-done; err == nil || !strings.HasSuffix(err.Error(), "stopped") {
				t.Errorf("got %v", err)
			}
			if err := writer.Close(); err != nil { // the abandoned reader ends
				t.Error(err)
			}
		})
	}
}

// openWriter opens a pipe as soon as it is read.
func openWriter(t *testing.T, pipe string) *os.File {
	t.Helper()
	for t.Context().Err() == nil {
		file, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
		switch {
		case err == nil:
			return file
		case !errors.Is(err, syscall.ENXIO):
			t.Fatal(err)
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("nothing reads the pipe")
	return nil
}

// manyDatabases is a task of n databases.
func manyDatabases(n int, database string) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, endpoints, "port: 1")
	b.WriteString("limits: {objects: 0}\nskip: []\n")
	text := strings.Replace(b.String(), "objects: {include: ['*.*']}\n", "objects:\n  databases:\n", 1)
	head, tail, _ := strings.Cut(text, "limits:")
	b.Reset()
	b.WriteString(head)
	for i := range n {
		fmt.Fprintf(&b, database, i)
	}
	b.WriteString("limits:" + tail)
	return []byte(b.String())
}

// The work for a task grows with its size, also where every database has an error. The allocations count it.
func TestWorkGrowsWithTheTask(t *testing.T) {
	work := func(n int) float64 {
		data := manyDatabases(n, "    - {name: '', tables: [{name: t%d}], views: 1}\n")
		return testing.AllocsPerRun(1, func() {
			_, _, err := engine.ParseTask("t.yaml", data, engine.FileOptions{})
			var wrong engine.TaskErrors
			if !errors.As(err, &wrong) || len(wrong) != 101 {
				t.Errorf("%d errors, want the first 100 and that there are more", len(wrong))
			}
		})
	}
	if small, large := work(500), work(5000); large > 11*small {
		t.Errorf("%.0f allocations for 500 databases, %.0f for 5,000", small, large)
	}
}

// The time for a task with very many names that do not exist does not grow with their square, and the output is short.
func TestManyWrongNames(t *testing.T) {
	t.Parallel()
	const n, limit = 100_000, 2 * time.Minute
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	for field, tc := range map[string]struct {
		element          string
		errors, warnings int
	}{
		"skip":           {"- {type: NOPE%d, reason: known}\n", 101, 0},
		"skippableFlags": {"  NOPE%d: true\n", 0, 100},
		"settings":       {"  nope%d: true\n", 101, 0},
	} {
		var b strings.Builder
		fmt.Fprintf(&b, endpoints, "port: 1")
		b.WriteString(field + ":\n")
		for i := range n {
			fmt.Fprintf(&b, tc.element, i)
		}
		began := time.Now()
		_, warnings, err := engine.ParseTask("t.yaml", []byte(b.String()), engine.FileOptions{Engine: e})
		if took := time.Since(began); took > limit {
			t.Errorf("%s: %v", field, took)
		}
		var wrong engine.TaskErrors
		if errors.As(err, &wrong); len(wrong) != tc.errors || len(warnings) != tc.warnings {
			t.Errorf("%s: %d errors, %d warnings", field, len(wrong), len(warnings))
		}
		if len(wrong) > 0 && !strings.HasPrefix(wrong[100].Error(), "t.yaml: there are more errors") {
			t.Errorf("%s: the last error is %v", field, wrong[100])
		}
	}
}

func BenchmarkParse200000Databases(b *testing.B) {
	var elements strings.Builder
	for i := range 200_000 {
		fmt.Fprintf(&elements, `,{"name": "s%d"}`, i)
	}
	b.Run("JSON", func(b *testing.B) {
		data := []byte(`{"objects": {"databases": [` + elements.String()[1:] + `]}}`)
		for b.Loop() {
			_, _, _ = engine.ParseTask("t.json", data, engine.FileOptions{})
		}
	})
	for name, database := range map[string]string{
		"valid": "    - {name: s%d}\n", "wrong": "    - {name: '', tables: [{name: t%d}], views: 1}\n",
	} {
		data := manyDatabases(200_000, database)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, _, _ = engine.ParseTask("t.yaml", data, engine.FileOptions{})
			}
		})
	}
}
