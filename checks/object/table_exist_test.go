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

func TestTableExist(t *testing.T) {
	t.Parallel()
	type names = []checks.SelectedTable
	shop := func(tables names, views ...checks.SelectedTable) checks.Selection {
		return checks.Selection{Databases: []checks.SelectedDatabase{{Name: "shop", Tables: tables, Views: views}}}
	}
	for _, tc := range []struct {
		name      string
		side      checks.Side
		phases    checks.Phases
		selection checks.Selection
		dest      datasource.Tables
		fold      datasource.NameCase
		want      []string
	}{
		{name: "all named tables exist", side: checks.Source, selection: shop(names{{Name: "a"}})},
		{name: "one table is missing", side: checks.Source, selection: shop(names{{Name: "a"}, {Name: "c"}}),
			want: []string{"table_missing shop.c"}},
		{name: "one name in another case", side: checks.Source, selection: shop(names{{Name: "A"}, {Name: "b"}}),
			want: []string{"table_case shop.A"}},
		{name: "case does not matter", side: checks.Source, fold: datasource.CaseLower,
			selection: shop(names{{Name: "A"}})},
		{name: "nothing matches", side: checks.Source, selection: shop(nil, checks.SelectedTable{Name: "w"}),
			want: []string{"nothing_mapped ", "table_missing shop.w"}},
		{name: "a pattern matches nothing", side: checks.Source,
			selection: checks.Selection{Include: []string{"shop.a", "shop.x*"}},
			want:      []string{"pattern_unmatched shop.x*"}},
		{name: "no destination tables, with the phase SCHEMA", side: checks.Dest, phases: checks.Schema | checks.Full,
			selection: shop(nil)},
		{name: "no destination tables, without the phase SCHEMA", side: checks.Dest, phases: checks.Full,
			selection: shop(nil), dest: checktest.Tables("shop.A", "shop.b"), want: []string{"table_case shop.a"}},
		{name: "all destination tables but one, without the phase SCHEMA", side: checks.Dest, phases: checks.Full,
			selection: shop(nil), dest: checktest.Tables("shop.b"), want: []string{"table_missing_dest shop.a"}},
		{name: "destination that ignores case", side: checks.Dest, phases: checks.Full, fold: datasource.CaseFolded,
			selection: shop(nil), dest: checktest.Tables("Shop.A", "shop.B")},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:  datasource.Server{NameCase: tc.fold},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:  checktest.Tables("shop.a", "shop.b", "shop.v!"),
				},
				Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{NameCase: tc.fold},
					datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:  tc.dest},
				Side: tc.side, Route: checks.Route{Phases: tc.phases}, Selection: tc.selection,
			}.Run(t, object.TableExist)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTableExistUnknown(t *testing.T) {
	t.Parallel()
	lost := errors.New("connection lost")
	source := datasource.Snapshot{datasource.FactServer: datasource.Server{},
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}, datasource.FactTables: lost}
	if _, _, err := (checktest.Facts{Source: source}).Run(t, object.TableExist); !errors.Is(err, lost) {
		t.Errorf("error %v, want %v", err, lost)
	}
}

// Tables of a schema that does not exist have no findings of their own: RDB_SCHEMA_EXIST has one.
func TestTableExistInMissingSchema(t *testing.T) {
	t.Parallel()
	source := datasource.Snapshot{datasource.FactServer: datasource.Server{},
		datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}, datasource.FactTables: checktest.Tables("shop.a")}
	misspelt := checks.SelectedDatabase{Name: "shp", Tables: []checks.SelectedTable{{Name: "a"}, {Name: "b"}}}
	for _, tc := range []struct {
		name      string
		databases []checks.SelectedDatabase
		want      []string
		unknown   string
	}{
		{"alone", []checks.SelectedDatabase{misspelt}, []string{"nothing_mapped "}, "the database shp does not exist"},
		{"with a whole one", []checks.SelectedDatabase{misspelt, {Name: "shop"}}, nil,
			"the database shp does not exist"},
		{"with a missing table", []checks.SelectedDatabase{misspelt,
			{Name: "shop", Tables: []checks.SelectedTable{{Name: "a"}, {Name: "b"}}}}, []string{"table_missing shop.b"},
			"the database shp does not exist"},
		{"two", []checks.SelectedDatabase{misspelt, {Name: "web"}}, []string{"nothing_mapped "},
			"the databases shp, web do not exist"},
		{"none", []checks.SelectedDatabase{{Name: "shop", Tables: []checks.SelectedTable{{Name: "b"}}}},
			[]string{"nothing_mapped ", "table_missing shop.b"}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: source,
				Dest:      datasource.Snapshot{datasource.FactServer: datasource.Server{}},
				Selection: checks.Selection{Databases: tc.databases}}.Run(t, object.TableExist)
			checktest.WantEqual(t, tc.want, checktest.RulesAndObjects(findings))
			if tc.unknown == "" && err != nil || tc.unknown != "" && (err == nil ||
				!strings.HasPrefix(err.Error(), tc.unknown)) {
				t.Errorf("error %v, want %q", err, tc.unknown)
			}
		})
	}
}
