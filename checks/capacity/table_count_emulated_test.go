package capacity_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestOwnSegmentsOfOracleEmulated: an account that migrates its own schema sees the sizes of its own segments.
func TestOwnSegmentsOfOracleEmulated(t *testing.T) {
	t.Parallel()
	type row = oracletest.Row
	srv, from := checktest.EmulatedOracle(t, oracletest.Release19c)
	from.Schema = srv.User
	srv.Insert("DBA_ALL_TABLES", row{"OWNER": srv.User, "TABLE_NAME": "MINE", "TEMPORARY": "N"})
	srv.Insert("DBA_SEGMENTS",
		row{"OWNER": srv.User, "SEGMENT_NAME": "MINE", "SEGMENT_TYPE": "TABLE", "BYTES": 3 << 20},
		row{"OWNER": "OTHER", "SEGMENT_NAME": "MINE", "SEGMENT_TYPE": "TABLE", "BYTES": 3 << 30})
	srv.Deny(942, "DBA_SEGMENTS", "DBA_EXTENTS", "DBA_TAB_COLS")
	got := checktest.Real{Source: from, Dest: from, Settings: checks.Settings{Deep: true}}.Run(t, capacity.TableCount)
	if got.Outcome != engine.Passed || !strings.Contains(got.Message(20), "The tables use 3 MiB") {
		t.Errorf("it is %s:\n%s", got.Outcome, got.Message(20))
	}
}
