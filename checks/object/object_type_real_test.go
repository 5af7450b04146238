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

func TestObjectTypeOnRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		source.Exec(t, "CREATE TABLE "+from+".a (id INT)", "CREATE VIEW "+from+".v AS SELECT 1",
			"CREATE TRIGGER "+from+".tr BEFORE INSERT ON "+from+".a FOR EACH ROW SET NEW.id = 1",
			"CREATE PROCEDURE "+from+".p() SELECT 1",
			"CREATE EVENT "+from+".e ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1")
		mariadb := source.Product == dbtest.MariaDB
		if mariadb {
			source.Exec(t, "CREATE SEQUENCE "+from+".s", "CREATE TABLE "+from+".h (id INT) WITH SYSTEM VERSIONING")
			for _, statement := range []string{"CREATE SEQUENCE " + to + ".s",
				"CREATE TABLE " + to + ".h (id INT) WITH SYSTEM VERSIONING"} {
				if _, err := dest.DB(t).ExecContext(t.Context(), statement); err == nil {
					t.Errorf("the destination accepts %s", statement)
				}
			}
		}
		task := checktest.Real{Source: checktest.Endpoint{Server: source, Schema: from},
			Dest: checktest.Endpoint{Server: dest, Schema: to}}
		got := task.Run(t, object.ObjectType)
		outcome, warnings := engine.Passed, []string(nil)
		if mariadb {
			outcome, warnings = engine.Failed, []string{"sequence " + from + ".s", "system_versioned " + from + ".h"}
		}
		if mariadb {
			task.Settings.DDL = checks.DDLRewritten
			checktest.WantEqual(t, engine.Warned, task.Run(t, object.ObjectType).Outcome)
			task.Settings.DDL = ""
		}
		found := checktest.RulesAndObjects(got.Findings)
		if diff := cmp.Diff(append(warnings, "not_carried "+from, "not_carried "+from, "not_carried "+from),
			found); diff != "" || got.Outcome != outcome {
			t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
		}
		for _, text := range []string{"1 object of type TRIGGER in schema " + from + " is not migrated: tr",
			"1 object of type PROCEDURE in schema " + from + " is not migrated: p",
			"1 object of type EVENT in schema " + from + " is not migrated: e"} {
			if !strings.Contains(got.Message(20), text) {
				t.Errorf("the message does not contain %q:\n%s", text, got.Message(20))
			}
		}
		if mariadb {
			source.Exec(t, "ALTER TABLE "+from+".h DROP SYSTEM VERSIONING")
			task.Exclude = []string{from + ".s"}
			if got := task.Run(t, object.ObjectType); got.Outcome != engine.Passed {
				t.Errorf("after the fix and without the sequence it is %s:\n%s", got.Outcome, got.Message(20))
			}
		}
	})
}
