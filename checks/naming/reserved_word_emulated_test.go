package naming_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/naming"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// A word that the destination reserves, always or in some statements, is reported unless the source reserves it.
func TestReservedWordOnOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			from, source := checktest.EmulatedOracle(t, release, "T")
			srv, dest := checktest.EmulatedOracle(t, release)
			for i, name := range []string{"ALWAYS", "SOMETIMES", "NEVER", "OLD"} {
				from.Insert("DBA_TAB_COLS",
					row{"OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": name, "COLUMN_ID": i + 1,
						"DATA_TYPE":     "DATE",
						"HIDDEN_COLUMN": "NO"})
			}
			from.Insert("V$RESERVED_WORDS", row{"KEYWORD": "OLD", "RESERVED": "Y", "RES_SEMI": "N"})
			srv.Insert("V$RESERVED_WORDS", row{"RESERVED": "Y", "RES_SEMI": "N"},
				row{"KEYWORD": "OLD", "RESERVED": "Y", "RES_SEMI": "N"},
				row{"KEYWORD": "ALWAYS", "RESERVED": "Y", "RES_SEMI": "N"},
				row{"KEYWORD": "SOMETIMES", "RESERVED": "N", "RES_SEMI": "Y"},
				row{"KEYWORD": "NEVER", "RESERVED": "N", "RES_SEMI": "N"})
			got := checktest.Real{Source: source, Dest: dest, Phases: checks.Schema}.Run(t, naming.ReservedWord)
			if diff := cmp.Diff([]string{"reserved_word SHOP.T.ALWAYS", "reserved_word SHOP.T.SOMETIMES"},
				checktest.RulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
			}
		})
	}
}
