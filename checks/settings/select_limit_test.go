package settings_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
)

func TestSelectLimit(t *testing.T) {
	t.Parallel()
	const most = "18446744073709551615"
	limits := func(rows, big, join string) datasource.Variables {
		return datasource.Variables{"sql_select_limit": rows, "sql_big_selects": big, "max_join_size": join}
	}
	for _, tc := range []pairCase{
		{name: "none", source: limits(most, "ON", most)},
		{name: "the largest of 32 bits", source: limits("2147483647", "OFF", "2147483647")},
		{name: "rows", source: limits("1500", "ON", most), want: []string{"warning cut"},
			sql: []string{"SET PERSIST sql_select_limit = " + most}},
		{name: "joins without effect", source: limits(most, "ON", "1000")},
		{name: "joins", source: limits(most, "OFF", "1000"), want: []string{"warning refused"},
			sql: []string{"SET PERSIST sql_big_selects = ON"}},
		{name: "both", source: limits("0", "OFF", "1"), want: []string{"warning cut", "warning refused"}},
		{name: "not a number", source: limits("many", "ON", most), unknown: true},
		{name: "one is missing", source: datasource.Variables{"sql_select_limit": most}, unknown: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.run(t, settings.SelectLimit)
		})
	}
}
