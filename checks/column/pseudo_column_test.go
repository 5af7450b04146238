package column_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/column"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestPseudoColumn(t *testing.T) {
	t.Parallel()
	named := func(names ...string) datasource.Snapshot {
		var columns []datasource.Column
		for _, name := range names {
			columns = append(columns, checktest.ColumnOfType(name, "bigint"))
		}
		return checktest.OneTable(checktest.OB43, columns...)
	}
	for _, tc := range []struct {
		name   string
		source datasource.Snapshot
		checktest.Expectation
	}{
		{"columns of the application", named("id", "OMS_PK_INCRMT2", "ROW_NUMBER"), checktest.Expectation{}},
		{"a column that was left", named("id", "oms_pk_incrmt"), checktest.Expectation{
			Want: []string{"failure left_over shop.t"}, SQL: "ALTER TABLE `shop`.`t` DROP COLUMN `oms_pk_incrmt`"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, column.PseudoColumn, checktest.Facts{Source: tc.source,
				Route: checks.Route{Source: datasource.OceanBaseMySQL}})
		})
	}
}

func TestPseudoColumnOfOracleEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "CLEAN", "LEFT_OVER")
		checktest.InsertColumns(srv, "CLEAN", nil, "ID NUMBER(10)")
		checktest.InsertColumns(srv, "LEFT_OVER", nil, "ID NUMBER(10)", "OMS_BLOCK_NUMBER NUMBER(10)",
			"OMS_ROW_NUMBER NUMBER(10)")
		task.Phases = checks.Full
		got := checktest.WantFound(t, task, column.PseudoColumn, "left_over LEFT_OVER")
		want := `ALTER TABLE "SHOP"."LEFT_OVER" DROP ("OMS_BLOCK_NUMBER", "OMS_ROW_NUMBER")`
		if sql := checktest.StatementsOf(got.Findings); len(sql) != 1 || sql[0] != want {
			t.Errorf("statements %q, want %q", sql, want)
		}
	})
}
