package messagetest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/message/messagetest"
)

func TestBanned(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"mend what failed first", "the account lacks SELECT", "a list is wanted", "wanted: ON", "has not the log file",
		"there is room for it", "triggers carry over", "a whole number from 1 on", "2 table(s)", "1 tables",
		"the two ends",
		"tables are left out", "the standby is its like", "it is no replica", "a right that is missing",
		"it starts by itself", "it is looked into",
	} {
		if messagetest.Banned(text) == nil {
			t.Errorf("%q is not found", text)
		}
	}
	for _, text := range []string{
		"Table shop.a has no primary key.", "There is no route to the server.", "The file is no longer there.",
		"must be at least 1", "a black list", "Amend it.", "11 tables", "1 table", "The statement ends.",
		"At the end of the file.", "the right column", "foreign keys",
	} {
		if got := messagetest.Banned(text); got != nil {
			t.Errorf("%q: got %q, want none", text, got)
		}
	}
}

// write writes a file below root.
func write(t *testing.T, root, name, source string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestCalls(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "a/a.go", `package a
import "github.com/dbprecheck/precheck/datasource/message"
var a = message.New("a.one", "x", 1, "y", f("z"))
var b = message.Wrap(err, "a.two")
var c = message.Err(key, name, 1)
var d = message.Err("a.three", all...)
var e = message.Of(err)
`)
	write(t, root, "b/b.go", `package b
import m "github.com/dbprecheck/precheck/datasource/message"
var a = m.New("b.one")
var b = message.New("b.two")
`)
	write(t, root, "c/c.go", "package c\nvar a = message.New(\"c.one\")\n")
	write(t, root, "a/a_test.go", "this is not Go")
	write(t, root, ".git/a.go", "this is not Go")
	calls, err := messagetest.Calls(root)
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, c := range calls {
		keys = append(keys, c.Key)
	}
	if want := []string{"a.one", "a.two", "", "a.three", "b.one"}; !slices.Equal(keys, want) {
		t.Fatalf("got %q, want %q", keys, want)
	}
	if got := calls[0].Args; !slices.Equal(got, []string{"x", "y"}) || calls[0].Position.Line != 3 {
		t.Errorf("got %q at %v", got, calls[0].Position)
	}
	if got := calls[2].Args; !slices.Equal(got, []string{""}) || !calls[3].Spread {
		t.Errorf("got %q, spread %v", got, calls[3].Spread)
	}
	if _, err := messagetest.Calls(filepath.Join(root, "missing")); err == nil {
		t.Error("no error for a directory that does not exist")
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	write(t, root, "a/a.go", `package a

import "the/import path/is fine"

type row struct {
	Name string "a tag is fine"
}

var fine = []string{"two words", "SELECT a one two FROM three", "/* precheck */ SHOW the full tables",
	"NOT NULL DEFAULT TRUE",
	"a.b.c d_e f_g", "%s %s %s", "%d/%d %3d%% %s", "{schema}.{table} {column}", "allowed as it is"}

func f() {
	e.log.Debug("a debug message")
	panic("this cannot happen")
	strings.Fields("a list of words")
	fmt.Errorf("the table %s", name)
	fmt.Errorf("cannot open: %w", err)
	New("Table {object} has no key.")
	http.Error("an error message")
	New(`+"`the first line\nhas words`"+`)
}
`)
	write(t, root, "a/a_test.go", "package a\nvar x = \"tests may have prose\"\n")
	found, err := messagetest.Prose([]string{"allowed as it is"}, filepath.Join(root, "a"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range found {
		lines = append(lines, strings.TrimPrefix(f, filepath.Join(root, "a", "a.go")))
	}
	want := []string{`:17:13: "the table %s"`, `:18:13: "cannot open: %w"`,
		`:19:6: "Table {object} has no key."`,
		`:20:13: "an error message"`, ":21:6: `the first line\nhas words`"}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
	write(t, root, "b/b.go", "not Go")
	if _, err := messagetest.Prose(nil, filepath.Join(root, "b")); err == nil {
		t.Error("no error for a file that is not Go")
	}
}
