package table_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLimits(t *testing.T) {
	t.Parallel()
	name := datasource.TableName{Schema: "shop", Name: "t"}
	for dataType, tc := range map[string]struct {
		chars, bytes int64
		want         []string
	}{
		"char": {chars: 255}, "varchar": {chars: 16383}, "varbinary": {bytes: 65000}, "text": {bytes: 65535},
		"longtext": {bytes: 4294967295, want: []string{"large_object"}},
		"int":      {}, "binary": {bytes: 257, want: []string{"length"}}, "nchar": {chars: 9999},
	} {
		source := datasource.Snapshot{
			datasource.FactServer: datasource.Server{}, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables: datasource.Tables{{TableName: name, Kind: datasource.BaseTable}},
			datasource.FactColumns: datasource.GroupByTable(datasource.RowsOf[datasource.Column]{Table: name,
				Rows: []datasource.Column{{Name: "c",
					ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: dataType, CharLength: tc.chars,
						ByteLength: tc.bytes}}}}),
		}
		findings, _, err := checktest.Facts{Source: source, Dest: checktest.HealthyTenant(),
			Route: checks.Route{Dest: datasource.OceanBaseMySQL}}.Run(t, table.Limits)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", dataType, diff)
		}
	}
}

func TestLimitsBefore315(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		version, dataType string
		length            int64
		want              []string
	}{
		{"3.1.4", "varbinary", 65536, nil}, {"3.1.4", "varbinary", 65537, []string{"length"}},
		{"3.1.5", "varbinary", 65537, nil}, {"3.1.4", "binary", 256, []string{"length"}}, {"3.1.5", "binary", 256, nil},
	} {
		source := checktest.OneTable(checktest.ServerAt(datasource.FlavorMySQL, "5.7.44"), datasource.Column{Name: "c",
			ColumnType: &datasource.ColumnType{DataType: tc.dataType, ColumnType: tc.dataType, ByteLength: tc.length}})
		facts := checktest.Facts{Source: source, Dest: datasource.Snapshot{
			datasource.FactServer: checktest.ServerAt(datasource.FlavorOceanBase, tc.version)},
			Route: checks.Route{Dest: datasource.OceanBaseMySQL}}
		checktest.WantOutcome(t, facts, table.Limits, false, tc.want...)
	}
}
