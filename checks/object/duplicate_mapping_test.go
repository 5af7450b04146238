package object_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDuplicateMapping(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		tables datasource.Tables
		mapped string // of the schema b; a keeps its name
		fold   datasource.NameCase
		phases checks.Phases
		want   []string
	}{
		{name: "different names", tables: checktest.Tables("a.t", "b.t"), mapped: "b", phases: checks.Schema},
		{name: "two schemas into one", tables: checktest.Tables("a.t", "a.u", "b.t"), mapped: "a",
			phases: checks.Schema | checks.Full, want: []string{"one_name a.t"}},
		{name: "rows of two schemas into one", tables: checktest.Tables("a.t", "b.t"), mapped: "a", phases: checks.Full,
			want: []string{"merged a.t"}},
		{name: "a table and a view", tables: checktest.Tables("a.t", "b.t!"), mapped: "a", phases: checks.Full,
			want: []string{"one_name a.t"}},
		{name: "case, which the destination distinguishes", tables: checktest.Tables("a.T", "a.t"), mapped: "b",
			phases: checks.Full},
		{name: "case, which the destination does not preserve", tables: checktest.Tables("a.T", "a.t"), mapped: "b",
			fold: datasource.CaseLower, phases: checks.Full, want: []string{"one_name_by_case a.t"}},
		{name: "case, which the destination preserves but ignores", tables: checktest.Tables("a.T", "a.t"), mapped: "b",
			fold: datasource.CaseFolded, phases: checks.Full, want: []string{"one_name_by_case a.T"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{datasource.FactServer: datasource.Server{},
					datasource.FactSchemas: []datasource.Schema{{Name: "a"}, {Name: "b"}},
					datasource.FactTables:  tc.tables},
				Dest:  datasource.Snapshot{datasource.FactServer: datasource.Server{NameCase: tc.fold}},
				Route: checks.Route{Phases: tc.phases},
				Selection: checks.Selection{Databases: []checks.SelectedDatabase{{Name: "a"},
					{Name: "b", MappedName: tc.mapped}}},
			}.Run(t, object.DuplicateMapping)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.RulesAndObjects(findings)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
