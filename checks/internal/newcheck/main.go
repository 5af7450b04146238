// Command newcheck writes the skeleton of a new check: its Go file, its page in each language and its test.
//
//	go run ./checks/internal/newcheck MYSQL_MY_CHECK settings
package main

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"text/template"
)

//go:embed skeleton/*
var skeletons embed.FS

var typeForm = regexp.MustCompile(`^(RDB|MYSQL|ORACLE|OB)(_[A-Z0-9]+)+$`)

func main() {
	if err := run(os.Args[1:], "checks", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "newcheck:", err)
		os.Exit(2)
	}
}

// names are the values that the skeletons use.
type names struct {
	Type    string // MYSQL_MY_CHECK
	Package string // settings
	File    string // my_check
	Var     string // MyCheck
}

// run writes the files of the check that args name below root, and prints the remaining steps to out.
func run(args []string, root string, out io.Writer) error {
	if len(args) != 2 || !typeForm.MatchString(args[0]) {
		return errors.New("usage: newcheck TYPE FOLDER, as in newcheck MYSQL_MY_CHECK settings")
	}
	n := names{Type: args[0], Package: args[1]}
	_, rest, _ := strings.Cut(n.Type, "_")
	n.File = strings.ToLower(rest)
	for word := range strings.SplitSeq(n.File, "_") {
		n.Var += strings.ToUpper(word[:1]) + word[1:]
	}
	folder := filepath.Join(root, n.Package)
	if _, err := os.Stat(filepath.Join(folder, "doc.go")); err != nil {
		return fmt.Errorf("%s is not a package of checks", folder)
	}
	for _, suffix := range []string{".go", ".md", ".zh.md", "_test.go"} {
		name := filepath.Join(folder, n.File+suffix)
		file, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		err = template.Must(template.ParseFS(skeletons, "skeleton/check"+suffix+".tmpl")).Execute(file, n)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
		fmt.Fprintln(out, "wrote", name)
	}
	_, err := fmt.Fprintf(out, "add %s.%s to checks/catalogue/catalogue.go, then run go test ./checks/...\n", n.Package,
		n.Var)
	return err
}
