package key_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/key"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRowMovementEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv)
		for name, movement := range map[string]string{"KEYED": "ENABLED", "FIXED": "DISABLED", "MOVING": "ENABLED"} {
			checktest.InsertTable(srv, name, oracletest.Row{"ROW_MOVEMENT": movement})
			checktest.InsertColumns(srv, name, nil, "ID NUMBER(10)!")
		}
		checktest.InsertTable(srv, "CHILD", oracletest.Row{"ROW_MOVEMENT": "ENABLED", "PARTITIONED": "YES"})
		srv.Insert("DBA_PART_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "CHILD",
			"PARTITIONING_TYPE": "REFERENCE", "SUBPARTITIONING_TYPE": "NONE"})
		checktest.InsertKey(srv, "KEYED", "KEYED_PK", "P", "ID")
		task.Phases = checks.Incremental
		got := checktest.WantFound(t, task, key.RowMovement, "rows_move CHILD", "rows_move MOVING")
		want := `ALTER TABLE "SHOP"."MOVING" DISABLE ROW MOVEMENT`
		if sql := checktest.StatementsOf(got.Findings); len(sql) != 1 || sql[0] != want {
			t.Errorf("statements %q, want %q", sql, want)
		}
	})
}
