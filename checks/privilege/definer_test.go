package privilege_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/message"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDefiner(t *testing.T) {
	t.Parallel()
	everyone := []datasource.Account{{User: "view", Host: "%"}, {User: "trigger", Host: "10.0.0.%"},
		{User: "pre", Host: "%"}}
	routine := datasource.Routine{TableName: datasource.TableName{Schema: "shop", Name: "f"}, Kind: "FUNCTION",
		Definer: "pre@%", Definition: "return 1"}
	hidden := routine
	hidden.Definition = ""
	for _, tc := range []struct {
		name     string
		side     checks.Side
		dest     datasource.Server
		accounts any
		grants   datasource.Grants
		routine  datasource.Routine
		want     []string
		sql      []string
		fails    bool
	}{
		{name: "all there", side: checks.Dest, accounts: everyone, grants: held("SET_ANY_DEFINER"), routine: routine},
		{name: "one is missing", side: checks.Dest, accounts: everyone[1:], grants: held("SET_ANY_DEFINER"),
			routine: routine,
			want:    []string{"no_definer"}, sql: []string{"CREATE USER 'view'@'%' ACCOUNT LOCK"}},
		{name: "one with another host", side: checks.Dest,
			accounts: append(everyone[2:3:3], everyone[0], datasource.Account{User: "trigger", Host: "%"}),
			grants:   held("SUPER"), routine: routine,
			want: []string{"no_definer"}, sql: []string{"CREATE USER 'trigger'@'10.0.0.%' ACCOUNT LOCK"}},
		{name: "no privilege to name them", side: checks.Dest, accounts: everyone, grants: held("CREATE"),
			routine: routine,
			want:    []string{"missing_right"}, sql: []string{"GRANT SET_ANY_DEFINER ON *.* TO 'pre'@'%'"}},
		{name: "no privilege to name them on 8.0", side: checks.Dest, dest: product(datasource.FlavorMySQL, 8, 0, 36),
			accounts: everyone, grants: held("CREATE"), routine: routine,
			want: []string{"missing_right"}, sql: []string{"GRANT SET_USER_ID ON *.* TO 'pre'@'%'"}},
		{name: "no privilege to name them on MariaDB 11", side: checks.Dest,
			dest:     product(datasource.FlavorMariaDB, 11, 4),
			accounts: everyone, grants: held("SUPER"), routine: routine,
			want: []string{"missing_right"}, sql: []string{"GRANT SET USER ON *.* TO 'pre'@'%'"}},
		{name: "unreadable accounts", side: checks.Dest,
			accounts: &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("refused")},
			routine:  routine,
			fails:    true},
		{name: "all readable", side: checks.Source, routine: routine},
		{name: "an unreadable body", side: checks.Source, routine: hidden, want: []string{"unreadable"},
			sql: []string{"GRANT SHOW_ROUTINE ON *.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.dest.Flavor == "" {
				tc.dest = product(datasource.FlavorMySQL, 8, 4)
			}
			dest := datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactGrants: tc.grants,
				datasource.FactAccounts: tc.accounts}
			findings, _, err := checktest.Facts{Source: programs(tc.routine), Dest: dest, Side: tc.side}.Run(t,
				privilege.Definer)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			var statements []string
			for _, f := range findings {
				statements = append(statements, f.SQL...)
			}
			if diff := cmp.Diff(tc.sql, statements); diff != "" {
				t.Errorf("statements (-want +got):\n%s", diff)
			}
		})
	}
}

// TestDefinerOfHiddenTrigger covers MariaDB, which shows only the name of a trigger without TRIGGER on its table.
func TestDefinerOfHiddenTrigger(t *testing.T) {
	t.Parallel()
	source := programs()
	source[datasource.FactTriggers] = []datasource.Trigger{{TableName: datasource.TableName{Schema: "shop", Name: "tr"},
		Table: datasource.TableName{Schema: "shop", Name: "t"}}}
	findings, _, err := checktest.Facts{Source: source, Side: checks.Source}.Run(t, privilege.Definer)
	if err != nil || len(findings) != 1 || findings[0].Actual != "" ||
		findings[0].SQL[0] != "GRANT TRIGGER ON `shop`.`t` TO 'pre'@'%'" {
		t.Errorf("source: %+v, %v", findings, err)
	}
	dest := datasource.Snapshot{datasource.FactServer: product(datasource.FlavorMySQL, 8, 4),
		datasource.FactGrants: held("SET_ANY_DEFINER"), datasource.FactAccounts: []datasource.Account{}}
	findings, _, err = checktest.Facts{Source: source, Dest: dest, Side: checks.Dest}.Run(t, privilege.Definer)
	var hidden *checks.NotCheckedError
	if len(findings) != 1 || findings[0].Object.Name != "view@%" || !errors.As(err, &hidden) ||
		!strings.Contains(hidden.Reason, "TRIGGER shop.tr") {
		t.Errorf(
			"destination: %+v, %v, want a finding about the definer of the view and an unknown definer of the trigger",
			findings, err)
	}
}
