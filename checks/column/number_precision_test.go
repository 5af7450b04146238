package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestNumberPrecision(t *testing.T) {
	t.Parallel()
	number := func(precision, scale int) datasource.ColumnType {
		return datasource.ColumnType{DataType: "NUMBER", Precision: precision, Scale: scale, HasScale: true}
	}
	for _, tc := range []struct {
		name       string
		columnType datasource.ColumnType
		want       []string
	}{
		{"NUMBER", datasource.ColumnType{DataType: "NUMBER"}, []string{"no_precision"}},
		{"NUMBER(*,0)", number(0, 0), nil},
		{"NUMBER(10,2)", number(10, 2), nil},
		{"NUMBER(38,30)", number(38, 30), nil},
		{"NUMBER(38,31)", number(38, 31), []string{"long_scale"}},
		{"NUMBER(5,-2)", number(5, -2), []string{"negative_scale"}},
		{"NUMBER(3,5)", number(3, 5), []string{"scale_beyond_precision"}},
		{"NUMBER(38,-27)", number(38, -27), []string{"negative_scale"}},
		{"NUMBER(38,-28)", number(38, -28), []string{"beyond_decimal"}},
		{"NUMBER(38,-30)", number(38, -30), []string{"beyond_decimal"}},
		{"FLOAT(49)", datasource.ColumnType{DataType: "FLOAT", Precision: 49}, nil},
		{"FLOAT(50)", datasource.ColumnType{DataType: "FLOAT", Precision: 50}, []string{"long_float"}},
		{"FLOAT(126)", datasource.ColumnType{DataType: "FLOAT", Precision: 126}, []string{"long_float"}},
		{"DATE", datasource.ColumnType{DataType: "DATE"}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantOutcome(t,
				checktest.Facts{Source: checktest.OracleTableOf(checktest.OracleColumnOf(tc.columnType)),
					Route: checks.Route{Source: datasource.Oracle}}, column.NumberPrecision, false, tc.want...)
		})
	}
	checktest.WantOutcome(t, checktest.Facts{Source: datasource.Snapshot{},
		Route: checks.Route{Source: datasource.Oracle}},
		column.NumberPrecision, true)
}
