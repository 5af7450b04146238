package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPrimaryKeyTypeOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".part (f FLOAT PRIMARY KEY)", "INSERT INTO "+from+".part VALUES (0.1)",
			"CREATE TABLE "+from+".half (a INT, d DOUBLE NOT NULL, UNIQUE (d))",
			"CREATE TABLE "+from+".exact (d DECIMAL(10,2) PRIMARY KEY, f FLOAT)",
			"CREATE TABLE "+from+".aside (id INT PRIMARY KEY, f FLOAT NOT NULL UNIQUE)")
		var rows int
		if err := s.DB(t).QueryRowContext(t.Context(),
			"SELECT COUNT(*) FROM "+from+".part WHERE f = 0.1").Scan(&rows); err != nil || rows != 0 {
			t.Errorf("the row is found by its value: %d rows, %v", rows, err)
		}
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: to}}
		got := checktest.WantFound(t, task, key.PrimaryKeyType, "approximate half.d", "approximate part.f")
		if got.Outcome != engine.Warned {
			t.Errorf("outcome %s, want warned", got.Outcome)
		}
		s.Exec(t, "ALTER TABLE "+from+".part MODIFY f DECIMAL(10,2)",
			"ALTER TABLE "+from+".half MODIFY d DECIMAL(10,2) NOT NULL")
		checktest.WantFound(t, task, key.PrimaryKeyType)
	})
}
