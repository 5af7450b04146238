package messagetest

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Root returns the directory of the module that the working directory belongs to.
func Root() (string, error) {
	dir, err := os.Getwd()
	for ; err == nil; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.mod in any parent directory")
		}
	}
	return "", err
}

// Call is a call that names a text.
type Call struct {
	Position token.Position
	Key      string   // empty where the key is not a literal
	Args     []string // the names of the arguments; empty for one that is not a literal
	Spread   bool     // the arguments are a slice
}

// messagePackage is the import path of the package whose functions name texts.
const messagePackage = "github.com/dbprecheck/precheck/datasource/message"

// named is the position of the key in the parameters of each function that takes one.
var named = map[string]int{"New": 0, "Err": 0, "Wrap": 1}

// Calls returns every call in a module's Go files, other than tests, that names a text.
func Calls(root string) ([]Call, error) {
	var calls []Call
	files := token.NewFileSet()
	err := eachFile(root, func(path string) error {
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		own := filepath.Dir(path) == filepath.Join(root, "datasource", "message")
		if !own && !bytes.Contains(source, []byte(strconv.Quote(messagePackage))) {
			return nil
		}
		file, err := parser.ParseFile(files, path, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		qualifier := importName(file)
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			if at, ok := named[called(call, qualifier, own)]; ok && len(call.Args) > at {
				if c := read(call, at, files); !own || c.Key != "" { // the package passes keys on
					calls = append(calls, c)
				}
			}
			return true
		})
		return nil
	})
	return calls, err
}

// eachFile calls visit for each Go file of a directory tree that is not a test.
func eachFile(root string, visit func(path string) error) error {
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata"):
			return filepath.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		return visit(path)
	})
}

// importName returns the name by which a file knows the message package.
func importName(file *ast.File) string {
	for _, spec := range file.Imports {
		if spec.Path.Value != strconv.Quote(messagePackage) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return "message"
	}
	return ""
}

// called returns the name of the message package's function that is called, or "".
func called(call *ast.CallExpr, qualifier string, own bool) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		if own {
			return f.Name
		}
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && qualifier != "" && x.Name == qualifier {
			return f.Sel.Name
		}
	}
	return ""
}

func read(call *ast.CallExpr, at int, files *token.FileSet) Call {
	c := Call{Position: files.Position(call.Pos()), Key: literal(call.Args[at]), Spread: call.Ellipsis.IsValid()}
	for i := at + 1; i < len(call.Args); i += 2 {
		c.Args = append(c.Args, literal(call.Args[i]))
	}
	return c
}

func literal(e ast.Expr) string {
	if lit, ok := e.(*ast.BasicLit); ok && lit.Kind == token.STRING {
		s, _ := strconv.Unquote(lit.Value)
		return s
	}
	return ""
}
