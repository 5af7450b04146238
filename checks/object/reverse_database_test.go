package object_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/object"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestReverseDatabase(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		schemas []datasource.Schema
		checktest.Expectation
	}{
		{"both databases", []datasource.Schema{{Name: "omstxndb"}, {Name: "test"}}, checktest.Expectation{}},
		{"none", []datasource.Schema{{Name: "shop"}}, checktest.Expectation{
			Want: []string{"failure no_transactions omstxndb", "warning no_position test"},
			SQL:  "CREATE DATABASE `omstxndb`;CREATE DATABASE `test`"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := datasource.Snapshot{datasource.FactServer: checktest.MySQL97, datasource.FactSchemas: tc.schemas}
			tc.Verify(t, object.ReverseDatabase, checktest.Facts{Source: source,
				Route: checks.Route{Source: datasource.MySQL, Dest: datasource.OceanBaseMySQL}})
		})
	}
}
