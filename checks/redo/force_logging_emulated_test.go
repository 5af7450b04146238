package redo_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestForceLoggingOfAPluggableDatabaseEmulated gives a pluggable database FORCE LOGGING and FORCE NOLOGGING.
func TestForceLoggingOfAPluggableDatabaseEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range []oracletest.Release{oracletest.Release12c, oracletest.Release19c, oracletest.Release23ai} {
		srv, task := checktest.Emulated(t, release)
		off := task.Run(t, redo.ForceLogging)
		checktest.WantFindings(t, off, "off ORCL")
		if on := off.Findings[0].On.String(); on != "SOURCE_ROOT" {
			t.Errorf("the statement is for %s", on)
		}
		srv.Set("DBA_PDBS", oracletest.Row{"FORCE_NOLOGGING": "YES"})
		checktest.WantFindings(t, task.Run(t, redo.ForceLogging), "never "+srv.Service)
		srv.Set("DBA_PDBS", oracletest.Row{"FORCE_NOLOGGING": "NO", "FORCE_LOGGING": "YES"})
		checktest.WantFindings(t, task.Run(t, redo.ForceLogging))
		srv.Deny(942, "DBA_PDBS")
		got := task.Run(t, redo.ForceLogging)
		checktest.WantFindings(t, got, "off ORCL")
		if text := got.Message(5); got.Outcome != engine.Unknown || !strings.Contains(text, "DBA_PDBS") {
			t.Errorf("without the privilege it is %s: %s", got.Outcome, text)
		}
	}
}
