package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestInvisibleColumnOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "T", "U")
			checktest.InsertColumns(srv, "T", nil, "A NUMBER(10)")
			hidden := oracletest.Row{"COLUMN_ID": nil, "INTERNAL_COLUMN_ID": 2, "HIDDEN_COLUMN": "YES"}
			checktest.InsertTable(srv, "PACKED", oracletest.Row{"COMPRESS_FOR": "BASIC"})
			srv.Insert("DBA_UNUSED_COL_TABS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "PACKED", "COUNT": 1})
			want := []string{"unused SHOP.PACKED", "unused SHOP.U"}
			wantSQL := []string{`ALTER TABLE "SHOP"."U" DROP UNUSED COLUMNS`}
			if release != oracletest.Release11g {
				hidden["USER_GENERATED"] = "NO"
				checktest.InsertColumns(srv, "T",
					oracletest.Row{"COLUMN_ID": nil, "INTERNAL_COLUMN_ID": 3, "HIDDEN_COLUMN": "YES",
						"USER_GENERATED": "YES"},
					"H NUMBER(10)")
				want, wantSQL = append([]string{"invisible SHOP.T.H"}, want...),
					[]string{`ALTER TABLE "SHOP"."T" MODIFY ("H" VISIBLE)`, wantSQL[0]}
			}
			checktest.InsertColumns(srv, "T", hidden, "SYS_NC00002$ NUMBER(10)")
			srv.Insert("DBA_UNUSED_COL_TABS", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "U", "COUNT": 2})
			task := checktest.Real{Source: from, Dest: from}
			got := task.Run(t, column.InvisibleColumn)
			if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff(wantSQL, checktest.StatementsOf(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			srv.Clear("DBA_TAB_COLS")
			srv.Clear("DBA_UNUSED_COL_TABS")
			checktest.InsertColumns(srv, "T", nil, "A NUMBER(10)", "H NUMBER(10)")
			if got := task.Run(t, column.InvisibleColumn); got.Outcome != engine.Passed || len(got.Findings) > 0 {
				t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_UNUSED_COL_TABS")
			if got := task.Run(t, column.InvisibleColumn); got.Outcome != engine.Unknown {
				t.Errorf("with unreadable unused columns, got %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}
