package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestInnerDRCPrivilege(t *testing.T) {
	t.Parallel()
	inner := datasource.InnerDRCUser + "@shop"
	keyed := datasource.GroupByTable(datasource.RowsOf[datasource.Index]{Table: checktest.ShopT,
		Rows: []datasource.Index{{Name: "PRIMARY", Primary: true, Unique: true,
			Columns: []datasource.IndexColumn{{Name: "id"}}}}})
	keyless := datasource.TableRows[datasource.Index]{}
	for _, tc := range []struct {
		name    string
		indexes datasource.TableRows[datasource.Index]
		account any
		checktest.Expectation
	}{
		{"every table has a key", keyed, datasource.ReaderAccount{}, checktest.Expectation{Note: "is not needed"}},
		{"a table without a key, not given", keyless, datasource.ReaderAccount{}, checktest.Expectation{Unknown: true}},
		{"a table without a key", keyless, reader(inner, on("", "", "SELECT")), checktest.Expectation{}},
		{"SELECT on the schema alone", keyless, reader(inner, on("shop", "", "SELECT")), checktest.Expectation{
			Want: []string{"failure missing_right pre@%"}, SQL: "GRANT SELECT ON *.* TO 'pre'@'%'"}},
		{"another name", keyless, reader("drc@shop", on("", "", "SELECT")), checktest.Expectation{
			Want: []string{"failure other_name drc@shop"}}},
		{"a refused logon", keyless, &datasource.Error{Class: datasource.ErrCredentials}, checktest.Expectation{
			Want: []string{"failure refused innerDrc"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OneTable(checktest.OB43, checktest.ColumnOfType("id", "int"))
			source[datasource.FactIndexes], source[datasource.FactInnerDRC] = tc.indexes, tc.account
			tc.Verify(t, privilege.InnerDRCPrivilege, checktest.Facts{Source: source,
				Route: checks.Route{Source: datasource.OceanBaseMySQL, Dest: datasource.OceanBaseMySQL}})
		})
	}
}
