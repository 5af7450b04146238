package table_test

import (
	"fmt"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestColumnCount(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		version string
		columns int
		want    []string
	}{
		{"3.1.5", 508, nil}, {"3.1.5", 509, []string{"too_many"}},
		{"3.2.0", 509, nil}, {"4.3.5", 4092, nil}, {"4.3.5", 4093, []string{"too_many"}},
	} {
		t.Run(fmt.Sprintf("%d columns to %s", tc.columns, tc.version), func(t *testing.T) {
			t.Parallel()
			columns := make([]datasource.Column, tc.columns)
			for i := range columns {
				columns[i] = checktest.ColumnOfType(fmt.Sprintf("c%d", i), "int")
			}
			facts := checktest.Facts{Source: checktest.OneTable(checktest.MySQL97, columns...),
				Dest: datasource.Snapshot{
					datasource.FactServer: checktest.ServerAt(datasource.FlavorOceanBase, tc.version)},
				Route: checks.Route{Source: datasource.MySQL, Dest: datasource.OceanBaseMySQL}}
			checktest.WantRules(t, facts, table.ColumnCount, tc.want...)
		})
	}
}
