package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLOBColumnOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "KEYED", "BARE", "MIXED", "VIRTUAL", "PLAIN")
			checktest.InsertColumns(srv, "KEYED", nil, "A NUMBER(10)!", "B NUMBER(10)!", "C CLOB")
			checktest.InsertConstraint(srv, "KEYED", "KEYED_PK", "P", nil)
			checktest.InsertColumns(srv, "BARE", nil, "C CLOB", "D LONG RAW", "E XMLTYPE")
			checktest.InsertColumns(srv, "MIXED", nil, "A NUMBER(10)", "C BLOB")
			checktest.InsertColumns(srv, "VIRTUAL", nil, "C CLOB")
			checktest.InsertColumns(srv, "VIRTUAL",
				oracletest.Row{"COLUMN_ID": 2, "VIRTUAL_COLUMN": "YES", "DEFAULT_LENGTH": 11,
					"DATA_DEFAULT": `LENGTH("C")`},
				"L NUMBER(10)")
			checktest.InsertColumns(srv, "PLAIN", nil, "A NUMBER(10)", "R RAW(2000)")
			task := checktest.Real{Source: from, Dest: from, Phases: checks.Incremental}
			got := task.Run(t, column.LOBColumn)
			if diff := cmp.Diff([]string{"nothing_else SHOP.BARE", "nothing_else SHOP.VIRTUAL", "no_key SHOP.MIXED"},
				checktest.RulesAndObjects(got.Findings)); diff != "" || got.Outcome != engine.Failed {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(10))
			}
			srv.Deny(942, "*_CONSTRAINTS")
			if got := task.Run(t, column.LOBColumn); got.Outcome != engine.Unknown {
				t.Errorf("with unreadable keys, got %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}
