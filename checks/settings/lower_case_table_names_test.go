package settings_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLowerCaseTableNamesFromOracle(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		dest   datasource.NameCase
		tables []string
		want   []string
	}{
		{"case-sensitive", datasource.CaseSensitive, []string{"ORDERS", "orders"},
			[]string{"info unquoted_names lower_case_table_names"}},
		{"stored in lower case", datasource.CaseLower, []string{"ORDERS", "LINES"}, nil},
		{"stored in lower case, names collide", datasource.CaseLower, []string{"ORDERS", "orders"},
			[]string{"failure tables_collide shop.orders"}},
		{"compared in lower case, names collide", datasource.CaseFolded, []string{"ORDERS", "Orders"},
			[]string{"failure tables_collide SHOP.ORDERS"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var tables []datasource.Table
			for _, name := range tc.tables {
				tables = append(tables, datasource.Table{TableName: datasource.TableName{Schema: "SHOP", Name: name},
					Kind: datasource.BaseTable})
			}
			source := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOracle},
				datasource.FactSchemas: []datasource.Schema{{Name: "SHOP"}},
				datasource.FactTables:  datasource.SortTables(tables)}
			findings, _, err := checktest.Facts{Source: source,
				Dest:  datasource.Snapshot{datasource.FactServer: withCase(checktest.MySQL80, tc.dest)},
				Route: checks.Route{Source: datasource.Oracle}}.Run(t, settings.LowerCaseTableNames)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Level.String()+" "+f.Rule+" "+f.Object.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func withCase(s datasource.Server, c datasource.NameCase) datasource.Server {
	s.NameCase = c
	return s
}

func TestLowerCaseTableNames(t *testing.T) {
	t.Parallel()
	const sensitive, lower, folded = datasource.CaseSensitive, datasource.CaseLower, datasource.CaseFolded
	for _, tc := range []struct {
		name         string
		source, dest datasource.NameCase
		schemas      []string
		tables       []string // of the first schema
		want         []string
	}{
		{"equal", sensitive, sensitive, []string{"shop"}, []string{"T", "t"}, nil},
		{"no upper-case letters", sensitive, lower, []string{"shop"}, []string{"t"}, nil},
		{"upper-case letters, stored in lower case", sensitive, lower, []string{"shop"}, []string{"T"},
			[]string{"lowered lower_case_table_names"}},
		{"upper-case letters, compared in lower case", sensitive, folded, []string{"shop"}, []string{"T"}, nil},
		{"tables collide", sensitive, folded, []string{"shop"}, []string{"T", "t", "u"},
			[]string{"tables_collide shop.T"}},
		{"tables collide in lower case", sensitive, lower, []string{"shop"}, []string{"Ab", "aB", "ab"},
			[]string{"tables_collide shop.ab", "lowered lower_case_table_names"}},
		{"schemas collide", sensitive, lower, []string{"Shop", "shop"}, []string{"t"},
			[]string{"schemas_collide shop", "lowered lower_case_table_names"}},
		{"only the destination is case-sensitive", lower, sensitive, []string{"shop"}, []string{"t"},
			[]string{"case_counts lower_case_table_names"}},
		{"upper-case letters, stored in lower case on the destination only", folded, lower, []string{"shop"},
			[]string{"T"},
			[]string{"lowered lower_case_table_names"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var schemas []datasource.Schema
			for _, name := range tc.schemas {
				schemas = append(schemas, datasource.Schema{Name: name})
			}
			var tables []datasource.Table
			for _, name := range tc.tables {
				tables = append(tables,
					datasource.Table{TableName: datasource.TableName{Schema: tc.schemas[0], Name: name},
						Kind: datasource.BaseTable})
			}
			task := checktest.Facts{
				Source: datasource.Snapshot{datasource.FactServer: withCase(checktest.MySQL80, tc.source),
					datasource.FactSchemas: schemas, datasource.FactTables: datasource.SortTables(tables)},
				Dest: datasource.Snapshot{datasource.FactServer: withCase(checktest.MySQL80, tc.dest)},
			}
			for _, name := range append(tc.schemas, "SHOP") { // which does not exist
				task.Selection.Databases = append(task.Selection.Databases, checks.SelectedDatabase{Name: name})
			}
			findings, _, err := task.Run(t, settings.LowerCaseTableNames)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range findings {
				got = append(got, f.Rule+" "+f.Object.String())
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLowerCaseTableNamesWhenTheConnectionIsLost(t *testing.T) {
	t.Parallel()
	wantLost(t, settings.LowerCaseTableNames)
}
