package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// The statement of a finding creates the sequence. MySQL does not support sequences.
func TestSequencesOfOracleOnRealServers(t *testing.T) {
	t.Parallel()
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c, "T")
	emulatedSequence(srv, "Q1", 42, nil)
	emulatedSequence(srv, "Q2", -42,
		oracletest.Row{"MIN_VALUE": "-999999999999999999999999999", "MAX_VALUE": -1, "INCREMENT_BY": -2,
			"CACHE_SIZE": 0,
			"CYCLE_FLAG": "Y"})
	emulatedSequence(srv, "Q3", 7, oracletest.Row{"MAX_VALUE": "9999999999999999999999999999"})
	emulatedSequence(srv, "ISEQ$$_T", 7, nil)
	maria, my := dbtest.Get(t, dbtest.MariaDB), dbtest.Get(t, dbtest.MySQL)
	task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: my, Schema: my.Database(t)}}
	if diff := cmp.Diff([]string{"no_sequences SHOP"},
		checktest.RulesAndObjects(task.Run(t, column.AutoIncrement).Findings)); diff != "" {
		t.Errorf("to MySQL (-want +got):\n%s", diff)
	}
	checktest.WantCreated(t, my, false, "CREATE SEQUENCE q")
	task.Dest = checktest.Endpoint{Server: maria, Schema: maria.Database(t)}
	got := task.Run(t, column.AutoIncrement)
	if diff := cmp.Diff([]string{"sequence_missing Q1", "sequence_missing Q2", "sequence_missing Q3"},
		checktest.FoundIn(got, task.Dest.Schema)); diff != "" || got.Outcome != engine.Passed {
		t.Errorf("to MariaDB %s (-want +got):\n%s", got.Outcome, diff)
	}
	checktest.Fix(t, task, got.Findings)
	if got := task.Run(t, column.AutoIncrement); len(got.Findings) != 0 {
		t.Errorf("after the fix, got %s: %s", got.Outcome, got.Message(5))
	}
	for name, want := range map[string]string{"Q1": "42", "Q2": "-42", "Q3": "7"} {
		if got := checktest.ColumnOf(t, maria, "SELECT NEXTVAL("+task.Dest.Schema+"."+name+")"); got[0] != want {
			t.Errorf("%s continues with %s, want %s", name, got[0], want)
		}
	}
}

func TestAutoIncrementToMySQL(t *testing.T) {
	t.Parallel()
	maria, my, task := checktest.PairOf(t, dbtest.MariaDB, dbtest.MySQL)
	at := "CREATE TABLE " + task.Source.Schema + "."
	maria.Exec(t, at+"whole (id INT AUTO_INCREMENT PRIMARY KEY)", at+"part (id FLOAT AUTO_INCREMENT PRIMARY KEY)",
		at+"half (id DOUBLE AUTO_INCREMENT PRIMARY KEY)")
	checktest.WantCreated(t, my, true, "CREATE TABLE whole (id INT AUTO_INCREMENT PRIMARY KEY)")
	checktest.WantCreated(t, my, false, "CREATE TABLE part (id FLOAT AUTO_INCREMENT PRIMARY KEY)")
	checktest.WantCreated(t, my, false, "CREATE TABLE half (id DOUBLE AUTO_INCREMENT PRIMARY KEY)")
	got := checktest.WantFound(t, task, column.AutoIncrement, "not_whole half.id", "not_whole part.id")
	checktest.Fix(t, task, got.Findings)
	checktest.WantFound(t, task, column.AutoIncrement)
}

func TestAutoIncrementNearEnd(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".full (id TINYINT AUTO_INCREMENT PRIMARY KEY COMMENT 'it''s')",
			"INSERT INTO "+from+".full VALUES (127)",
			"CREATE TABLE "+from+".near (id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY)",
			"INSERT INTO "+from+".near VALUES (58981)",
			"CREATE TABLE "+from+".free (id SMALLINT UNSIGNED AUTO_INCREMENT PRIMARY KEY)",
			"INSERT INTO "+from+".free VALUES (58979)",
			"CREATE TABLE "+from+".fresh (id TINYINT AUTO_INCREMENT PRIMARY KEY)")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest:     checktest.Endpoint{Server: s, Schema: to},
			Settings: checks.Settings{Deep: true}}
		got := checktest.WantFound(t, task, column.AutoIncrement, "near_end full.id", "near_end near.id")
		checktest.Fix(t, task, got.Findings)
		checktest.WantFound(t, task, column.AutoIncrement)
		s.Exec(t, "INSERT INTO "+from+".full VALUES (NULL)")
	})
}
