package object_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestEditionEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "ORDERS")
		version := func(view string, id int, name, kind string, edition any) {
			srv.Insert(view, oracletest.Row{"OWNER": "SHOP", "OBJECT_ID": id, "OBJECT_NAME": name,
				"OBJECT_TYPE": kind, "EDITION_NAME": edition, "STATUS": "VALID"})
		}
		for _, view := range []string{"DBA_OBJECTS", "DBA_OBJECTS_AE"} {
			version(view, 1, "ORDERS", "TABLE", nil)
			version(view, 2, "V_INHERITED", "VIEW", "ORA$BASE")
			version(view, 3, "V_CURRENT", "VIEW", "R1")
		}
		version("DBA_OBJECTS_AE", 4, "V_DROPPED", "NON-EXISTENT", "R1")
		if got := checktest.WantFound(t, task, object.Edition); len(got.Notes) > 0 {
			t.Errorf("the notes are %s", got.Notes)
		}
		version("DBA_OBJECTS_AE", 5, "V_CURRENT", "VIEW", "ORA$BASE")
		version("DBA_OBJECTS_AE", 6, "V_NEXT", "VIEW", "R2")
		version("DBA_OBJECTS_AE", 7, "V_OTHER", "VIEW", "R2")
		got := task.Run(t, object.Edition)
		checktest.WantFindings(t, got, "other_edition SHOP", "other_edition SHOP")
		checktest.WantEqual(t, "V_NEXT, V_OTHER", got.Findings[1].Args["names"])
		srv.Deny(942, "DBA_OBJECTS_AE")
		if got := task.Run(t, object.Edition); len(got.Notes) != 1 {
			t.Errorf("without the view, the notes are %s", got.Notes)
		}
	})
}
