package common_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// What an item says may be removed, given back as patterns to exclude, makes it pass: whatever
// characters the names have, and without taking a neighbour along.
func TestRemovableObjectsFeedBack(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		to := s.Database(t)
		from := s.Database(t) + ".[x]*"
		quoted := func(name string) string { return checks.Quote("", name) }
		s.Exec(t, "CREATE DATABASE "+quoted(from))
		t.Cleanup(func() { s.Exec(t, "DROP DATABASE "+quoted(from)) })
		odd := []string{"a.b", "w`hat?", "[x]", "[^y]", "sl/ash", `back\slash`, "größe", "st*r", "表 1", "-", "]", "{a,b}"}
		for _, name := range odd {
			s.Exec(t, "CREATE TABLE "+quoted(from)+"."+quoted(name)+" (id INT)")
		}
		for _, neighbour := range []string{"axb", "what!", "x", "y", "star", "a"} {
			s.Exec(t, "CREATE TABLE "+quoted(from)+"."+quoted(neighbour)+" (id INT PRIMARY KEY)")
		}
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}, Phases: checks.Incremental}
		got := task.Run(t, common.PrimaryKey)
		if got.Outcome != engine.Failed || len(got.Removable) != len(odd) {
			t.Fatalf("%s, to be removed: %v", got.Outcome, got.Removable)
		}
		for _, r := range got.Removable {
			task.Exclude = append(task.Exclude, checks.EscapePattern(r.TableName))
		}
		if got := task.Run(t, common.PrimaryKey); got.Outcome != engine.Passed {
			t.Errorf("with %q excluded it is %s:\n%s", task.Exclude, got.Outcome, got.Message(20))
		}
		task.Phases = checks.Full
		if got := task.Run(t, common.TableExist, checks.Dest); len(got.Findings) != 6 {
			t.Errorf("%d tables are left in the task, want the 6 neighbours:\n%s", len(got.Findings), got.Message(20))
		}
	})
}
