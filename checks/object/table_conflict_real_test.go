package object_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableConflictOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		source.Exec(t, "CREATE TABLE "+from+".clear (id INT)", "CREATE TABLE "+from+".`w``hat?` (id INT)",
			"CREATE TABLE "+from+".seen (id INT)")
		dest.Exec(t, "CREATE TABLE "+to+".clear (id INT)", "CREATE TABLE "+to+".`w``hat?` (id INT)",
			"INSERT INTO "+to+".`w``hat?` VALUES (1), (2)",
			"CREATE VIEW "+to+".seen AS SELECT 1", "CREATE TABLE "+to+".other (id INT)",
			"INSERT INTO "+to+".other VALUES (1)")
		task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
			Dest: checktest.Endpoint{Server: dest, Schema: to}, Phases: checks.Schema | checks.Full}

		got := task.Run(t, object.TableConflict)
		if diff := cmp.Diff([]string{"not_empty " + to + ".w`hat?", "other_kind " + to + ".seen",
			"table_exists " + to + ".clear"}, checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, r := range got.Removable {
			task.Exclude = append(task.Exclude, checks.EscapePattern(r.TableName))
		}
		task.Exclude = task.Exclude[1:] // still includes table clear
		if got := task.Run(t, object.TableConflict); got.Outcome != engine.Warned || len(got.Findings) != 1 {
			t.Errorf("with %v excluded it is %s:\n%s", task.Exclude, got.Outcome, got.Message(20))
		}

		task.Phases, task.Exclude = checks.Full, []string{"*.seen"}
		if got := task.Run(t, object.TableConflict); got.Outcome != engine.Failed || len(got.Findings) != 1 {
			t.Errorf("without the schema phase it is %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Settings.AllowNonEmpty = true
		if got := task.Run(t, object.TableConflict); got.Outcome != engine.Passed {
			t.Errorf("with rows allowed it is %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Settings.AllowNonEmpty = false
		task.Dest.User, task.Dest.Password = dest.Account(t, "GRANT INSERT ON "+to+".* TO %s")
		if got := task.Run(t, object.TableConflict); got.Outcome != engine.Unknown ||
			datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
			t.Errorf("without SELECT on the destination it is %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Dest.User, task.Dest.Password = dest.Account(t)
		for _, check := range []*checks.Check{object.TableConflict, column.ColumnDiff, key.UniqueKeyDiff} {
			if got := task.Run(t, check); got.Outcome != engine.Unknown ||
				datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
				t.Errorf("without a privilege on the destination %s is %s:\n%s", check.Type, got.Outcome,
					got.Message(20))
			}
		}
	})
}

// One statement reads as many tables as the limit allows, on both servers.
func TestTableConflictWithManyTables(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		for i := range 201 {
			s.Exec(t, fmt.Sprintf("CREATE TABLE %s.t%d (id INT)", from, i),
				fmt.Sprintf("CREATE TABLE %s.t%d (id INT)", to, i))
		}
		s.Exec(t, "INSERT INTO "+to+".t0 VALUES (1)", "INSERT INTO "+to+".t99 VALUES (1)")
		got := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest:   checktest.Endpoint{Server: s, Schema: to},
			Phases: checks.Full}.Run(t, object.TableConflict)
		if diff := cmp.Diff([]string{"not_empty " + to + ".t0", "not_empty " + to + ".t99"},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}
