package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// reader returns a further account of a cluster, of the tenant sys.
func reader(user string, grants ...datasource.Grant) datasource.ReaderAccount {
	return datasource.ReaderAccount{Given: true, User: user, Tenant: datasource.Tenant{ID: 1, Name: "sys"},
		Grants: account(grants...)}
}

func TestDRCViewPrivilege(t *testing.T) {
	t.Parallel()
	elsewhere := reader("drc@shop", on("", "", "SELECT"))
	elsewhere.Tenant = datasource.Tenant{ID: 1002, Name: "shop"}
	denied := &datasource.Error{Class: datasource.ErrCredentials}
	for _, tc := range []struct {
		name    string
		account any
		checktest.Expectation
	}{
		{"SELECT on the database", reader("drc@sys", on("oceanbase", "", "SELECT")), checktest.Expectation{}},
		{"SELECT on everything", reader("drc@sys", on("", "", "SELECT")), checktest.Expectation{}},
		{"SELECT elsewhere", reader("drc@sys", on("shop", "", "SELECT")), checktest.Expectation{
			Want: []string{"failure missing_right oceanbase"}, SQL: "GRANT SELECT ON `oceanbase`.* TO 'pre'@'%'"}},
		{"another tenant", elsewhere, checktest.Expectation{Want: []string{"failure other_tenant drc@shop"}}},
		{"a refused logon", denied, checktest.Expectation{Want: []string{"failure refused drc"}}},
		{"a lost connection", &datasource.Error{Class: datasource.ErrLost}, checktest.Expectation{Unknown: true}},
		{"not given", datasource.ReaderAccount{}, checktest.Expectation{Unknown: true}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: datasource.Snapshot{datasource.FactDRC: tc.account},
				Route: checks.Route{Source: datasource.OceanBaseMySQL}}
			tc.Verify(t, privilege.DRCViewPrivilege, facts)
		})
	}
}
