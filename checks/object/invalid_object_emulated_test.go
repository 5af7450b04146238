package object_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource/oracletest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestInvalidObjectEmulated(t *testing.T) {
	t.Parallel()
	checktest.EachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		checktest.InsertShop(srv, "T")
		srv.Insert("DBA_VIEWS", oracletest.Row{"OWNER": "SHOP", "VIEW_NAME": "V"})
		checktest.InsertTable(srv, "M", nil)
		srv.Insert("DBA_MVIEWS", oracletest.Row{"OWNER": "SHOP", "MVIEW_NAME": "M"})
		for _, o := range []oracletest.Row{
			{"OBJECT_NAME": "T", "OBJECT_TYPE": "TABLE", "STATUS": "VALID"},
			{"OBJECT_NAME": "V", "OBJECT_TYPE": "VIEW", "STATUS": "INVALID"},
			{"OBJECT_NAME": "P", "OBJECT_TYPE": "PACKAGE", "STATUS": "VALID"},
			{"OBJECT_NAME": "P", "OBJECT_TYPE": "PACKAGE BODY", "STATUS": "INVALID"},
			{"OBJECT_NAME": "M", "OBJECT_TYPE": "MATERIALIZED VIEW", "STATUS": "INVALID"},
			{"OBJECT_NAME": "BIN$abc==$0", "OBJECT_TYPE": "TRIGGER", "STATUS": "INVALID"},
			{"OBJECT_NAME": "ISEQ$$_7", "OBJECT_TYPE": "SEQUENCE", "STATUS": "INVALID", "GENERATED": "Y"},
		} {
			o["OWNER"] = "SHOP"
			srv.Insert("DBA_OBJECTS", o)
		}
		got := task.Run(t, object.InvalidObject)
		checktest.WantFindings(t, got, "invalid_migrated SHOP.V", "invalid SHOP.P", "stale SHOP.M")
		for at, want := range []string{`ALTER VIEW "SHOP"."V" COMPILE`, `ALTER PACKAGE "SHOP"."P" COMPILE BODY`,
			`ALTER MATERIALIZED VIEW "SHOP"."M" COMPILE`} {
			if sql := got.Findings[at].SQL; len(sql) != 1 || sql[0] != want {
				t.Errorf("remedy %q, want %s", sql, want)
			}
		}
	})
}
