package main

import (
	"path/filepath"
	"testing"

	"github.com/dbprecheck/precheck/datasource/message/messagetest"
)

// What a user reads comes from the catalogue, not from Go code.
func TestNoProseInCode(t *testing.T) {
	t.Parallel()
	root, err := messagetest.Root()
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, dir := range []string{"cmd/precheck", "cmd/precheck-demo", "cmd/internal/demo", "engine", "engine/render",
		"engine/omsapi", "engine/omsapi/auth", "engine/omsapi/config", "engine/omsapi/wire"} {
		dirs = append(dirs, filepath.Join(root, filepath.FromSlash(dir)))
	}
	found, err := messagetest.Prose(nil, dirs...)
	if err != nil {
		t.Fatal(err)
	}
	for _, literal := range found {
		t.Errorf("%s belongs to the catalogue", literal)
	}
}
