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

func TestGeneratedColumnOfOracleEmulated(t *testing.T) {
	t.Parallel()
	to := dbtest.Get(t, dbtest.MySQL)
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "T")
			computed := func(column, text string) {
				checktest.InsertColumns(srv, "T",
					oracletest.Row{"VIRTUAL_COLUMN": "YES", "DEFAULT_LENGTH": len(text), "DATA_DEFAULT": text}, column)
			}
			checktest.InsertColumns(srv, "T", nil, "A NUMBER(10)", "B VARCHAR2(20 CHAR)")
			computed("GOOD NUMBER(20)", `"A"*2`)
			computed("BAD NUMBER(20)", `NVL("A",0)`)
			computed("OWN NUMBER(20)", `"SHOP"."TAX"("A")`)
			task := checktest.Real{Source: from, Dest: checktest.Endpoint{Server: to, Schema: to.Database(t)}}
			got := task.Run(t, expression.GeneratedColumn)
			if diff := cmp.Diff([]string{"function_refused SHOP.T.BAD", "function_written SHOP.T.OWN"},
				checktest.RulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Warned {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			task.Dest = from
			if diff := cmp.Diff([]string{"function_needed SHOP.T.OWN"},
				checktest.RulesAndObjects(task.Run(t, expression.GeneratedColumn).Findings)); diff != "" {
				t.Errorf("to Oracle (-want +got):\n%s", diff)
			}
			srv.Deny(942, "*_TAB_COLS")
			if got := task.Run(t, expression.GeneratedColumn); got.Outcome != engine.Unknown {
				t.Errorf("with unreadable columns, got %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}
