package messagetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Prose returns the position and the value of each string literal in the Go files of directories,
// other than tests, that reads as prose: a sentence that belongs to a catalogue. allowed lists
// literals that may stay.
//
// A literal reads as prose if it has three words in a row, of which two are in lower case. Prose
// ignores SQL, struct tags, lists of words for strings.Fields, the messages of log calls, and
// panics, which report bugs.
func Prose(allowed []string, dirs ...string) ([]string, error) {
	var found []string
	files := token.NewFileSet()
	for _, dir := range dirs {
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			return nil, err
		}
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			for _, lit := range literals(file) {
				value, err := strconv.Unquote(lit.Value)
				if err == nil && isProse(value) && !slices.Contains(allowed, value) {
					found = append(found, files.Position(lit.Pos()).String()+": "+lit.Value)
				}
			}
		}
	}
	return found, nil
}

// literals returns the string literals of a file that a user may read.
func literals(file *ast.File) []*ast.BasicLit {
	var found []*ast.BasicLit
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec, *ast.StructType:
			return false // a struct type has no literals but tags
		case *ast.CallExpr:
			return !isExempt(n)
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				found = append(found, n)
			}
		}
		return true
	})
	return found
}

// loggers are the names of what logs.
var loggers = []string{"log", "slog", "logger"}

// isExempt reports whether no user reads the arguments of a call.
func isExempt(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name == "panic"
	case *ast.SelectorExpr:
		switch x := f.X.(type) {
		case *ast.Ident:
			return slices.Contains(loggers, x.Name) || x.Name == "strings" && f.Sel.Name == "Fields"
		case *ast.SelectorExpr:
			return slices.Contains(loggers, x.Sel.Name)
		}
	}
	return false
}

var (
	// word is a word of prose or a placeholder, with its punctuation.
	word        = regexp.MustCompile(`^[("'“]*([A-Za-z]?[a-z]+(['’-][a-z]+)*|%[a-z]|\{\w+\})[)"'”.,;:!?…]*$`)
	placeholder = regexp.MustCompile(`^\W*(%[a-z]|\{\w+\})\W*$`)
	sql         = regexp.MustCompile(
		`^[\s(]*(/\*.*\*/)?\s*(SELECT|WITH|SHOW|SET|ALTER|CREATE|DROP|RENAME|INSERT|UPDATE|` +
			`DELETE|GRANT|REVOKE|CALL|EXPLAIN|ANALYZE|KILL|BEGIN|START|COMMIT|ROLLBACK|FROM|WHERE|AND|OR|NOT|JOIN|` +
			`LEFT|UNION|` +
			`GROUP|ORDER|HAVING|LIMIT|CASE|ON|IN|EXISTS)\b`)
)

// isProse reports whether a text has three words in a row, of which two are not placeholders.
func isProse(text string) bool {
	if sql.MatchString(text) {
		return false
	}
	words, real := 0, 0
	for _, field := range strings.Fields(text) {
		switch {
		case !word.MatchString(field):
			words, real = 0, 0
			continue
		case !placeholder.MatchString(field):
			real++
		}
		if words++; words >= 3 && real >= 2 {
			return true
		}
	}
	return false
}
