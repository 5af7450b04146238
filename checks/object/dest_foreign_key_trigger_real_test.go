package object_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDestForeignKeyTriggerFromOracleOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		_, from := checktest.EmulatedOracle(t, oracletest.Release19c, "parent", "child")
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".parent (id INT PRIMARY KEY)",
			"CREATE TABLE "+schema+".child (id INT PRIMARY KEY, p INT)")
		task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: s, Schema: schema}, Phases: checks.Full}
		if got := task.Run(t, object.DestForeignKeyTrigger); got.Outcome != engine.Passed {
			t.Errorf("without foreign keys and triggers it is %s:\n%s", got.Outcome, got.Message(10))
		}
		s.Exec(t, "ALTER TABLE "+schema+".child ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES "+schema+".parent (id)",
			"CREATE TRIGGER "+schema+".tr BEFORE INSERT ON "+schema+".child FOR EACH ROW SET NEW.p = NULL")
		got := task.Run(t, object.DestForeignKeyTrigger)
		if diff := cmp.Diff([]string{"foreign_key " + schema + ".child.fk", "trigger " + schema + ".child.tr"},
			checktest.RulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
		}
	})
}

func TestDestForeignKeyTriggerOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".parent (id INT PRIMARY KEY)",
			"CREATE TABLE "+from+".child (id INT PRIMARY KEY, p INT)",
			"CREATE TABLE "+from+".plain (id INT PRIMARY KEY)",
			"CREATE TABLE "+to+".parent (id INT PRIMARY KEY)",
			"CREATE TABLE "+to+".child (id INT PRIMARY KEY, p INT, CONSTRAINT fk_child FOREIGN KEY (p) REFERENCES "+to+
				".parent (id))",
			"CREATE TABLE "+to+".plain (id INT PRIMARY KEY)",
			"CREATE TABLE "+to+".other (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES "+to+".parent (id))",
			"CREATE TRIGGER "+to+".double_it BEFORE INSERT ON "+to+".plain FOR EACH ROW SET NEW.id = 2 * NEW.id",
			"CREATE TRIGGER "+to+".no_matter BEFORE INSERT ON "+to+".other FOR EACH ROW SET NEW.id = 1")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}}
		got := task.Run(t, object.DestForeignKeyTrigger)
		if diff := cmp.Diff([]string{"foreign_key " + to + ".child.fk_child", "trigger " + to + ".plain.double_it"},
			checktest.RulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
			t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
		}
		if _, err := s.DB(t).ExecContext(t.Context(), "INSERT INTO "+to+".child VALUES (1, 1)"); err == nil {
			t.Error("the destination accepts a child without its parent")
		}
		s.Exec(t, "ALTER TABLE "+to+".child DROP FOREIGN KEY fk_child", "DROP TRIGGER "+to+".double_it")
		if got := task.Run(t, object.DestForeignKeyTrigger); got.Outcome != engine.Passed {
			t.Errorf("without them it is still %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Dest.User, task.Dest.Password = s.Account(t, "GRANT SELECT, INSERT ON "+to+".* TO %s")
		got = task.Run(t, object.DestForeignKeyTrigger)
		if got.Outcome != engine.Unknown || !strings.HasPrefix(got.Advice, "Run GRANT TRIGGER") {
			t.Fatalf("with hidden triggers it is %s:\n%s", got.Outcome, got.Message(20))
		}
		s.Exec(t, strings.TrimSuffix(strings.TrimPrefix(got.Advice, "Run "), "."))
		if got := task.Run(t, object.DestForeignKeyTrigger); got.Outcome != engine.Passed {
			t.Errorf("with visible triggers it is %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}
