package table_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks/table"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestRedefinitionEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "GOOD", "ORDERS", "ORDERS_NEW")
		checktest.WantFound(t, task, table.Redefinition)
		involved := func(kind, object, interim string) {
			srv.Insert("DBA_REDEFINITION_OBJECTS", oracletest.Row{"OBJECT_TYPE": kind, "OBJECT_OWNER": "SHOP",
				"OBJECT_NAME": object, "BASE_TABLE_OWNER": "SHOP", "BASE_TABLE_NAME": "ORDERS",
				"INTERIM_OBJECT_OWNER": "SHOP", "INTERIM_OBJECT_NAME": interim})
		}
		involved("TABLE", "ORDERS", "ORDERS_NEW")
		involved("INDEX", "ORDERS_PK", "GOOD")
		checktest.WantFound(t, task, table.Redefinition, "interim ORDERS_NEW", "redefined ORDERS")
		srv.Deny(942, "DBA_REDEFINITION_OBJECTS")
		got := task.Run(t, table.Redefinition)
		grant := `GRANT SELECT ON SYS.DBA_REDEFINITION_OBJECTS TO "PRECHECK"`
		if text := got.Message(5); got.Outcome != engine.Unknown || !strings.Contains(text, grant) {
			t.Errorf("without its view, got %s: %s", got.Outcome, text)
		}
	})
}
