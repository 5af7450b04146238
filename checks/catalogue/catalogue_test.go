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
	"github.com/dbprecheck/precheck/checks/catalogue"
)

func TestCatalogueIsValid(t *testing.T) {
	t.Parallel()
	if err := checks.Validate(catalogue.All()); err != nil {
		t.Error(err)
	}
}

// The rules in a check's code and in its page are the same: a rule without a text panics, and a text without
// a rule is dead.
func TestRulesAndPagesAgree(t *testing.T) {
	t.Parallel()
	shared := map[string]bool{} // rules of shared helpers
	for _, folder := range []string{"access", "report"} {
		maps.Copy(shared, rulesInCode(t, filepath.Join("..", "internal", folder)))
	}
	for folder, pages := range pagesByFolder(t) {
		named := rulesInCode(t, folder)
		worded := map[string]bool{}
		for _, page := range pages {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			p := checks.ParsePage(string(text))
			if p.Err != nil {
				t.Errorf("%s: %v", page, p.Err)
			}
			for rule := range p.Wording {
				worded[rule] = true
				if !named[rule] && !shared[rule] {
					t.Errorf("%s has a text for the rule %q, which is not in the code of its package", page, rule)
				}
			}
		}
		for rule := range named {
			if !worded[rule] {
				t.Errorf("the code of %s has the rule %q, which is not in its pages", folder, rule)
			}
		}
	}
}

// pagesByFolder returns the pages of each package of checks.
func pagesByFolder(t *testing.T) map[string][]string {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join("..", "*", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	byFolder := map[string][]string{}
	pages = slices.DeleteFunc(pages, func(page string) bool { return strings.Contains(filepath.Base(page), ".zh.") })
	for _, page := range pages {
		byFolder[filepath.Dir(page)] = append(byFolder[filepath.Dir(page)], page)
	}
	if len(pages) != len(catalogue.All()) {
		t.Errorf("%d pages, want one of each of the %d checks", len(pages), len(catalogue.All()))
	}
	return byFolder
}

// rulesInCode returns every string literal that the files of a folder assign to a field named Rule, or to a
// variable or parameter named rule.
func rulesInCode(t *testing.T, folder string) map[string]bool {
	t.Helper()
	rules := map[string]bool{}
	add := func(e ast.Expr) {
		if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			if text, err := strconv.Unquote(lit.Value); err == nil {
				rules[text] = true
			}
		}
	}
	isRule := func(e ast.Expr) bool {
		switch e := e.(type) {
		case *ast.Ident:
			return strings.EqualFold(e.Name, "rule")
		case *ast.SelectorExpr:
			return e.Sel.Name == "Rule"
		}
		return false
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var parsed []*ast.File
	takes := map[string]int{} // functions with a parameter named rule, and its index
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, file)
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			place := 0
			for _, field := range f.Type.Params.List {
				for _, name := range field.Names {
					if isRule(name) {
						takes[f.Name.Name] = place
					}
					place++
				}
			}
		}
	}
	for _, file := range parsed {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				callee, ok := n.Fun.(*ast.Ident)
				if selector, method := n.Fun.(*ast.SelectorExpr); method {
					callee, ok = selector.Sel, true
				}
				if !ok {
					break
				}
				if place, ok := takes[callee.Name]; ok && place < len(n.Args) {
					add(n.Args[place])
				}
			case *ast.KeyValueExpr:
				if isRule(n.Key) {
					add(n.Value)
				}
			case *ast.AssignStmt:
				for i, left := range n.Lhs {
					if isRule(left) && len(n.Rhs) == len(n.Lhs) {
						add(n.Rhs[i])
					}
				}
			}
			return true
		})
	}
	return rules
}
