package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestContainerEmulated(t *testing.T) {
	t.Parallel()
	srv, task := checktest.Emulated(t, oracletest.Release19c)
	task.Phases = checks.Full
	if got := task.Run(t, server.Container); got.Outcome != engine.Passed {
		t.Errorf("in a pluggable database it is %s:\n%s", got.Outcome, got.Message(5))
	}
	srv.SetContext("CON_NAME", "CDB$ROOT")
	if got := task.Run(t, server.Container); got.Outcome != engine.Failed {
		t.Errorf("in the root it is %s:\n%s", got.Outcome, got.Message(5))
	}
}
