package engine_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/engine"
)

// Any task file is read, or rejected with errors that name the file. None causes a panic.
func FuzzParseTask(f *testing.F) {
	tasks, err := filepath.Glob(filepath.Join("..", "testdata", "tasks", "*"))
	if err != nil || len(tasks) == 0 {
		f.Fatalf("no tasks: %v", err)
	}
	for _, path := range tasks {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, text := range []string{"a: &a [*a]", "source: &s {standby: *s}", "&k x: 1", "? [a]\n: b", "<<: {name: x}",
		"!!binary x", "name: !!int x",
		"limits: {timeout: 9999999999h, connections: 99999999999999999999}", "phases: [~, 1, [FULL]]", "\x00",
		"%YAML 9.9\n---\n"} {
		f.Add([]byte(text))
	}
	e, err := engine.New()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		_, _, err := engine.ParseTask("fuzz.yaml", data, engine.FileOptions{Engine: e, NoPasswords: true})
		var wrong engine.TaskErrors
		switch {
		case err == nil:
		case !errors.As(err, &wrong) || len(wrong) == 0:
			t.Errorf("the error is a %T: %v", err, err)
		case !strings.HasPrefix(wrong[0].Error(), "fuzz.yaml:"):
			t.Errorf("the error does not name the file: %v", err)
		}
	})
}
