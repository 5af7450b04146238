package object_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSchemaExist(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		side      checks.Side
		to        datasource.Type
		phases    checks.Phases
		databases []checks.SelectedDatabase
		dest      []string
		include   []string
		create    datasource.Grant
		fold      datasource.NameCase
		want      []string
		err       error
	}{
		{name: "exists", side: checks.Source, databases: []checks.SelectedDatabase{{Name: "shop"}}},
		{name: "not on the source", side: checks.Source,
			databases: []checks.SelectedDatabase{{Name: "shop"}, {Name: "shops"}},
			want:      []string{"schema_missing shops"}},
		{name: "system schema", side: checks.Source, databases: []checks.SelectedDatabase{{Name: "mysql"}},
			want: []string{"system_schema mysql"}},
		{name: "system schema on the destination", side: checks.Dest, phases: checks.Schema,
			databases: []checks.SelectedDatabase{{Name: "shop", MappedName: "Performance_Schema"}},
			create:    datasource.Grant{Level: datasource.OnEverything, All: true},
			want:      []string{"system_schema Performance_Schema"}},
		{name: "not on the source, and nothing else in the task", side: checks.Source,
			databases: []checks.SelectedDatabase{{Name: "shops"}}, want: []string{"schema_missing shops"}},
		{name: "named by a pattern and not on the source", side: checks.Source,
			include: []string{"shop.*", "shops.*", "x*.*"}, want: []string{"schema_missing shops"}},
		{name: "no schema at all", side: checks.Source, include: []string{"x*.*"}, err: checks.ErrNothingMapped},
		{name: "in another case on the source", side: checks.Source,
			databases: []checks.SelectedDatabase{{Name: "Shop"}},
			want:      []string{"schema_case Shop"}},
		{name: "in another case on a source that ignores case", side: checks.Source, fold: datasource.CaseLower,
			databases: []checks.SelectedDatabase{{Name: "Shop"}}},
		{name: "on the destination", side: checks.Dest, phases: checks.Full,
			databases: []checks.SelectedDatabase{{Name: "shop", MappedName: "store"}}, dest: []string{"store"}},
		{name: "in another case on the destination", side: checks.Dest, phases: checks.Full,
			databases: []checks.SelectedDatabase{{Name: "shop"}}, dest: []string{"Shop"},
			want: []string{"schema_case shop"}},
		{name: "in another case on a destination that ignores case", side: checks.Dest, phases: checks.Full,
			fold: datasource.CaseFolded, databases: []checks.SelectedDatabase{{Name: "shop"}}, dest: []string{"Shop"}},
		{name: "not on the destination", side: checks.Dest, phases: checks.Full,
			databases: []checks.SelectedDatabase{{Name: "shop", MappedName: "store"},
				{Name: "shop", MappedName: "store"}},
			want: []string{"schema_missing_dest store"}},
		{name: "created by the phase SCHEMA", side: checks.Dest, phases: checks.Schema | checks.Full,
			databases: []checks.SelectedDatabase{{Name: "shop"}},
			create:    datasource.Grant{Level: datasource.OnEverything, Privileges: []datasource.Privilege{"CREATE"}}},
		{name: "a schema of Oracle", side: checks.Dest, to: datasource.Oracle, phases: checks.Schema,
			databases: []checks.SelectedDatabase{{Name: "shop"}}, want: []string{"schema_missing_dest shop"}},
		{name: "not creatable by the phase SCHEMA", side: checks.Dest, phases: checks.Schema | checks.Full,
			databases: []checks.SelectedDatabase{{Name: "shop"}}, want: []string{"schema_not_creatable shop"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var dest []datasource.Schema
			for _, name := range tc.dest {
				dest = append(dest, datasource.Schema{Name: name})
			}
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:  datasource.Server{NameCase: tc.fold},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop", Charset: "utf8mb4"}},
					datasource.FactTables:  checktest.Tables("shop.t"),
				},
				Dest: datasource.Snapshot{
					datasource.FactServer:   datasource.Server{NameCase: tc.fold},
					datasource.FactSchemas:  dest,
					datasource.FactCharsets: datasource.Charsets{},
					datasource.FactGrants: datasource.Grants{
						Rights: datasource.Rights{Grants: []datasource.Grant{tc.create}}},
				},
				Side:      tc.side,
				Route:     checks.Route{Dest: tc.to, Phases: tc.phases},
				Selection: checks.Selection{Databases: tc.databases, Include: tc.include},
			}.Run(t, object.SchemaExist)
			if !errors.Is(err, tc.err) {
				t.Fatalf("error %v, want %v", err, tc.err)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
