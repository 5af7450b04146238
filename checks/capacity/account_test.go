package capacity_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	account := func(more datasource.OracleAccount) datasource.Snapshot {
		more.Name, more.Profile, more.Now = "PRECHECK", "APPS", now
		return datasource.Snapshot{datasource.FactOracleAccount: more}
	}
	for _, tc := range []struct {
		name  string
		facts datasource.Snapshot
		checktest.Expectation
	}{
		{"a password without expiry", account(datasource.OracleAccount{}), checktest.Expectation{}},
		{"a password that expires in 15 days", account(datasource.OracleAccount{Expires: now.AddDate(0, 0, 15)}),
			checktest.Expectation{}},
		{"a password that expires in 13 days", account(datasource.OracleAccount{Expires: now.AddDate(0, 0, 13)}),
			checktest.Expectation{Want: []string{"warning expires PRECHECK"}}},
		{"unreadable account", datasource.Snapshot{datasource.FactOracleAccount: checktest.ErrRefusedView},
			checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.Oracle19With(tc.facts)
			facts := checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Incremental)}
			tc.Verify(t, capacity.Account, facts)
		})
	}
}
