package binlog_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

var errDenied = &datasource.Error{Class: datasource.ErrPrivilege,
	Cause: message.Verbatim("the account does not have the privilege")}

var (
	mysql56   = checktest.ServerAt(datasource.FlavorMySQL, "5.6.51")
	mariadb55 = checktest.ServerAt(datasource.FlavorMariaDB, "5.5.68")
)

// settingCase is the run of a check on the settings of a source, and what the check must find.
type settingCase struct {
	name      string
	server    datasource.Server
	variables datasource.Variables
	sessions  []datasource.SessionSetting
	phases    checks.Phases
	settings  checks.Settings
	rules     []string
	sql       []string // of the first finding
	unknown   bool
}

func (tc settingCase) run(t *testing.T, c *checks.Check) {
	t.Helper()
	source := datasource.Snapshot{
		datasource.FactServer: tc.server, datasource.FactVariables: tc.variables,
		datasource.FactLogSessions: tc.sessions,
	}
	findings, _, err := checktest.Facts{Source: source, Settings: tc.settings,
		Route: checks.Route{Phases: tc.phases}}.Run(t, c)
	if (err != nil) != tc.unknown {
		t.Fatalf("error %v, want an error: %v", err, tc.unknown)
	}
	if diff := cmp.Diff(tc.rules, checktest.Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	if tc.sql != nil && len(findings) > 0 {
		if diff := cmp.Diff(tc.sql, findings[0].SQL); diff != "" {
			t.Errorf("SQL (-want +got):\n%s", diff)
		}
	}
}

// runSettings runs each case as a subtest.
func runSettings(t *testing.T, c *checks.Check, cases []settingCase) {
	t.Helper()
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.run(t, c)
		})
	}
}

// inSessions returns two sessions of one account in which a variable has this value.
func inSessions(variable, value string) []datasource.SessionSetting {
	return []datasource.SessionSetting{
		{Session: 7, Account: "app@10.0.0.1", Variable: variable, Value: value},
		{Session: 8, Account: "app@10.0.0.1", Variable: variable, Value: value},
	}
}
