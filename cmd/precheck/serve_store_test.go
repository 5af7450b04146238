package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// Two servers with one store in a database answer with each other's runs.
func TestServersShareStore(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		database := s.Database(t)
		user, password := s.Account(t, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON "+database+
			".* TO %s")
		folder := t.TempDir()
		config, secret := filepath.Join(folder, "server.yaml"), filepath.Join(folder, "password")
		text := fmt.Sprintf("store: {url: 'mysql://%s@%s:%d/%s', password: {file: %s}}\n"+
			"endpoints: {inline: true, hosts: [127.0.0.1]}\n", user, s.Host, s.Port, database, secret)
		for file, text := range map[string]string{config: text, secret: password + "\n"} {
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		task := taskFile(t, `{name: shared, type: MIGRATION, phases: [FULL],
			source: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: p},
			destination: {type: MYSQL, host: 127.0.0.1, port: 1, user: u, password: p},
			objects: {mode: SPECIFIC, databases: [{name: shop}]}}`)
		first := startServe(t, "--config", config)
		second := startServe(t, "--config", config)
		execute := func(args ...string) string {
			t.Helper()
			var out bytes.Buffer
			if got := run(args, strings.NewReader(""), &out, &out); got != exitPassed {
				t.Fatalf("%v: exit status %d: %s", args, got, &out)
			}
			return out.String()
		}
		execute("submit", task, "--server", first)
		if runs := execute("runs", "--server", second); !strings.Contains(runs, "shared") {
			t.Errorf("the second server has no run of the first: %s", runs)
		}
	})
}

// What is wrong with a store in a database is said without its password.
func TestServeStoreRefused(t *testing.T) {
	t.Parallel()
	for store, want := range map[string]string{
		"mysql://u:hunter2@127.0.0.1:1":          "must end with the name of the database",
		"oracle://u:hunter2@127.0.0.1/runs":      "must be a folder",
		"mysql://u:hunter2@127.0.0.1:1/runs?x=1": "--store",
		"mysql://u:hunter2@127.0.0.1:1/runs":     "cannot open the store in 127.0.0.1:1/runs",
	} {
		var out bytes.Buffer
		if got := run([]string{"serve", "--listen", "127.0.0.1:0", "--store", store}, strings.NewReader(""), &out,
			&out); got == exitPassed || !strings.Contains(out.String(), want) ||
			strings.Contains(out.String(), "hunter2") {
			t.Errorf("%s: exit status %d: %s", store, got, &out)
		}
	}
	var out bytes.Buffer
	if got := run([]string{"serve", "backup", "--store", "mysql://u:hunter2@db/runs", "x"}, strings.NewReader(""), &out,
		&out); got == exitPassed || !strings.Contains(out.String(), "copy that database") ||
		strings.Contains(out.String(), "hunter2") {
		t.Errorf("exit status %d: %s", got, &out)
	}
}
