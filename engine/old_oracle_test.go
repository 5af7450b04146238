package engine_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// A source before 11.2 is refused by one item. No statement over its dictionary is sent, and the other items that read
// it name that item.
func TestOldOracleIsRefusedOnceEmulated(t *testing.T) {
	t.Parallel()
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	srv, source := emulatedTables(t, oracletest.Release10g, 3)
	_, dest := emulatedTables(t, oracletest.Release19c, 0)
	report, err := e.Run(t.Context(), checktest.Real{Source: source, Dest: dest}.Task(checks.AllPhases))
	if err != nil {
		t.Fatal(err)
	}
	reasons := map[string]bool{}
	for _, res := range report.Results {
		switch {
		case res.Item.Side != checks.Source:
		case res.Item.Check.Type == "RDB_CONNECT":
			if res.Outcome != engine.Passed {
				t.Errorf("%s is %s: %s", res.Item.Name(), res.Outcome, res.Message(5))
			}
		case res.Item.Check.Type == "RDB_VERSION":
			if res.Outcome != engine.Failed || res.Findings[0].Rule != "too_old" {
				t.Errorf("%s is %s: %s", res.Item.Name(), res.Outcome, res.Message(5))
			}
		case res.Outcome != engine.Blocked:
			t.Errorf("%s is %s: %s", res.Item.Name(), res.Outcome, res.Message(5))
		default:
			reasons[res.Reason] = true
		}
	}
	if len(reasons) != 1 {
		t.Errorf("the reasons are %v", reasons)
	}
	if sent := srv.Statements(); len(sent) > 10 {
		t.Errorf("%d statements were sent", len(sent))
	}
}
