package column_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestInvisibleColumn(t *testing.T) {
	t.Parallel()
	hidden := checktest.ColumnOfType("h", "int")
	hidden.Extra = "invisible"
	for _, tc := range []struct {
		name   string
		column datasource.Column
		dest   datasource.Server
		want   []string
	}{
		{"a visible column", checktest.ColumnOfType("v", "int"), checktest.ServerAt(datasource.FlavorMySQL, "8.4.0"),
			nil},
		{"the destination supports them", hidden, checktest.ServerAt(datasource.FlavorMySQL, "8.4.0"),
			[]string{"invisible"}},
		{"an older MySQL", hidden, checktest.ServerAt(datasource.FlavorMySQL, "8.0.22"), []string{"unsupported"}},
		{"an older MariaDB", hidden, checktest.ServerAt(datasource.FlavorMariaDB, "10.2.44"), []string{"unsupported"}},
		{"not known", hidden, checktest.ServerAt(datasource.FlavorOceanBase, "4.3.5"), []string{"unknown_destination"}},
		{"not known of an older OceanBase", hidden, checktest.TenantOf("4.2.1"), []string{"unknown_destination"}},
		{"OceanBase supports them", hidden, checktest.TenantOf("4.3.3"), []string{"invisible"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: checktest.OneTable(checktest.ServerAt(datasource.FlavorMySQL,
				"8.4.0"),
				tc.column),
				Dest: datasource.Snapshot{datasource.FactServer: tc.dest}}.Run(t, column.InvisibleColumn)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}
