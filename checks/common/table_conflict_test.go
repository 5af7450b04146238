package common_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
)

func TestTableConflict(t *testing.T) {
	t.Parallel()
	a := datasource.TableName{Schema: "shop", Name: "a"}
	for _, tc := range []struct {
		name   string
		phases checks.Phases
		allow  bool
		fold   datasource.NameCase
		dest   datasource.Tables
		filled any
		rights []datasource.Grant // default: INSERT on everything
		want   []string
		err    string
	}{
		{name: "nothing there", phases: checks.Schema | checks.Full},
		{name: "other tables there", phases: checks.Schema | checks.Full, dest: tables("shop.A", "shop.b")},
		{name: "an empty table, to be created", phases: checks.Schema | checks.Full, dest: tables("shop.a"), filled: datasource.FilledTables{}, want: []string{"table_exists shop.a"}},
		{name: "an empty table, to be loaded", phases: checks.Full, dest: tables("shop.a"), filled: datasource.FilledTables{}},
		{name: "a table with rows", phases: checks.Full, dest: tables("shop.a"), filled: datasource.FilledTables{Filled: []datasource.TableName{a}}, want: []string{"not_empty shop.a"}},
		{name: "a table with rows, to be created", phases: checks.Schema, dest: tables("shop.a"), filled: datasource.FilledTables{Filled: []datasource.TableName{a}}, want: []string{"not_empty shop.a"}},
		{name: "a table with rows, which is allowed", phases: checks.Full, allow: true, dest: tables("shop.a"), filled: datasource.FilledTables{Filled: []datasource.TableName{a}}, want: []string{"not_empty_allowed shop.a"}},
		{name: "a name in another case that is the same there", phases: checks.Full, fold: datasource.CaseFolded, dest: tables("Shop.A"),
			filled: datasource.FilledTables{Filled: []datasource.TableName{{Schema: "Shop", Name: "A"}}}, want: []string{"not_empty Shop.A"}},
		{name: "a view where a table is to be", phases: checks.Full, dest: tables("shop.a!"), want: []string{"other_kind shop.a"}},
		{name: "a table where a view is to be", phases: checks.Schema, dest: tables("shop.v"), want: []string{"other_kind shop.v"}},
		{name: "a table where a view would be, but only rows are carried", phases: checks.Full, dest: tables("shop.v")},
		{name: "the view is there", phases: checks.Schema, dest: tables("shop.v!"), want: []string{"object_exists shop.v"}},
		{name: "tables that may be hidden", phases: checks.Full, dest: tables("shop.other"), rights: []datasource.Grant{}, err: "shown a table of shop.* only where it has a right on that table"},
		{name: "nothing that may be hidden", phases: checks.Full, dest: tables("shop.a"), filled: datasource.FilledTables{}, rights: []datasource.Grant{}},
		{name: "rights on the schema alone", phases: checks.Full, rights: []datasource.Grant{{Level: datasource.OnSchema, Schema: "shop", Privileges: []datasource.Privilege{"DELETE"}}}},
		{name: "rights on the table alone", phases: checks.Full, rights: []datasource.Grant{{Level: datasource.OnTable, Schema: "shop", Name: "a", Privileges: []datasource.Privilege{"INSERT"}}}},
		{name: "rights on another table alone", phases: checks.Full, rights: []datasource.Grant{{Level: datasource.OnTable, Schema: "shop", Name: "b", Privileges: []datasource.Privilege{"INSERT"}}}, err: "cannot be told"},
		{name: "a right that shows no table", phases: checks.Full, rights: []datasource.Grant{{Level: datasource.OnSchema, Schema: "shop", Privileges: []datasource.Privilege{"EXECUTE"}}}, err: "cannot be told"},
		{name: "too many tables", phases: checks.Full, dest: tables("shop.a"), filled: datasource.FilledTables{NotProbed: []datasource.TableName{a}}, err: "1 of the 1 tables"},
		{name: "rows cannot be looked for", phases: checks.Full, dest: tables("shop.a", "shop.v!"), filled: errors.New("no right"), err: "no right"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.rights == nil {
				tc.rights = []datasource.Grant{{Level: datasource.OnEverything, Privileges: []datasource.Privilege{"INSERT"}}}
			}
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:  datasource.Server{},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:  tables("shop.a", "shop.v!"),
				},
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{NameCase: tc.fold}, datasource.FactTables: tc.dest, datasource.FactFilledTables: tc.filled,
					datasource.FactGrants: datasource.Grants{Rights: datasource.Rights{Grants: tc.rights}}},
				Settings: checks.Settings{AllowNonEmpty: tc.allow}, Route: checks.Route{Phases: tc.phases},
			}.Run(t, common.TableConflict)
			if tc.err == "" && err != nil || tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
				t.Fatalf("error %v, want %q", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, rulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTableConflictOnRealServers(t *testing.T) {
	t.Parallel()
	directions(t, func(t *testing.T, source, dest *dbtest.Server) {
		from, to := source.Database(t), dest.Database(t)
		source.Exec(t, "CREATE TABLE "+from+".clear (id INT)", "CREATE TABLE "+from+".`w``hat?` (id INT)", "CREATE TABLE "+from+".seen (id INT)")
		dest.Exec(t, "CREATE TABLE "+to+".clear (id INT)", "CREATE TABLE "+to+".`w``hat?` (id INT)", "INSERT INTO "+to+".`w``hat?` VALUES (1), (2)",
			"CREATE VIEW "+to+".seen AS SELECT 1", "CREATE TABLE "+to+".other (id INT)", "INSERT INTO "+to+".other VALUES (1)")
		task := checktest.Real{Source: checktest.End{Server: source, Schema: from}, Dest: checktest.End{Server: dest, Schema: to}, Phases: checks.Schema | checks.Full}

		got := task.Run(t, common.TableConflict)
		if diff := cmp.Diff([]string{"not_empty " + to + ".w`hat?", "other_kind " + to + ".seen", "table_exists " + to + ".clear"}, rulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		for _, r := range got.Removable {
			task.Exclude = append(task.Exclude, checks.EscapePattern(r.TableName))
		}
		task.Exclude = task.Exclude[1:] // keeps clear
		if got := task.Run(t, common.TableConflict); got.Outcome != engine.Warned || len(got.Findings) != 1 {
			t.Errorf("with %v excluded it is %s:\n%s", task.Exclude, got.Outcome, got.Message(20))
		}

		task.Phases, task.Exclude = checks.Full, []string{"*.seen"}
		if got := task.Run(t, common.TableConflict); got.Outcome != engine.Failed || len(got.Findings) != 1 {
			t.Errorf("without the schema phase it is %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Settings.AllowNonEmpty = true
		if got := task.Run(t, common.TableConflict); got.Outcome != engine.Passed {
			t.Errorf("with rows allowed it is %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Settings.AllowNonEmpty = false
		task.Dest.User, task.Dest.Password = dest.Account(t, "GRANT INSERT ON "+to+".* TO %s")
		if got := task.Run(t, common.TableConflict); got.Outcome != engine.Unknown || datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
			t.Errorf("without SELECT on the destination it is %s:\n%s", got.Outcome, got.Message(20))
		}
		task.Dest.User, task.Dest.Password = dest.Account(t)
		for _, check := range []*checks.Check{common.TableConflict, common.ColumnDiff, common.UniqueKeyDiff} {
			if got := task.Run(t, check); got.Outcome != engine.Unknown || datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
				t.Errorf("without a right on the destination %s is %s:\n%s", check.Type, got.Outcome, got.Message(20))
			}
		}
	})
}

// One statement looks into as many tables as the limit says, on both servers.
func TestTableConflictWithManyTables(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		for i := range 201 {
			s.Exec(t, fmt.Sprintf("CREATE TABLE %s.t%d (id INT)", from, i), fmt.Sprintf("CREATE TABLE %s.t%d (id INT)", to, i))
		}
		s.Exec(t, "INSERT INTO "+to+".t0 VALUES (1)", "INSERT INTO "+to+".t99 VALUES (1)")
		got := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: to}, Phases: checks.Full}.Run(t, common.TableConflict)
		if diff := cmp.Diff([]string{"not_empty " + to + ".t0", "not_empty " + to + ".t99"}, rulesAndObjects(got.Findings)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestTableConflictOnOracleEmulated(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			_, from := emulatedOracle(t, release, "FULL", "EMPTY", "O\"DD", "SEEN", "NEW")
			srv, to := emulatedOracle(t, release, "FULL", "EMPTY", "O\"DD")
			srv.Insert("DBA_VIEWS", oracletest.Row{"OWNER": "SHOP", "VIEW_NAME": "SEEN"})
			srv.Table("SHOP", "FULL", true)
			srv.Table("SHOP", "EMPTY", false)
			srv.Table("SHOP", "O\"DD", true)
			task := checktest.Real{Source: from, Dest: to, Phases: checks.Schema | checks.Full}
			got := task.Run(t, common.TableConflict)
			if diff := cmp.Diff([]string{"not_empty SHOP.FULL", "not_empty SHOP.O\"DD", "other_kind SHOP.SEEN", "table_exists SHOP.EMPTY"}, rulesAndObjects(got.Findings)); diff != "" {
				t.Errorf("%s (-want +got):\n%s\n%s", got.Outcome, diff, got.Message(20))
			}
			srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "EXISTS", Code: 942})
			if got := task.Run(t, common.TableConflict); got.Outcome != engine.Failed || got.Reason == "" {
				t.Errorf("without a right on the tables it is %s:\n%s", got.Outcome, got.Message(20))
			}
		})
	}
}

// What the dictionary does not show an account is not taken for absent.
func TestTableConflictHiddenOnOracleEmulated(t *testing.T) {
	t.Parallel()
	_, from := emulatedOracle(t, oracletest.Release19c, "NEW")
	srv, to := emulatedOracle(t, oracletest.Release19c)
	srv.Deny(942, "DBA_*")
	task := checktest.Real{Source: from, Dest: to, Phases: checks.Schema | checks.Full}
	if got := task.Run(t, common.TableConflict); got.Outcome != engine.Unknown || datasource.ClassOf(got.Err) != datasource.ErrPrivilege {
		t.Errorf("where a table may be hidden it is %s:\n%s", got.Outcome, got.Message(20))
	}
	srv.Insert("SESSION_PRIVS", oracletest.Row{"PRIVILEGE": "INSERT ANY TABLE"})
	if got := task.Run(t, common.TableConflict); got.Outcome != engine.Passed {
		t.Errorf("where no table is hidden it is %s:\n%s", got.Outcome, got.Message(20))
	}
}
