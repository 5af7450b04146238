package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/diff"
)

// diff tells the results of real runs before and after a table lost its primary key.
func TestDiff(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	schema := s.Database(t)
	s.Exec(t, "CREATE TABLE "+schema+".log (id INT PRIMARY KEY)")
	url := endpointURL(s, s.User, s.Password)
	folder := t.TempDir()
	result := func(name string) string {
		path := filepath.Join(folder, name)
		_, _, stderr := command("run", "--source", url, "--dest", url, "--objects", schema+".*", "--only",
			"RDB_PRIMARY_KEY", "--format", "full", "--output", path, "--quiet")
		if _, err := os.Stat(path); err != nil {
			t.Fatalf("%v: %s", err, stderr)
		}
		return path
	}
	before, same := result("before.json"), result("same.json")
	s.Exec(t, "ALTER TABLE "+schema+".log DROP PRIMARY KEY")
	after := result("after.json")

	if status, stdout, _ := command("diff", before, same); status != exitPassed || strings.Count(stdout, "\n") != 1 {
		t.Errorf("the same: status %d, %s", status, stdout)
	}
	status, stdout, _ := command("diff", before, after)
	if status != exitFailed || !strings.Contains(stdout, "worse   RDB_PRIMARY_KEY") ||
		!strings.Contains(stdout, schema+".log no_key") {
		t.Errorf("worse: status %d, %s", status, stdout)
	}
	var r diff.Result
	status, stdout, _ = command("diff", after, before, "--format", "json")
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || status != exitPassed || r.Worse ||
		r.Counts[diff.Better] != 1 || len(r.Items) != 1 || r.Items[0].Objects[0].Object.Table != "log" {
		t.Errorf("better: status %d, %v, %s", status, err, stdout)
	}
	for _, arguments := range [][]string{{"diff", before}, {"diff", before, filepath.Join(folder, "none")},
		{"diff", before, after, "--format", "x"}, {"diff", before, taskFile(t, "name: x\n")}} {
		if status, stdout, stderr := command(arguments...); status != exitUsage || stdout != "" || stderr == "" {
			t.Errorf("%q: status %d, %s", arguments, status, stderr)
		}
	}
}
