package key_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPrimaryKeyOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t,
			"CREATE TABLE "+from+".keyed (id INT PRIMARY KEY)",
			"CREATE TABLE "+from+".identified (a INT NOT NULL, b INT NOT NULL, UNIQUE (a, b))",
			"CREATE TABLE "+from+".bare (a INT)",
			"INSERT INTO "+from+".bare VALUES (1), (1)",
			"CREATE TABLE "+from+".numbered (n INT AUTO_INCREMENT, a INT, KEY (n))",
			"INSERT INTO "+from+".numbered (a) VALUES (1), (1)",
			"CREATE TABLE "+from+".split (a INT NOT NULL, d DATE NOT NULL) PARTITION BY RANGE COLUMNS (d) "+
				"SUBPARTITION BY HASH (a) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS THAN (MAXVALUE))",
			"CREATE TABLE "+from+".counted (n INT NOT NULL AUTO_INCREMENT, a INT NOT NULL, KEY (n)) "+
				"PARTITION BY HASH (a) PARTITIONS 2",
			"CREATE TABLE "+from+".halves (n INT NOT NULL AUTO_INCREMENT, KEY (n)) PARTITION BY HASH (n) PARTITIONS 2",
			"INSERT INTO "+from+".split VALUES (1, '2020-01-01'), (1, '2020-01-01')",
			"CREATE TABLE "+from+".taken (precheck_id INT, a INT UNIQUE)",
			"CREATE TABLE "+from+".widest ("+checktest.Repeat(1016, "c%d TINYINT")+")",
			"CREATE VIEW "+from+".seen AS SELECT * FROM "+from+".bare")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest:   checktest.Endpoint{Server: s, Schema: to},
			Phases: checks.Full | checks.Incremental}

		got := checktest.WantFound(t, task, key.PrimaryKey, "no_key_incremental bare", "no_key_incremental counted",
			"no_key_incremental halves", "no_key_incremental numbered", "no_key_incremental split",
			"no_key_incremental taken", "no_key_incremental widest")
		if got.Outcome != engine.Failed {
			t.Errorf("outcome %s, want failed", got.Outcome)
		}
		if len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "RDB_INVISIBLE_COLUMN") {
			t.Errorf("notes %q do not say what the statements cause", got.Notes)
		}
		checktest.Fix(t, task, got.Findings)
		checktest.WantFound(t, task, key.PrimaryKey)
		checktest.WantFound(t, task, column.InvisibleColumn, "invisible bare.precheck_id",
			"invisible split.precheck_id", "invisible taken.precheck_id2", "invisible widest.precheck_id")
		// The statements of an application still work.
		s.Exec(t, "INSERT INTO "+from+".bare VALUES (2)")
	})
}

// A key that MySQL generated counts as a key, even if the server hides it.
func TestPrimaryKeyMadeByMySQL(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MySQL, "--sql-generate-invisible-primary-key=ON",
		"--show-gipk-in-create-table-and-information-schema=OFF")
	from, to := s.Database(t), s.Database(t)
	s.Exec(t, "CREATE TABLE "+from+".bare (a INT)")
	user, password := s.Account(t, "GRANT SELECT ON "+from+".* TO %s")
	task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from, User: user, Password: password},
		Dest: checktest.Endpoint{Server: s, Schema: to}}
	if got := task.Run(t, key.PrimaryKey); got.Outcome != engine.Passed {
		t.Errorf("%s:\n%s", got.Outcome, got.Message(20))
	}
}

// An item passes if its removable objects are excluded as patterns, regardless of the characters in their names. No
// other table is excluded.
func TestRemovableObjectsFeedBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		to := s.Database(t)
		from := s.Database(t) + ".[x]*"
		quoted := func(name string) string { return checks.Quote("", name) }
		s.Exec(t, "CREATE DATABASE "+quoted(from))
		t.Cleanup(func() { s.Exec(t, "DROP DATABASE "+quoted(from)) })
		odd := []string{"a.b", "w`hat?", "[x]", "[^y]", "sl/ash", `back\slash`, "größe", "st*r", "表 1", "-", "]",
			"{a,b}"}
		for _, name := range odd {
			s.Exec(t, "CREATE TABLE "+quoted(from)+"."+quoted(name)+" (id INT)")
		}
		for _, neighbour := range []string{"axb", "what!", "x", "y", "star", "a"} {
			s.Exec(t, "CREATE TABLE "+quoted(from)+"."+quoted(neighbour)+" (id INT PRIMARY KEY)")
		}
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest:   checktest.Endpoint{Server: s, Schema: to},
			Phases: checks.Incremental}
		got := task.Run(t, key.PrimaryKey)
		if got.Outcome != engine.Failed || len(got.Removable) != len(odd) {
			t.Fatalf("%s, removable objects: %v", got.Outcome, got.Removable)
		}
		for _, r := range got.Removable {
			task.Exclude = append(task.Exclude, checks.EscapePattern(r.TableName))
		}
		if got := task.Run(t, key.PrimaryKey); got.Outcome != engine.Passed {
			t.Errorf("with %q excluded it is %s:\n%s", task.Exclude, got.Outcome, got.Message(20))
		}
		task.Phases = checks.Full
		if got := task.Run(t, object.TableExist, checks.Dest); len(got.Findings) != 6 {
			t.Errorf("%d tables remain in the task, want the 6 others:\n%s", len(got.Findings), got.Message(20))
		}
	})
}
