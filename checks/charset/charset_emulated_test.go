package charset_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/charset"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestCharsetOfOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			srv, from := checktest.EmulatedOracle(t, release, "T")
			srv.Insert("DBA_TAB_COLS",
				oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "T", "COLUMN_NAME": "A", "COLUMN_ID": 1,
					"DATA_TYPE": "CLOB", "HIDDEN_COLUMN": "NO"})
			to, dest := checktest.EmulatedOracle(t, release)
			task := checktest.Real{Source: from, Dest: dest, Phases: checks.Full}
			if got := task.Run(t, charset.Charset); got.Outcome != engine.Passed {
				t.Errorf("with the same character set it is %s:\n%s", got.Outcome, got.Message(10))
			}
			to.Clear("NLS_DATABASE_PARAMETERS")
			to.Insert("NLS_DATABASE_PARAMETERS",
				oracletest.Row{"PARAMETER": "NLS_CHARACTERSET", "VALUE": "WE8ISO8859P1"})
			got := task.Run(t, charset.Charset)
			if diff := cmp.Diff([]string{"loses NLS_CHARACTERSET"},
				checktest.RulesAndObjects(got.Findings)); got.Outcome != engine.Warned || diff != "" {
				t.Errorf("%s (-want +got):\n%s", got.Outcome, diff)
			}
			to.Clear("NLS_DATABASE_PARAMETERS")
			if got := task.Run(t, charset.Charset); got.Outcome != engine.Unknown {
				t.Errorf("without a character set it is %s:\n%s", got.Outcome, got.Message(10))
			}
		})
	}
}
