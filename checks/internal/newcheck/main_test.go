package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
)

// The output of newcheck compiles beside the real checks, its test passes and its page is complete.
func TestSkeletonCompilesAndPasses(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "settings"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "settings", "doc.go"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run([]string{"MYSQL_NEWCHECK_EXAMPLE", "settings"}, root, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "settings.NewcheckExample") {
		t.Errorf("the output does not name the variable: %s", &out)
	}
	real, err := filepath.Abs(filepath.Join("..", "..", "settings"))
	if err != nil {
		t.Fatal(err)
	}
	overlay := map[string]map[string]string{"Replace": {}}
	for _, suffix := range []string{".go", ".md", ".zh.md", "_test.go"} {
		name := "newcheck_example" + suffix
		overlay["Replace"][filepath.Join(real, name)] = filepath.Join(root, "settings", name)
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(root, "overlay.json")
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "go", "test", "-overlay", file, "-run", "^TestNewcheckExample$", ".")
	cmd.Dir = real
	if result, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(result), "ok") {
		t.Errorf("%v:\n%s", err, result)
	}
	if p := checks.ReadPage(os.DirFS(filepath.Join(root, "settings")), "newcheck_example.md"); p.Err != nil {
		t.Error(p.Err)
	}
	if err := run([]string{"MYSQL_NEWCHECK_EXAMPLE", "settings"}, root, &out); err == nil {
		t.Error("newcheck overwrites an existing check")
	}
}

func TestWrongArguments(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{nil, {"RDB_X"}, {"rdb_x", "table"}, {"X", "table"}, {"RDB_X", "nowhere"}} {
		if err := run(args, t.TempDir(), &strings.Builder{}); err == nil {
			t.Errorf("no error for %q", args)
		}
	}
}
