package capacity_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableCount(t *testing.T) {
	t.Parallel()
	names := func(n int) (list datasource.Tables) {
		for i := range n {
			list = append(list, datasource.Table{TableName: datasource.TableName{Schema: "shop",
				Name: strings.Repeat("t", 1+i%60) + string(rune('a'+i/60%26)) + string(rune('a'+i/1560))},
				Kind: datasource.BaseTable})
		}
		return datasource.SortTables(list)
	}
	for n, want := range map[int][]string{1: nil, 10000: nil, 10001: {"many "}} {
		source := datasource.Snapshot{datasource.FactServer: datasource.Server{},
			datasource.FactSchemas: []datasource.Schema{{Name: "shop"}}, datasource.FactTables: names(n)}
		findings, notes, err := checktest.Facts{Source: source}.Run(t, capacity.TableCount)
		if err != nil || len(notes) != 1 {
			t.Fatalf("notes %v, error %v", notes, err)
		}
		if diff := cmp.Diff(want, checktest.RulesAndObjects(findings)); diff != "" {
			t.Errorf("%d tables (-want +got):\n%s", n, diff)
		}
	}
}
