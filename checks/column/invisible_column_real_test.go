package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestInvisibleColumnOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY, seen INT, hidden INT INVISIBLE DEFAULT 1)",
			"INSERT INTO "+from+".t (id, seen, hidden) VALUES (1, 2, 3)")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}}
		got := task.Run(t, column.InvisibleColumn)
		if len(got.Findings) != 1 || got.Findings[0].Object.String() != from+".t.hidden" {
			t.Fatalf("got %s:\n%s", got.Outcome, got.Message(20))
		}
		s.Exec(t, "CREATE TABLE "+to+".t AS SELECT * FROM "+from+".t")
		if _, err := s.DB(t).ExecContext(t.Context(), "SELECT hidden FROM "+to+".t"); err == nil {
			t.Error("SELECT * returned the invisible column")
		}
		checktest.Fix(t, task, got.Findings)
		if s.Product == dbtest.MariaDB { // which needs the whole definition again
			s.Exec(t, "ALTER TABLE "+from+".t MODIFY hidden INT DEFAULT 1")
		}
		if got := task.Run(t, column.InvisibleColumn); got.Outcome != engine.Passed {
			t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}

// MariaDB ignores the INVISIBLE that MySQL writes. MySQL reads that of MariaDB.
func TestInvisibleColumnAcrossRealServers(t *testing.T) {
	t.Parallel()
	checktest.Directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		_, _, task := checktest.PairOf(t, source.Product, dest.Product)
		source.Exec(t, "USE "+task.Source.Schema, "CREATE TABLE t (id INT PRIMARY KEY, a INT INVISIBLE DEFAULT 1) "+
			"CHARSET latin1")
		if err := checktest.Recreate(t, task, "TABLE", "t"); err != nil {
			t.Fatal(err)
		}
		dest.Exec(t, "INSERT INTO "+task.Dest.Schema+".t (id) VALUES (7)")
		rule := "invisible"
		if rows, err := dest.DB(t).QueryContext(t.Context(), "SELECT * FROM "+task.Dest.Schema+".t"); err != nil {
			t.Fatal(err)
		} else {
			names, _ := rows.Columns()
			_ = rows.Close()
			if len(names) == 2 {
				rule = "becomes_visible"
			}
		}
		checktest.WantEqual(t, rule == "becomes_visible", dest.Product == dbtest.MariaDB)
		got := checktest.WantFound(t, task, column.InvisibleColumn, rule+" t.a")
		checktest.WantEqual(t, engine.Warned, got.Outcome)
	})
}
