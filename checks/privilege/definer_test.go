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
	exact := datasource.SystemAccounts{Exact: true}
	for _, tc := range []struct {
		name     string
		side     checks.Side
		dest     datasource.Server
		accounts any
		grants   datasource.Grants
		routine  datasource.Routine
		system   datasource.SystemAccounts
		settings checks.Settings
		want     []string
		sql      []string
		fails    bool
	}{
		{name: "all there", side: checks.Dest, accounts: everyone, grants: held("SET_ANY_DEFINER"), routine: routine,
			system: exact},
		{name: "one is missing", side: checks.Dest, accounts: everyone[1:], grants: held("SET_ANY_DEFINER"),
			routine: routine, system: exact,
			want: []string{"failure definer_refused"}, sql: []string{"CREATE USER 'view'@'%' ACCOUNT LOCK"}},
		{name: "one is missing, with the privilege for that", side: checks.Dest, accounts: everyone[1:],
			grants: held("SET_ANY_DEFINER", "ALLOW_NONEXISTENT_DEFINER"), routine: routine, system: exact,
			want: []string{"warning no_definer"}, sql: []string{"CREATE USER 'view'@'%' ACCOUNT LOCK"}},
		{name: "one is missing on 8.0", side: checks.Dest, accounts: everyone[1:],
			dest: product(datasource.FlavorMySQL, 8, 0, 36), grants: held("SET_USER_ID"), routine: routine,
			system: exact,
			want:   []string{"warning no_definer"}, sql: []string{"CREATE USER 'view'@'%' ACCOUNT LOCK"}},
		{name: "a system account", side: checks.Dest, accounts: everyone, grants: held("SET_ANY_DEFINER"),
			routine: routine, system: datasource.SystemAccounts{Accounts: everyone[:1], Exact: true},
			want: []string{"failure missing_system_user"}, sql: []string{"GRANT SYSTEM_USER ON *.* TO 'pre'@'%'"}},
		{name: "a system account that is probably one", side: checks.Dest, accounts: everyone, grants: held("SUPER"),
			routine: routine, system: datasource.SystemAccounts{Accounts: everyone[:1]},
			want: []string{"failure missing_system_user"}, sql: []string{"GRANT SYSTEM_USER ON *.* TO 'pre'@'%'"}},
		{name: "a system account, but definitions are rewritten", side: checks.Dest, accounts: everyone,
			grants: held("CREATE"), settings: checks.Settings{DDL: checks.DDLRewritten},
			routine: routine, system: datasource.SystemAccounts{Accounts: everyone[:1], Exact: true},
			want: []string{"warning missing_right", "warning missing_system_user"},
			sql:  []string{"GRANT SET_ANY_DEFINER ON *.* TO 'pre'@'%'", "GRANT SYSTEM_USER ON *.* TO 'pre'@'%'"}},
		{name: "a system account of objects that are not migrated", side: checks.Dest, accounts: everyone,
			grants:  held("SET_ANY_DEFINER"),
			routine: routine, system: datasource.SystemAccounts{Accounts: everyone[1:2], Exact: true},
			want: []string{"warning missing_system_user"}, sql: []string{"GRANT SYSTEM_USER ON *.* TO 'pre'@'%'"}},
		{name: "a system account of a trigger that is migrated", side: checks.Dest, accounts: everyone,
			grants: held("SET_ANY_DEFINER"), settings: checks.Settings{Routines: true},
			routine: routine, system: datasource.SystemAccounts{Accounts: everyone[1:2], Exact: true},
			want: []string{"failure missing_system_user"}, sql: []string{"GRANT SYSTEM_USER ON *.* TO 'pre'@'%'"}},
		{name: "a system account and the privilege", side: checks.Dest, accounts: everyone,
			grants:  held("SET_ANY_DEFINER", "SYSTEM_USER"),
			routine: routine, system: datasource.SystemAccounts{Accounts: everyone, Exact: true}},
		{name: "unknown system accounts", side: checks.Dest, accounts: everyone, grants: held("SET_ANY_DEFINER"),
			routine: routine, system: datasource.SystemAccounts{}, fails: true},
		{name: "unknown system accounts with the privilege", side: checks.Dest, accounts: everyone,
			grants: held("SUPER", "SYSTEM_USER"), routine: routine, system: datasource.SystemAccounts{}},
		{name: "one with another host", side: checks.Dest,
			accounts: append(everyone[2:3:3], everyone[0], datasource.Account{User: "trigger", Host: "%"}),
			grants:   held("SUPER"), routine: routine, system: exact,
			want: []string{"warning no_definer"}, sql: []string{"CREATE USER 'trigger'@'10.0.0.%' ACCOUNT LOCK"}},
		{name: "no privilege to name them", side: checks.Dest, accounts: everyone, grants: held("CREATE"),
			routine: routine,
			system:  exact, want: []string{"failure missing_right"},
			sql: []string{"GRANT SET_ANY_DEFINER ON *.* TO 'pre'@'%'"}},
		{name: "no privilege to name them on 8.0", side: checks.Dest, dest: product(datasource.FlavorMySQL, 8, 0, 36),
			accounts: everyone, grants: held("CREATE"), routine: routine,
			system: exact, want: []string{"failure missing_right"},
			sql: []string{"GRANT SET_USER_ID ON *.* TO 'pre'@'%'"}},
		{name: "no privilege to name them on MariaDB 11", side: checks.Dest,
			dest:     product(datasource.FlavorMariaDB, 11, 4),
			accounts: everyone, grants: held("SUPER"), routine: routine,
			system: exact, want: []string{"failure missing_right"},
			sql: []string{"GRANT SET USER ON *.* TO 'pre'@'%'"}},
		{name: "unreadable accounts", side: checks.Dest,
			accounts: &datasource.Error{Class: datasource.ErrPrivilege, Cause: message.Verbatim("refused")},
			routine:  routine,
			fails:    true},
		{name: "all readable", side: checks.Source, routine: routine},
		{name: "an unreadable body", side: checks.Source, routine: hidden, want: []string{"warning unreadable"},
			sql: []string{"GRANT SHOW_ROUTINE ON *.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.dest.Flavor == "" {
				tc.dest = product(datasource.FlavorMySQL, 8, 4)
			}
			dest := datasource.Snapshot{datasource.FactServer: tc.dest, datasource.FactGrants: tc.grants,
				datasource.FactAccounts: tc.accounts, datasource.FactSystemAccounts: tc.system}
			findings, _, err := checktest.Facts{Source: programs(tc.routine), Dest: dest, Side: tc.side,
				Settings: tc.settings}.Run(t, privilege.Definer)
			if (err != nil) != tc.fails {
				t.Fatal(err)
			}
			var got, statements []string
			for _, f := range findings {
				got, statements = append(got, f.Level.String()+" "+f.Rule), append(statements, f.SQL...)
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
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
		datasource.FactGrants: held("SET_ANY_DEFINER"), datasource.FactAccounts: []datasource.Account{},
		datasource.FactSystemAccounts: datasource.SystemAccounts{Exact: true}}
	findings, _, err = checktest.Facts{Source: source, Dest: dest, Side: checks.Dest}.Run(t, privilege.Definer)
	var hidden *checks.NotCheckedError
	if len(findings) != 1 || findings[0].Object.Name != "view@%" || !errors.As(err, &hidden) ||
		!strings.Contains(hidden.Reason, "TRIGGER shop.tr") {
		t.Errorf(
			"destination: %+v, %v, want a finding about the definer of the view and an unknown definer of the trigger",
			findings, err)
	}
}
