package catalogue_test

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/dbprecheck/precheck/"

// A package of checks imports no other package of checks, and nothing of checks imports the engine or the command.
func TestImportsOfChecks(t *testing.T) {
	t.Parallel()
	topics := pagesByFolder(t)
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			rest, own := strings.CutPrefix(imported, module)
			_, topic := topics[filepath.Join("..", strings.TrimPrefix(rest, "checks/"))]
			switch {
			case !own:
			case strings.HasPrefix(rest, "engine"), strings.HasPrefix(rest, "cmd"):
				t.Errorf("%s imports %s", path, imported)
			case topic && filepath.Dir(path) != filepath.Join("..", "catalogue"):
				t.Errorf("%s imports %s, a package of checks", path, imported)
			case strings.HasPrefix(path, filepath.Join("..", "internal", "compat")) && rest == "checks":
				t.Errorf("%s imports checks: package compat knows no check", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A package of checks stays small enough to read: at most 30 files and 3,000 lines that are not tests.
func TestPackagesAreSmall(t *testing.T) {
	t.Parallel()
	for folder := range pagesByFolder(t) {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		count, lines := 0, 0
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			count, lines = count+1, lines+strings.Count(string(text), "\n")
		}
		if count > 30 || lines > 3000 {
			t.Errorf("%s has %d files and %d lines", folder, count, lines)
		}
	}
}

// Every check has a test file that is named after it: name_test.go, or one for emulated or real servers.
func TestEveryCheckHasATestFile(t *testing.T) {
	t.Parallel()
	for folder, pages := range pagesByFolder(t) {
		for _, page := range pages {
			name := strings.TrimSuffix(filepath.Base(page), ".md")
			found := false
			for _, suffix := range []string{"_test.go", "_emulated_test.go", "_real_test.go"} {
				_, err := os.Stat(filepath.Join(folder, name+suffix))
				found = found || err == nil
			}
			if !found {
				t.Errorf("no test file of %s/%s is named after it", folder, name)
			}
		}
	}
}
