package common_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
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
		{"nobody knows of an older tenant", hidden, tenantOf("4.2.1"), []string{"unknown_destination"}},
		{"a tenant has them", hidden, tenantOf("4.3.3"), []string{"invisible"}},
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

func TestInvisibleColumnOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := emulatedOracle(t, release, "T", "U")
			emulatedColumns(srv, "T", nil, "A NUMBER(10)")
			hidden := oracleRow{"COLUMN_ID": nil, "INTERNAL_COLUMN_ID": 2, "HIDDEN_COLUMN": "YES"}
			want, wantSQL := []string{"unused SHOP.U"}, []string{`ALTER TABLE "SHOP"."U" DROP UNUSED COLUMNS`}
			if release != oracletest.Release11g {
				hidden["USER_GENERATED"] = "NO"
				emulatedColumns(srv, "T", oracleRow{"COLUMN_ID": nil, "INTERNAL_COLUMN_ID": 3, "HIDDEN_COLUMN": "YES", "USER_GENERATED": "YES"}, "H NUMBER(10)")
				want, wantSQL = []string{"invisible SHOP.T.H", "unused SHOP.U"}, []string{`ALTER TABLE "SHOP"."T" MODIFY ("H" VISIBLE)`, wantSQL[0]}
			}
			emulatedColumns(srv, "T", hidden, "SYS_NC00002$ NUMBER(10)")
			srv.Insert("DBA_UNUSED_COL_TABS", oracleRow{"OWNER": "SHOP", "TABLE_NAME": "U", "COUNT": 2})
			task := checktest.Real{Source: from, Dest: from}
			got := task.Run(t, common.InvisibleColumn)
			if diff := cmp.Diff(want, rulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff(wantSQL, mending(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			srv.Clear("DBA_TAB_COLS")
			srv.Clear("DBA_UNUSED_COL_TABS")
			emulatedColumns(srv, "T", nil, "A NUMBER(10)", "H NUMBER(10)")
			if got := task.Run(t, common.InvisibleColumn); got.Outcome != engine.Passed || len(got.Findings) > 0 {
				t.Errorf("mended it is %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_UNUSED_COL_TABS")
			if got := task.Run(t, common.InvisibleColumn); got.Outcome != engine.Unknown {
				t.Errorf("with the unused columns unread it is %s:\n%s", got.Outcome, got.Message(10))
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
