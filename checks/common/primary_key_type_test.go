package common_test

import (
	"errors"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func TestPrimaryKeyType(t *testing.T) {
	t.Parallel()
	primary := datasource.Index{Name: "PRIMARY", Primary: true, Unique: true, Columns: []datasource.IndexColumn{{Name: "K"}}}
	for _, tc := range []struct {
		dataType string
		dest     datasource.Type
		want     []string
		level    checks.Level
	}{
		{"int", datasource.OceanBaseMySQL, nil, 0},
		{"float", datasource.OceanBaseMySQL, []string{"approximate"}, checks.Fail},
		{"double", datasource.MySQL, []string{"approximate"}, checks.Warn},
		{"decimal", datasource.OceanBaseMySQL, nil, 0},
		{"text", datasource.OceanBaseMySQL, []string{"large_object"}, checks.Fail},
		{"text", datasource.MySQL, nil, 0},
	} {
		findings := wantRules(t, checktest.Facts{Source: snapshot(mysql97, []datasource.Column{{Name: "k", ColumnType: &datasource.ColumnType{DataType: tc.dataType}}}, []datasource.Index{primary}, nil),
			Route: checks.Route{Dest: tc.dest}}, common.PrimaryKeyType, tc.want...)
		if len(findings) == 1 && findings[0].Level != tc.level {
			t.Errorf("%s to %s: %s, want %s", tc.dataType, tc.dest, findings[0].Level, tc.level)
		}
	}
	lost := errors.New("connection lost")
	if _, _, err := (checktest.Facts{Source: snapshot(mysql97, nil, nil, datasource.Snapshot{datasource.FactIndexes: lost})}).Run(t, common.PrimaryKeyType); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

func TestPrimaryKeyTypeOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".part (f FLOAT PRIMARY KEY)", "INSERT INTO "+from+".part VALUES (0.1)",
			"CREATE TABLE "+from+".half (a INT, d DOUBLE NOT NULL, UNIQUE (d))",
			"CREATE TABLE "+from+".exact (d DECIMAL(10,2) PRIMARY KEY, f FLOAT)",
			"CREATE TABLE "+from+".aside (id INT PRIMARY KEY, f FLOAT NOT NULL UNIQUE)")
		var rows int
		if err := s.DB(t).QueryRowContext(t.Context(), "SELECT COUNT(*) FROM "+from+".part WHERE f = 0.1").Scan(&rows); err != nil || rows != 0 {
			t.Errorf("the row is found by its value: %d, %v", rows, err)
		}
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}}
		got := wantFound(t, task, common.PrimaryKeyType, "approximate half.d", "approximate part.f")
		if got.Outcome != engine.Warned {
			t.Errorf("it %s, want a warning", got.Outcome)
		}
		s.Exec(t, "ALTER TABLE "+from+".part MODIFY f DECIMAL(10,2)", "ALTER TABLE "+from+".half MODIFY d DECIMAL(10,2) NOT NULL")
		wantFound(t, task, common.PrimaryKeyType)
	})
}
