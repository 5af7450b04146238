package common_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

func TestInvisibleColumn(t *testing.T) {
	t.Parallel()
	hidden := column("h", "int")
	hidden.Extra = "invisible"
	for _, tc := range []struct {
		name   string
		column datasource.Column
		dest   datasource.Server
		want   []string
	}{
		{"a visible column", column("v", "int"), server(datasource.FlavorMySQL, "8.4.0"), nil},
		{"the destination has them", hidden, server(datasource.FlavorMySQL, "8.4.0"), []string{"invisible"}},
		{"an older MySQL has not", hidden, server(datasource.FlavorMySQL, "8.0.22"), []string{"unsupported"}},
		{"an older MariaDB has not", hidden, server(datasource.FlavorMariaDB, "10.2.44"), []string{"unsupported"}},
		{"nobody knows", hidden, server(datasource.FlavorOceanBase, "4.3.5"), []string{"unknown_destination"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: oneTable(server(datasource.FlavorMySQL, "8.4.0"), tc.column),
				Dest: datasource.Snapshot{datasource.FactServer: tc.dest}}.Run(t, common.InvisibleColumn)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestInvisibleColumnOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY, seen INT, hidden INT INVISIBLE DEFAULT 1)",
			"INSERT INTO "+from+".t (id, seen, hidden) VALUES (1, 2, 3)")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}}
		got := task.Run(t, common.InvisibleColumn)
		if len(got.Findings) != 1 || got.Findings[0].Object.String() != from+".t.hidden" {
			t.Fatalf("got %s:\n%s", got.Outcome, got.Message(20))
		}
		s.Exec(t, "CREATE TABLE "+to+".t AS SELECT * FROM "+from+".t")
		if _, err := s.DB(t).ExecContext(t.Context(), "SELECT hidden FROM "+to+".t"); err == nil {
			t.Error("SELECT * carried the invisible column over")
		}
		checktest.Mend(t, s, got.Findings)
		if s.Product == dbtest.MariaDB { // which needs the whole definition again
			s.Exec(t, "ALTER TABLE "+from+".t MODIFY hidden INT DEFAULT 1")
		}
		if got := task.Run(t, common.InvisibleColumn); got.Outcome != engine.Passed {
			t.Errorf("mended, it is still %s:\n%s", got.Outcome, got.Message(20))
		}
	})
}
