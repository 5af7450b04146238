package expression_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/expression"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestColumnDefaultOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "T")
			preset := func(column, text string) {
				checktest.InsertColumns(srv, "T", oracletest.Row{"DEFAULT_LENGTH": len(text), "DATA_DEFAULT": text},
					column)
			}
			preset("GOOD NUMBER(10)", "1 ")
			preset("NOW DATE", "SYSDATE ")
			preset("GUID RAW(16)", "SYS_GUID()")
			preset("NUMBERED NUMBER(10)", `"SHOP"."Q"."NEXTVAL"`)
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, expression.ColumnDefault)
			want := []string{"function_refused SHOP.T.GUID", "sequence SHOP.T.NUMBERED", "translated SHOP.T.NOW"}
			if diff := cmp.Diff(want, checktest.RulesAndObjects(got.Findings)); diff != "" ||
				got.Outcome != engine.Warned {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			if diff := cmp.Diff([]string{`ALTER TABLE "SHOP"."T" MODIFY ("GUID" DEFAULT NULL)`},
				checktest.StatementsOf(got.Findings)); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
			srv.Clear("DBA_TAB_COLS")
			preset("GUID RAW(16)", "NULL")
			preset("NUMBERED NUMBER(10)", "NULL")
			if got := task.Run(t, expression.ColumnDefault); got.Outcome != engine.Passed {
				t.Errorf("after the fix, got %s:\n%s", got.Outcome, got.Message(10))
			}
			srv.Deny(942, "*_TAB_COLS")
			if got := task.Run(t, expression.ColumnDefault); got.Outcome != engine.Unknown {
				t.Errorf("with unreadable columns, got %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}
