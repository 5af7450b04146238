package object_test

import (
	"slices"
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
		source.Exec(t, "SET NAMES utf8mb4 COLLATE utf8mb4_bin", "SET sql_mode = 'STRICT_TRANS_TABLES'",
			"CREATE TABLE "+from+".a (id INT)", "CREATE VIEW "+from+".v AS SELECT 1",
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

// A dump sets the sql_mode and the collation of creation before it creates a trigger, a routine or an event again.
func TestCreationOfProgramsOnRealServers(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	use, clean := "USE "+task.Source.Schema, "SET sql_mode = 'STRICT_TRANS_TABLES'"
	set := "SET NAMES utf8mb4 COLLATE utf8mb4_bin"
	maria.Exec(t, use, set, "SET sql_mode = 'NO_AUTO_CREATE_USER,STRICT_TRANS_TABLES'",
		"CREATE TABLE t (id INT PRIMARY KEY, v INT) CHARSET latin1",
		"CREATE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1", "CREATE PROCEDURE p() SELECT 1",
		"CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1", clean, "CREATE PROCEDURE good() SELECT 1",
		"SET NAMES utf8mb4 COLLATE utf8mb4_unicode_nopad_ci", "CREATE PROCEDURE sorted() SELECT 1", set,
		"CREATE PROCEDURE loops() BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END")
	rules := []string{"unknown_collation_of_creation sorted", "unknown_mode_of_creation e",
		"unknown_mode_of_creation p", "unknown_mode_of_creation t.trg"}
	found := func(want ...string) engine.Result {
		t.Helper()
		got := task.Run(t, object.ObjectType)
		rest := slices.DeleteFunc(checktest.FoundIn(got, task.Source.Schema),
			func(s string) bool { return strings.HasPrefix(s, "not_carried") })
		checktest.WantEqual(t, want, rest)
		return got
	}
	checktest.WantEqual(t, engine.Warned, found(rules...).Outcome)
	task.Settings.Routines = true
	checktest.WantEqual(t, engine.Failed, found(append([]string{"mariadb_syntax loops"}, rules...)...).Outcome)

	my.Exec(t, "CREATE TABLE "+task.Dest.Schema+".t (id INT PRIMARY KEY, v INT)")
	creations := "SELECT sql_mode, collation_connection FROM information_schema.ROUTINES WHERE routine_schema = '" +
		task.Source.Schema + "' AND routine_name = '"
	for name, accepted := range map[string]bool{"p": false, "sorted": false, "loops": false, "good": true} {
		var mode, collation string
		if err := maria.DB(t).QueryRowContext(t.Context(), creations+name+"'").Scan(&mode, &collation); err != nil {
			t.Fatal(err)
		}
		conn, err := my.DB(t).Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		for _, statement := range []string{"USE " + task.Dest.Schema, "SET sql_mode = '" + mode + "'",
			"SET collation_connection = '" + collation + "'",
			checktest.Definition(t, maria, task.Source.Schema, "PROCEDURE", name)} {
			if _, err = conn.ExecContext(t.Context(), statement); err != nil {
				break
			}
		}
		if (err == nil) != accepted {
			t.Errorf("%s: %v", name, err)
		}
	}
	maria.Exec(t, use, set, clean, "CREATE OR REPLACE TRIGGER trg BEFORE INSERT ON t FOR EACH ROW SET NEW.v = 1",
		"CREATE OR REPLACE PROCEDURE p() SELECT 1", "CREATE OR REPLACE PROCEDURE sorted() SELECT 1",
		"CREATE OR REPLACE EVENT e ON SCHEDULE EVERY 1 YEAR DISABLE DO SELECT 1", "DROP PROCEDURE loops")
	checktest.WantEqual(t, engine.Passed, found().Outcome)
}
