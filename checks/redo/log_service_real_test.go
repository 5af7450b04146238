package redo_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestChecksOnLookAlike(t *testing.T) {
	t.Parallel()
	s := checktest.LookAlike(t)
	schema := s.Database(t)
	end := checktest.Endpoint{Server: s, Schema: schema, Type: datasource.OceanBaseMySQL}
	task := checktest.Real{Source: end, Dest: end}
	for _, tc := range []struct {
		check       *checks.Check
		side        checks.Side
		defect, fix string
		outcome     engine.Outcome
		object      string
	}{
		{check: redo.LogService, side: checks.Source, outcome: engine.Warned, object: "obconfig_url",
			defect: "UPDATE oceanbase.GV$OB_PARAMETERS SET value = '' WHERE name = 'obconfig_url'",
			fix: "UPDATE oceanbase.GV$OB_PARAMETERS SET value = 'http://10.0.0.9:8080/services' WHERE name = " +
				"'obconfig_url'"},
		{check: redo.LogService, side: checks.Source, outcome: engine.Warned, object: "shop",
			defect: "UPDATE oceanbase.DBA_OB_TENANTS SET log_mode = 'NOARCHIVELOG'",
			fix:    "UPDATE oceanbase.DBA_OB_TENANTS SET log_mode = 'ARCHIVELOG'"},
		{check: capacity.LongTransaction, side: checks.Source, outcome: engine.Warned, object: "session 4242",
			defect: "UPDATE oceanbase.GV$OB_TRANSACTION_PARTICIPANTS SET ctx_create_time = NOW(6) - INTERVAL 1 HOUR " +
				"WHERE " +
				"tenant_id = 1002",
			fix: "DELETE FROM oceanbase.GV$OB_TRANSACTION_PARTICIPANTS WHERE tenant_id = 1002"},
		{check: capacity.Memstore, side: checks.Dest, outcome: engine.Warned, object: "10.0.0.1:2882",
			defect: "UPDATE oceanbase.GV$OB_MEMSTORE SET memstore_used = 900000000 WHERE tenant_id = 1002",
			fix:    "UPDATE oceanbase.GV$OB_MEMSTORE SET memstore_used = 1 WHERE tenant_id = 1002"},
	} {
		if got := task.Run(t, tc.check, tc.side); got.Outcome != engine.Passed {
			t.Errorf("%s: healthy, it is %s:\n%s", tc.check.Type, got.Outcome, got.Message(20))
		}
		s.Exec(t, tc.defect)
		got := task.Run(t, tc.check, tc.side)
		if got.Outcome != tc.outcome || len(got.Findings) != 1 || got.Findings[0].Object.Name != tc.object {
			t.Errorf("%s: with the defect it is %s:\n%s", tc.check.Type, got.Outcome, got.Message(20))
		}
		s.Exec(t, tc.fix)
		if got := task.Run(t, tc.check, tc.side); got.Outcome != engine.Passed {
			t.Errorf("%s: after the fix it is %s:\n%s", tc.check.Type, got.Outcome, got.Message(20))
		}
	}
	if got := task.Run(t, server.TenantMode, checks.Dest); got.Outcome != engine.Unknown {
		t.Errorf("a tenant with an unknown mode is %s:\n%s", got.Outcome, got.Message(20))
	}

	user, password := s.Account(t)
	task.Source.User, task.Source.Password = user, password
	if got := task.Run(t, redo.LogService, checks.Source); got.Outcome != engine.Unknown {
		t.Errorf("without a privilege on the views it is %s:\n%s", got.Outcome, got.Message(20))
	}
}
