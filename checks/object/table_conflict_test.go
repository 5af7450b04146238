package object_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
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
		{name: "no tables", phases: checks.Schema | checks.Full},
		{name: "other tables", phases: checks.Schema | checks.Full, dest: checktest.Tables("shop.A", "shop.b")},
		{name: "an empty table, to be created", phases: checks.Schema | checks.Full, dest: checktest.Tables("shop.a"),
			filled: datasource.FilledTables{}, want: []string{"table_exists shop.a"}},
		{name: "an empty table, to be loaded", phases: checks.Full, dest: checktest.Tables("shop.a"),
			filled: datasource.FilledTables{}},
		{name: "a table with rows", phases: checks.Full, dest: checktest.Tables("shop.a"),
			filled: datasource.FilledTables{Filled: []datasource.TableName{a}}, want: []string{"not_empty shop.a"}},
		{name: "a table with rows, to be created", phases: checks.Schema, dest: checktest.Tables("shop.a"),
			filled: datasource.FilledTables{Filled: []datasource.TableName{a}}, want: []string{"not_empty shop.a"}},
		{name: "a table with rows, which is allowed", phases: checks.Full, allow: true,
			dest:   checktest.Tables("shop.a"),
			filled: datasource.FilledTables{Filled: []datasource.TableName{a}},
			want:   []string{"not_empty_allowed shop.a"}},
		{name: "a name in another case that the destination treats as the same", phases: checks.Full,
			fold: datasource.CaseFolded, dest: checktest.Tables("Shop.A"),
			filled: datasource.FilledTables{Filled: []datasource.TableName{{Schema: "Shop", Name: "A"}}},
			want:   []string{"not_empty Shop.A"}},
		{name: "a view with the name of a table", phases: checks.Full, dest: checktest.Tables("shop.a!"),
			want: []string{"other_kind shop.a"}},
		{name: "a table with the name of a view", phases: checks.Schema, dest: checktest.Tables("shop.v"),
			want: []string{"other_kind shop.v"}},
		{name: "a table with the name of a view, but only rows are migrated", phases: checks.Full,
			dest: checktest.Tables("shop.v")},
		{name: "the view exists", phases: checks.Schema, dest: checktest.Tables("shop.v!"),
			want: []string{"object_exists shop.v"}},
		{name: "tables that may be hidden", phases: checks.Full, dest: checktest.Tables("shop.other"),
			rights: []datasource.Grant{}, err: "sees a table of shop.* only if it has a privilege on that table"},
		{name: "no table that may be hidden", phases: checks.Full, dest: checktest.Tables("shop.a"),
			filled: datasource.FilledTables{}, rights: []datasource.Grant{}},
		{name: "privileges only on the schema", phases: checks.Full,
			rights: []datasource.Grant{{Level: datasource.OnSchema, Schema: "shop",
				Privileges: []datasource.Privilege{"DELETE"}}}},
		{name: "privileges only on the table", phases: checks.Full,
			rights: []datasource.Grant{{Level: datasource.OnTable, Schema: "shop", Name: "a",
				Privileges: []datasource.Privilege{"INSERT"}}}},
		{name: "privileges only on another table", phases: checks.Full,
			rights: []datasource.Grant{{Level: datasource.OnTable, Schema: "shop", Name: "b",
				Privileges: []datasource.Privilege{"INSERT"}}},
			err: "whether tables exist on the destination is unknown"},
		{name: "a privilege that does not show tables", phases: checks.Full,
			rights: []datasource.Grant{{Level: datasource.OnSchema, Schema: "shop",
				Privileges: []datasource.Privilege{"EXECUTE"}}},
			err: "whether tables exist on the destination is unknown"},
		{name: "too many tables", phases: checks.Full, dest: checktest.Tables("shop.a"),
			filled: datasource.FilledTables{NotProbed: []datasource.TableName{a}}, err: "1 of 1 tables"},
		{name: "rows cannot be read", phases: checks.Full, dest: checktest.Tables("shop.a", "shop.v!"),
			filled: errors.New("no privilege"), err: "no privilege"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.rights == nil {
				tc.rights = []datasource.Grant{{Level: datasource.OnEverything,
					Privileges: []datasource.Privilege{"INSERT"}}}
			}
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:  datasource.Server{},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:  checktest.Tables("shop.a", "shop.v!"),
				},
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{NameCase: tc.fold},
					datasource.FactTables: tc.dest, datasource.FactFilledTables: tc.filled,
					datasource.FactGrants: datasource.Grants{Rights: datasource.Rights{Grants: tc.rights}}},
				Settings: checks.Settings{AllowNonEmpty: tc.allow}, Route: checks.Route{Phases: tc.phases},
			}.Run(t, object.TableConflict)
			if tc.err == "" && err != nil || tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
				t.Fatalf("error %v, want %q", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
