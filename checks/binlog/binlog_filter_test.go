package binlog_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestBinlogFilter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status datasource.BinaryLogStatus
		fold   datasource.NameCase
		want   []string
	}{
		{"no filter", datasource.BinaryLogStatus{}, 0, nil},
		{"included", datasource.BinaryLogStatus{DoDatabases: []string{"a", "shop"}}, 0, nil},
		{"not included", datasource.BinaryLogStatus{DoDatabases: []string{"a"}}, 0, []string{"not_logged"}},
		{"included in another letter case", datasource.BinaryLogStatus{DoDatabases: []string{"Shop"}}, 0,
			[]string{"not_logged"}},
		{"included in another letter case, ignored by the server",
			datasource.BinaryLogStatus{DoDatabases: []string{"Shop"}},
			datasource.CaseFolded, nil},
		{"excluded", datasource.BinaryLogStatus{IgnoreDatabases: []string{"shop"}}, 0, []string{"ignored"}},
		{"another schema excluded", datasource.BinaryLogStatus{IgnoreDatabases: []string{"test"}}, 0, nil},
		{"included and excluded", datasource.BinaryLogStatus{DoDatabases: []string{"shop"},
			IgnoreDatabases: []string{"shop"}}, 0, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{
				datasource.FactServer:          datasource.Server{NameCase: tc.fold},
				datasource.FactBinaryLogStatus: tc.status,
				datasource.FactSchemas:         []datasource.Schema{{Name: "shop"}},
				datasource.FactTables: datasource.Tables{{TableName: datasource.TableName{Schema: "shop", Name: "t"},
					Kind: datasource.BaseTable}},
			}
			findings, _, err := checktest.Facts{Source: source}.Run(t, binlog.BinlogFilter)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
	source := datasource.Snapshot{datasource.FactServer: checktest.MySQL80, datasource.FactBinaryLogStatus: errDenied}
	if _, _, err := (checktest.Facts{Source: source}).Run(t, binlog.BinlogFilter); !errors.Is(err, errDenied) {
		t.Errorf("denied: %v", err)
	}
}
