package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSchemaExistOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from := source.Database(t)
		source.Exec(t, "ALTER DATABASE "+from+" CHARACTER SET latin1 COLLATE latin1_german2_ci",
			"CREATE TABLE "+from+".t (id INT)")
		to := strings.ToUpper(dest.Database(t)) + "_new"
		t.Cleanup(func() { dest.Exec(t, "DROP DATABASE IF EXISTS "+to) })
		task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
			Dest: checktest.Endpoint{Server: dest, Schema: to}, Phases: checks.Full}

		if got := task.Run(t, object.SchemaExist); got.Outcome != engine.Passed {
			t.Errorf("source: it is %s:\n%s", got.Outcome, got.Message(20))
		}
		got := task.Run(t, object.SchemaExist, checks.Dest)
		if diff := cmp.Diff([]string{"schema_missing_dest " + to},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		task.Phases = checks.Schema
		if got := task.Run(t, object.SchemaExist, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("with the phase SCHEMA it is %s:\n%s", got.Outcome, got.Message(20))
		}
		administrator := task.Dest
		task.Dest.User, task.Dest.Password = dest.Account(t, "GRANT SELECT, CREATE ON other.* TO %s")
		if got := task.Run(t, object.SchemaExist, checks.Dest); len(got.Findings) != 1 ||
			got.Findings[0].Rule != "schema_not_creatable" {
			t.Errorf("without CREATE it is %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Dest, task.Phases = administrator, checks.Full
		checktest.Fix(t, task, got.Findings)
		if got := task.Run(t, object.SchemaExist, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("after its creation it is still %s:\n%s", got.Outcome, got.Message(20))
		}
		var collation string
		if err := dest.DB(t).QueryRowContext(t.Context(),
			"SELECT default_collation_name FROM information_schema.SCHEMATA WHERE schema_name = ?",
			to).Scan(&collation); err != nil || collation != "latin1_german2_ci" {
			t.Errorf("the collation of the created database is %q, %v", collation, err)
		}

		task.Source.Schema = strings.ToUpper(from)
		got = task.Run(t, object.SchemaExist)
		if diff := cmp.Diff([]string{"schema_case " + strings.ToUpper(from)},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		task.Source.Schema = from
		task.Source.User, task.Source.Password = source.Account(t)
		got = task.Run(t, object.SchemaExist)
		if diff := cmp.Diff([]string{"schema_missing " + from}, checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("without a privilege (-want +got):\n%s", diff)
		}
	})
}
