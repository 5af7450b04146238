package object_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableExistOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		source.Exec(t, "CREATE TABLE "+from+".`a.b` (id INT)", "CREATE TABLE "+from+".c (id INT)",
			"CREATE VIEW "+from+".v AS SELECT * FROM "+from+".c")
		dest.Exec(t, "CREATE TABLE "+to+".C (id INT)")
		task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
			Dest: checktest.Endpoint{Server: dest, Schema: to}, Phases: checks.Full}

		if got := task.Run(t, object.TableExist); got.Outcome != engine.Passed {
			t.Errorf("source: it is %s:\n%s", got.Outcome, got.Message(20))
		}
		got := task.Run(t, object.TableExist, checks.Dest)
		if diff := cmp.Diff([]string{"table_case " + to + ".c", "table_missing_dest " + to + ".a.b"},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, r := range got.Removable {
			task.Exclude = append(task.Exclude, checks.EscapePattern(r.TableName))
		}
		if len(task.Exclude) != 2 {
			t.Errorf("removable objects %v, want both tables", got.Removable)
		}
		task.Exclude = task.Exclude[:1] // a.b
		dest.Exec(t, "CREATE TABLE "+to+".c (id INT)")
		if got := task.Run(t, object.TableExist, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("one table excluded and one created, it is %s:\n%s", got.Outcome, got.Message(20))
		}

		task.Exclude = nil
		task.Selection = &checks.Selection{Include: []string{from + ".x*"},
			Databases: []checks.SelectedDatabase{{Name: from, MappedName: to,
				Tables: []checks.SelectedTable{{Name: "c"}, {Name: "gone*"}},
				Views:  []checks.SelectedTable{{Name: "V"}}}}}
		got = task.Run(t, object.TableExist)
		if diff := cmp.Diff([]string{"table_case " + from + ".V", "table_missing " + from + ".gone*",
			"pattern_unmatched " + from + ".x*"}, checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		task.Selection.Include = nil
		got = task.Run(t, object.TableExist)
		for _, r := range got.Removable {
			task.Selection.Exclude = append(task.Selection.Exclude, checks.EscapePattern(r.TableName))
		}
		if got := task.Run(t, object.TableExist); got.Outcome != engine.Passed {
			t.Errorf("with %v excluded it is %s:\n%s", task.Selection.Exclude, got.Outcome, got.Message(20))
		}
		task.Source.User, task.Source.Password = source.Account(t)
		if got := task.Run(t, object.TableExist); got.Outcome != engine.Failed ||
			got.Findings[0].Rule != "nothing_mapped" {
			t.Errorf("with an account without privileges it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}
