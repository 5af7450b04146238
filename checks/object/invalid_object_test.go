package object_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestInvalidObject(t *testing.T) {
	t.Parallel()
	row := func(name, kind string, valid bool) datasource.OracleObject {
		return datasource.OracleObject{TableName: datasource.TableName{Schema: "SHOP", Name: name}, Type: kind,
			Valid: valid}
	}
	for _, tc := range []struct {
		name    string
		objects any
		want    []string
	}{
		{"none", []datasource.OracleObject(nil), nil},
		{"valid", []datasource.OracleObject{row("T", "VIEW", true)}, nil},
		{"a view that is migrated", []datasource.OracleObject{row("T", "VIEW", false)}, []string{"invalid_migrated"}},
		{"a view that is not migrated", []datasource.OracleObject{row("U", "VIEW", false)}, []string{"invalid"}},
		{"a package with the name of a table", []datasource.OracleObject{row("T", "PACKAGE BODY", false)},
			[]string{"invalid"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OracleTableOf()
			source[datasource.FactOracleObjects] = tc.objects
			checktest.WantOutcome(t, checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Schema)},
				object.InvalidObject, false, tc.want...)
		})
	}
	ocean := checktest.OracleTableOf()
	ocean[datasource.FactOracleObjects] = []datasource.OracleObject{row("P", "PACKAGE BODY", false),
		row("T", "VIEW", false)}
	findings, _, err := checktest.Facts{Source: ocean,
		Route: checks.Route{Source: datasource.OceanBaseOracle, Dest: datasource.Oracle}}.Run(t, object.InvalidObject)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{nil, {`ALTER PACKAGE "SHOP"."P" COMPILE`}},
		[][]string{findings[0].SQL, findings[1].SQL}); diff != "" {
		t.Errorf("statements for objects of OceanBase (-want +got):\n%s", diff)
	}
	source := checktest.OracleTableOf()
	source[datasource.FactOracleObjects] = checktest.ErrRefusedView
	checktest.WantOutcome(t, checktest.Facts{Source: source, Route: checktest.OracleToOceanBase(checks.Schema)},
		object.InvalidObject, true)
}
