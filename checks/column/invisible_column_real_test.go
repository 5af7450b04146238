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
