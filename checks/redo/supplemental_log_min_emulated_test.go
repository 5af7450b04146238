package redo_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDatabaseSettingsEmulated(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		check  *checks.Check
		bad    oracletest.Row
		good   oracletest.Row
		failed engine.Outcome
	}{
		{redo.SupplementalLogMin, oracletest.Row{"SUPPLEMENTAL_LOG_DATA_MIN": "NO"},
			oracletest.Row{"SUPPLEMENTAL_LOG_DATA_MIN": "IMPLICIT"}, engine.Failed},
		{redo.ForceLogging, oracletest.Row{"FORCE_LOGGING": "NO"}, oracletest.Row{"FORCE_LOGGING": "YES"},
			engine.Warned},
	} {
		t.Run(tc.check.Type, func(t *testing.T) {
			t.Parallel()
			checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
				srv.SetContext("CON_NAME", "CDB$ROOT") // the logging of pluggable databases has tests of its own
				srv.Set("V$DATABASE", tc.bad)
				if got := task.Run(t, tc.check); got.Outcome != tc.failed {
					t.Errorf("with the defect it is %s:\n%s", got.Outcome, got.Message(5))
				}
				srv.Set("V$DATABASE", tc.good)
				if got := task.Run(t, tc.check); got.Outcome != engine.Passed {
					t.Errorf("after the fix it is %s:\n%s", got.Outcome, got.Message(5))
				}
			})
		})
	}
}

// TestSupplementalLoggingOfAPluggableDatabaseEmulated gives a pluggable database supplemental logging of its own.
func TestSupplementalLoggingOfAPluggableDatabaseEmulated(t *testing.T) {
	t.Parallel()
	older, task := checktest.Emulated(t, oracletest.Release12c)
	checktest.InsertShop(older, "ORDERS")
	older.Set("V$DATABASE", oracletest.Row{"SUPPLEMENTAL_LOG_DATA_MIN": "NO"})
	older.Set("DBA_SUPPLEMENTAL_LOGGING", oracletest.Row{"MINIMAL": "YES", "PRIMARY_KEY": "YES", "UNIQUE_INDEX": "YES"})
	for _, check := range []*checks.Check{redo.SupplementalLogMin, redo.SupplementalLogKey} {
		got := task.Run(t, check)
		if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Rule != "root_off" ||
			got.Findings[0].On.String() != "SOURCE_ROOT" {
			t.Errorf("with logging in the pluggable database of 12.2 alone %s is %s:\n%s", check.Type, got.Outcome,
				got.Message(5))
		}
	}
	older.Set("V$DATABASE", oracletest.Row{"SUPPLEMENTAL_LOG_DATA_MIN": "YES"})
	for _, check := range []*checks.Check{redo.SupplementalLogMin, redo.SupplementalLogKey} {
		if got := task.Run(t, check); got.Outcome != engine.Passed {
			t.Errorf("with minimal logging in the root %s is %s:\n%s", check.Type, got.Outcome, got.Message(5))
		}
	}

	srv, task := checktest.Emulated(t, oracletest.Release19c)
	srv.Set("V$DATABASE", oracletest.Row{"SUPPLEMENTAL_LOG_DATA_MIN": "NO"})
	if got := task.Run(t, redo.SupplementalLogMin); got.Outcome != engine.Passed {
		t.Errorf("with logging in a pluggable database with local undo it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.Set("DATABASE_PROPERTIES", oracletest.Row{"PROPERTY_VALUE": "FALSE"})
	if got := task.Run(t, redo.SupplementalLogMin); got.Outcome != engine.Failed {
		t.Errorf("with shared undo it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.Clear("DATABASE_PROPERTIES")
	if got := task.Run(t, redo.SupplementalLogMin); got.Outcome != engine.Unknown {
		t.Errorf("with undo that is not known it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.Set("DBA_SUPPLEMENTAL_LOGGING", oracletest.Row{"MINIMAL": "NO"})
	if got := task.Run(t, redo.SupplementalLogMin); got.Outcome != engine.Failed {
		t.Errorf("without any logging it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.Deny(942, "DBA_SUPPLEMENTAL_LOGGING")
	if got := task.Run(t, redo.SupplementalLogMin); got.Outcome != engine.Unknown ||
		!strings.Contains(got.Message(5), "GRANT SELECT ON SYS.DBA_SUPPLEMENTAL_LOGGING") {
		t.Errorf("without the privilege it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.Set("V$DATABASE", oracletest.Row{"SUPPLEMENTAL_LOG_DATA_MIN": "YES"})
	if got := task.Run(t, redo.SupplementalLogMin); got.Outcome != engine.Passed {
		t.Errorf("with logging in the root, without the privilege, it is %s:\n%s", got.Outcome, got.Message(5))
	}
}
