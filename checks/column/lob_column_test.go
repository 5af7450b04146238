package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLOBColumn(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		columns []datasource.Column
		keyed   bool
		want    []string
	}{
		{"no large object", []datasource.Column{checktest.ColumnOfType("a", "int")}, false, nil},
		{"large objects and a key", []datasource.Column{checktest.ColumnOfType("a", "int"),
			checktest.ColumnOfType("b", "text")}, true, nil},
		{"large objects without a key",
			[]datasource.Column{checktest.ColumnOfType("a", "int"), checktest.ColumnOfType("b", "json")}, false,
			[]string{"no_key"}},
		{"only large objects", []datasource.Column{checktest.ColumnOfType("b", "text")}, false,
			[]string{"nothing_else"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OneTable(checktest.ServerAt(datasource.FlavorMySQL, "8.4.0"), tc.columns...)
			var rows []datasource.Index
			if tc.keyed {
				rows = append(rows, datasource.Index{Name: "PRIMARY", Primary: true, Unique: true})
			}
			source[datasource.FactIndexes] = datasource.GroupByTable(
				datasource.RowsOf[datasource.Index]{Table: datasource.TableName{Schema: "shop", Name: "t"}, Rows: rows})
			findings, _, err := checktest.Facts{Source: source}.Run(t, column.LOBColumn)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
