package catalogue_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/message/messagetest"
)

// TestPagesReadWell holds the pages against the rules of their language.
func TestPagesReadWell(t *testing.T) {
	t.Parallel()
	for folder, pages := range pagesByFolder(t) {
		for _, page := range pages {
			t.Run(filepath.Base(folder)+"/"+filepath.Base(page), func(t *testing.T) {
				t.Parallel()
				text, err := os.ReadFile(page)
				if err != nil {
					t.Fatal(err)
				}
				for i, line := range strings.Split(string(text), "\n") {
					for _, phrase := range messagetest.Banned(strings.ReplaceAll(line, "`", "")) {
						t.Errorf("line %d: %s in %q", i+1, phrase, line)
					}
					if len([]rune(line)) > 120 && !strings.HasPrefix(line, "|") {
						t.Errorf("line %d is longer than 120 characters", i+1)
					}
				}
				for _, paragraph := range strings.Split(string(text), "\n\n") {
					if lines := strings.Count(strings.TrimSpace(paragraph), "\n") + 1; lines > 6 &&
						!strings.HasPrefix(strings.TrimSpace(paragraph), "|") && !isList(paragraph) {
						t.Errorf("a paragraph of %d lines: %.60q", lines, paragraph)
					}
				}
				p := checks.ParsePage(string(text))
				for section, texts := range map[string]map[string]checks.Wording{"Findings": p.Wording,
					"Notes": p.Notes} {
					for key, w := range texts {
						if !strings.HasSuffix(w.Message, ".") {
							t.Errorf("%s %s: the message is not a sentence: %q", section, key, w.Message)
						}
					}
				}
				for key, w := range p.NotChecked {
					if strings.HasSuffix(w.Message, ".") {
						t.Errorf("Not checked %s: the reason ends with a period: %q", key, w.Message)
					}
				}
			})
		}
	}
}

// isList reports whether each item of a list is short enough, and the paragraph is a list.
func isList(paragraph string) bool {
	lines, run := strings.Split(strings.TrimSpace(paragraph), "\n"), 0
	for _, line := range lines {
		if run++; strings.HasPrefix(line, "- ") {
			run = 1
		}
		if run > 6 {
			return false
		}
	}
	return strings.HasPrefix(lines[0], "- ")
}

// TestKeysOfPagesAreUsed compares the keys of notes, reasons and terms in the pages with those in the code of
// their package and of the shared packages.
func TestKeysOfPagesAreUsed(t *testing.T) {
	t.Parallel()
	shared := map[string]bool{}
	for _, pattern := range []string{"*", "*/*"} {
		folders, err := filepath.Glob(filepath.Join("..", "internal", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, folder := range folders {
			maps.Copy(shared, keysInCode(t, folder)["any"])
		}
	}
	for folder, pages := range pagesByFolder(t) {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			called := keysInCode(t, folder)
			for _, page := range pages {
				text, err := os.ReadFile(page)
				if err != nil {
					t.Fatal(err)
				}
				p := checks.ParsePage(string(text))
				for method, texts := range map[string]map[string]checks.Wording{"Note": p.Notes,
					"NotChecked": p.NotChecked,
					"Term":       p.Terms} {
					for key := range texts {
						if !called[method][key] && !called["any"][key] && !shared[key] {
							t.Errorf("%s: no code uses the %s %q", page, method, key)
						}
					}
				}
			}
		})
	}
}

// keysInCode returns the literal keys of the calls of Note, NoteVolatile, NotChecked and Term in a folder.
// Any other literal that looks like a key counts under "any", because tables may hold keys.
func keysInCode(t *testing.T, folder string) map[string]map[string]bool {
	t.Helper()
	keys := map[string]map[string]bool{"Note": {}, "NotChecked": {}, "Term": {}, "any": {}}
	eachFile(t, folder, func(_ string, file *ast.File, _ *token.FileSet) {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if selector, ok := n.Fun.(*ast.SelectorExpr); ok && len(n.Args) > 0 {
					method := strings.TrimSuffix(selector.Sel.Name, "Volatile")
					if key, ok := literal(n.Args[0]); ok && keys[method] != nil {
						keys[method][key] = true
					}
				}
			case *ast.BasicLit:
				if text, ok := literal(n); ok {
					keys["any"][text] = true
				}
			}
			return true
		})
	})
	return keys
}

// TestNoProseInChecks fails on a sentence in the code of a check, or of what checks share: words stand in the
// pages and in the catalogue.
func TestNoProseInChecks(t *testing.T) {
	t.Parallel()
	folders := slices.Collect(maps.Keys(pagesByFolder(t)))
	for _, shared := range []string{"access", "report", "sysvar"} {
		folders = append(folders, filepath.Join("..", "internal", shared))
	}
	found, err := messagetest.Prose(nil, folders...)
	if err != nil {
		t.Fatal(err)
	}
	for _, literal := range found {
		t.Errorf("%s belongs to a page", literal)
	}
}

func literal(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(lit.Value)
	return text, err == nil
}

// eachFile parses the files of a folder, except tests.
func eachFile(t *testing.T, folder string, visit func(string, *ast.File, *token.FileSet)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		visit(name, file, set)
	}
}
