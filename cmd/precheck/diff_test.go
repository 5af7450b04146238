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

// diff shows what was done to a real database between two captures, and nothing else.
func TestDiffOfSnapshots(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".log (id INT PRIMARY KEY, note VARCHAR(20))",
			"CREATE TABLE "+schema+".old (id INT)")
		task := pair(t, s, s, schema, "SCHEMA, FULL, INCREMENTAL")
		folder := t.TempDir()
		capture := func(name, side string) string {
			path := filepath.Join(folder, name)
			if status, _, stderr := command("capture", "--side", side, "-o", path, task); status != exitPassed {
				t.Fatal(stderr)
			}
			return path
		}
		before, same := capture("before", "source"), capture("same", "source")
		s.Exec(t, "ALTER TABLE "+schema+".log MODIFY note VARCHAR(40), ADD INDEX by_note (note)",
			"DROP TABLE "+schema+".old", "CREATE VIEW "+schema+".new AS SELECT id FROM "+schema+".log")
		after := capture("after", "source")

		var none diff.Facts
		status, stdout, stderr := command("diff", before, same, "--format", "json")
		if err := json.Unmarshal([]byte(stdout), &none); err != nil || stderr != "" ||
			(status == exitPassed) != (len(none.Changes)+len(none.NotCompared) == 0) {
			t.Errorf("the same: status %d, %v, %s%s", status, err, stdout, stderr)
		}
		for _, c := range none.Changes {
			if c.Fact != "schemas" && c.Fact != "accounts" { // those of tests that run at the same time
				t.Errorf("nothing was changed: %+v", c)
			}
		}
		status, stdout, _ = command("diff", before, after)
		for _, want := range []string{"gone    " + schema + ".old\n", "new     " + schema + ".new\n",
			"changed " + schema + ".log.note: ColumnType varchar(20) → varchar(40)",
			"new     " + schema + ".log.by_note\n"} {
			if status != exitFailed || !strings.Contains(stdout, want) {
				t.Errorf("status %d, without %q: %s", status, want, stdout)
			}
		}
		if strings.Contains(stdout, "variables") || strings.Contains(stdout, schema+".old.id") {
			t.Errorf("too much: %s", stdout)
		}
		status, stdout, _ = command("diff", "--lang", "zh", after, before)
		if status != exitFailed || !strings.Contains(stdout, "新增    "+schema+".old\n") {
			t.Errorf("in Chinese: status %d, %s", status, stdout)
		}
		truncated := filepath.Join(folder, "truncated")
		data, err := os.ReadFile(before)
		if err == nil {
			err = os.WriteFile(truncated, data[:len(data)/2], 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range []string{capture("dest", "dest"), truncated, task} {
			status, stdout, stderr := command("diff", before, other)
			if status != exitUsage || stdout != "" || stderr == "" {
				t.Errorf("%s: status %d, %s%s", other, status, stdout, stderr)
			}
		}
	})
}
