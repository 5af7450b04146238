package table_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTableKindEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "EXT", "GOOD", "QT", "NESTING")
		checktest.InsertTable(srv, "GTT", oracletest.Row{"TEMPORARY": "Y"})
		checktest.InsertTable(srv, "IOT", oracletest.Row{"IOT_TYPE": "IOT"})
		checktest.InsertTable(srv, "OBJ", oracletest.Row{"TABLE_TYPE": "ADDRESS", "TABLE_TYPE_OWNER": "SHOP"})
		checktest.InsertTable(srv, "CLU", oracletest.Row{"CLUSTER_NAME": "C"})
		srv.Insert("DBA_EXTERNAL_TABLES", oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "EXT"})
		srv.Insert("DBA_QUEUE_TABLES", oracletest.Row{"OWNER": "SHOP", "QUEUE_TABLE": "QT"})
		srv.Insert("DBA_NESTED_TABLES",
			oracletest.Row{"OWNER": "SHOP", "TABLE_NAME": "STORED", "PARENT_TABLE_NAME": "NESTING"})
		got := task.Run(t, table.TableKind)
		checktest.WantFindings(t, got, "external SHOP.EXT", "index_organized SHOP.IOT", "nested SHOP.NESTING",
			"object_table SHOP.OBJ", "queue SHOP.QT", "temporary SHOP.GTT", "clustered SHOP.CLU")
		srv.Deny(942, "*_ALL_TABLES")
		if got := task.Run(t, table.TableKind); got.Outcome == engine.Passed || got.Outcome == engine.Failed {
			t.Errorf("without its view, got %s: %s", got.Outcome, got.Message(5))
		}
	})
}

func TestTablesOfToolsEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "GOOD", "CMP3$PLAN", "MDRT_NOTES", "SYS_EXPORT_LOG")
		checktest.WantFound(t, task, table.TableKind)
		for _, name := range []string{"CMP3$87654", "CMP4$1", "MDRT_12A4B$", "SYS_EXPORT_SCHEMA_01"} {
			checktest.InsertTable(srv, name, nil)
		}
		checktest.WantFound(t, task, table.TableKind, "left_over CMP3$87654", "left_over CMP4$1",
			"left_over MDRT_12A4B$", "left_over SYS_EXPORT_SCHEMA_01")
	})
}
