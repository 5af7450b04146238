package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestEmptyString(t *testing.T) {
	t.Parallel()
	text := func(null bool, preset string) datasource.Column {
		c := checktest.OracleColumnOf(datasource.ColumnType{DataType: "VARCHAR2", ColumnType: "VARCHAR2(10 BYTE)",
			Nullable: null})
		if preset != "" {
			c.Default = &preset
		}
		return c
	}
	for _, tc := range []struct {
		name   string
		column datasource.Column
		phases checks.Phases
		want   []string
	}{
		{"nullable", text(true, ""), checks.AllPhases, nil},
		{"not null, one way", text(false, ""), checks.Full | checks.Incremental, nil},
		{"not null, reverse", text(false, ""), checks.AllPhases, []string{"refused_back"}},
		{"empty default", text(true, "'' "), checks.Full, []string{"empty_default"}},
		{"empty national default", text(true, "n''"), checks.Full, []string{"empty_default"}},
		{"empty default, reverse", text(false, "''"), checks.AllPhases, []string{"empty_default"}},
		{"large, not null, reverse", checktest.OracleColumnOf(datasource.ColumnType{DataType: "CLOB"}),
			checks.AllPhases,
			[]string{"refused_back"}},
		{"large, not null, one way", checktest.OracleColumnOf(datasource.ColumnType{DataType: "CLOB"}), checks.Full,
			nil},
		{"another default", text(true, "'x'"), checks.Full, nil},
		{"a number", checktest.OracleColumnOf(datasource.ColumnType{DataType: "NUMBER"}), checks.AllPhases, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantOutcome(t, checktest.Facts{Source: checktest.OracleTableOf(tc.column),
				Route: checks.Route{Source: datasource.Oracle, Phases: tc.phases}}, column.EmptyString, false,
				tc.want...)
		})
	}
	checktest.WantOutcome(t, checktest.Facts{Source: datasource.Snapshot{},
		Route: checks.Route{Source: datasource.Oracle}},
		column.EmptyString, true)
}
