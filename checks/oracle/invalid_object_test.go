package oracle_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/oracle"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestInvalidObject(t *testing.T) {
	t.Parallel()
	object := func(name, kind string, valid bool) datasource.OracleObject {
		return datasource.OracleObject{TableName: datasource.TableName{Schema: "SHOP", Name: name}, Type: kind, Valid: valid}
	}
	for _, tc := range []struct {
		name    string
		objects any
		want    []string
	}{
		{"none", []datasource.OracleObject(nil), nil},
		{"valid", []datasource.OracleObject{object("T", "VIEW", true)}, nil},
		{"a view that is migrated", []datasource.OracleObject{object("T", "VIEW", false)}, []string{"invalid_migrated"}},
		{"a view that is not", []datasource.OracleObject{object("U", "VIEW", false)}, []string{"invalid"}},
		{"a package of the name of a table", []datasource.OracleObject{object("T", "PACKAGE BODY", false)}, []string{"invalid"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := ofTable()
			source[datasource.FactOracleObjects] = tc.objects
			judged(t, checktest.Facts{Source: source, Route: oracleRoute(checks.Schema)}, oracle.InvalidObject, false, tc.want...)
		})
	}
	ocean := ofTable()
	ocean[datasource.FactOracleObjects] = []datasource.OracleObject{object("P", "PACKAGE BODY", false), object("T", "VIEW", false)}
	findings, _, err := checktest.Facts{Source: ocean, Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.Oracle}}.Run(t, oracle.InvalidObject)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{nil, {`ALTER PACKAGE "SHOP"."P" COMPILE`}}, [][]string{findings[0].SQL, findings[1].SQL}); diff != "" {
		t.Errorf("what mends objects of OceanBase (-want +got):\n%s", diff)
	}
	source := ofTable()
	source[datasource.FactOracleObjects] = refused
	judged(t, checktest.Facts{Source: source, Route: oracleRoute(checks.Schema)}, oracle.InvalidObject, true)
}

func TestInvalidObjectEmulated(t *testing.T) {
	t.Parallel()
	eachRelease(t, func(t *testing.T, srv *oracletest.Server, task checktest.Real) {
		emulatedShop(srv, "T")
		srv.Insert("DBA_VIEWS", row{"OWNER": "SHOP", "VIEW_NAME": "V"})
		emulatedTable(srv, "M", nil)
		srv.Insert("DBA_MVIEWS", row{"OWNER": "SHOP", "MVIEW_NAME": "M"})
		for _, o := range []row{
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
		got := task.Run(t, oracle.InvalidObject)
		found(t, got, "invalid_migrated SHOP.V", "invalid SHOP.P", "stale SHOP.M")
		for at, want := range []string{`ALTER VIEW "SHOP"."V" COMPILE`, `ALTER PACKAGE "SHOP"."P" COMPILE BODY`, `ALTER MATERIALIZED VIEW "SHOP"."M" COMPILE`} {
			if sql := got.Findings[at].SQL; len(sql) != 1 || sql[0] != want {
				t.Errorf("remedy %q, want %s", sql, want)
			}
		}
	})
}
