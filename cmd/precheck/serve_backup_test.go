package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/engine/runstore"
)

// A store is copied while a server has it open, and the copy is a store with the same content.
func TestServeBackup(t *testing.T) {
	t.Parallel()
	folder, copied := t.TempDir(), t.TempDir()
	s, err := runstore.OpenFolder(t.Context(), folder, runstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if _, err := s.CreateLabel(t.Context(), "prod"); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(copied, "precheck.db")
	for _, tc := range []struct {
		folder string
		status int
		want   string
	}{
		{copied, exitUsage, "there is no store"},
		{folder, exitPassed, ""},
		{folder, exitUsage, "already exists"},
	} {
		var out bytes.Buffer
		if got := run([]string{"serve", "backup", "--store", tc.folder, file}, strings.NewReader(""), &out,
			&out); got != tc.status || !strings.Contains(out.String(), tc.want) {
			t.Errorf("exit status %d: %s", got, &out)
		}
	}
	again, err := runstore.OpenFolder(t.Context(), copied, runstore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if labels, err := again.ListLabels(t.Context()); err != nil || len(labels) != 1 || labels[0].Name != "prod" {
		t.Errorf("%v, %v", labels, err)
	}
}
