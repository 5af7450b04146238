package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// changing is what differs from run to run: ports, the task's ID and times.
var changing = regexp.MustCompile(`127\.0\.0\.1:\d+|\(t_\w+\)|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC|took [\d.]+ m?s`)

// The result in README.md is that of the demo.
func TestReadmeShowsResult(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(readme), "```text\nTask         demo")
	block, _, closed := strings.Cut(after, "\n```\n")
	if !found || !closed {
		t.Fatal("README.md shows no result of the demo")
	}
	var stdout, stderr bytes.Buffer
	if status := run(nil, strings.NewReader(""), &stdout, &stderr); status != 0 {
		t.Fatalf("status %d: %s", status, &stderr)
	}
	want := changing.ReplaceAllString("Task         demo"+block+"\n", "…")
	if diff := cmp.Diff(want, changing.ReplaceAllString(stdout.String(), "…")); diff != "" {
		t.Errorf("README.md differs from the demo (-README +demo):\n%s", diff)
	}
}
