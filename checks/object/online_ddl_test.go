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

func TestOnlineDDL(t *testing.T) {
	t.Parallel()
	in := func(name string) datasource.TableName { return datasource.TableName{Schema: "shop", Name: name} }
	for _, tc := range []struct {
		name     string
		tables   []string
		triggers any
		exclude  []string
		want     []string
	}{
		{name: "similar names", tables: []string{"orders", "orders_new", "_items_gho", "_orders", "_orders_newest"},
			triggers: []datasource.Trigger{}},
		{name: "gh-ost", tables: []string{"orders", "_orders_gho", "_orders_ghc"}, triggers: []datasource.Trigger{},
			want: []string{"shadow_table shop._orders_ghc", "shadow_table shop._orders_gho"}},
		{name: "gh-ost, completed", tables: []string{"orders", "_orders_del"}, triggers: []datasource.Trigger{},
			want: []string{"left_over shop._orders_del"}},
		{name: "pt-osc, aborted", tables: []string{"orders", "__orders_new"},
			triggers: []datasource.Trigger{{TableName: in("other"), Table: in("orders")}},
			want:     []string{"shadow_table shop.__orders_new"}},
		{name: "pt-osc, running", tables: []string{"orders", "_orders_new"},
			triggers: []datasource.Trigger{{TableName: in("pt_osc_shop_orders_ins"), Table: in("orders")}},
			want:     []string{"change_runs shop.orders"}},
		{name: "of a table that is not migrated", tables: []string{"orders", "_orders_gho", "items"},
			triggers: []datasource.Trigger{}, exclude: []string{"*.*orders*"}},
		{name: "triggers unknown", tables: []string{"orders"}, triggers: errors.New("lost"), want: []string{"unknown"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var tables []datasource.Table
			for _, name := range tc.tables {
				tables = append(tables, datasource.Table{TableName: in(name), Kind: datasource.BaseTable})
			}
			findings, _, err := checktest.Facts{
				Source: datasource.Snapshot{
					datasource.FactServer:   datasource.Server{},
					datasource.FactSchemas:  []datasource.Schema{{Name: "shop"}},
					datasource.FactTables:   datasource.SortTables(tables),
					datasource.FactTriggers: tc.triggers,
				},
				Selection: checks.Selection{Include: []string{"*"}, Exclude: tc.exclude},
			}.Run(t, object.OnlineDDL)
			var got []string
			for _, f := range findings {
				got = append(got, f.Rule+" "+f.Object.String())
			}
			if err != nil {
				got = []string{"unknown"}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
