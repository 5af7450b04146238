package privilege_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestHeartbeatPrivilege(t *testing.T) {
	t.Parallel()
	rows := []datasource.Privilege{"INSERT", "UPDATE", "DELETE"}
	asked := checks.Settings{Heartbeat: true}
	for _, tc := range []struct {
		name     string
		schemas  []string
		grants   []datasource.Grant
		settings checks.Settings
		checktest.Expectation
	}{
		{"no heartbeat", nil, nil, checks.Settings{}, checktest.Expectation{Note: "does not ask for a heartbeat"}},
		{"the documented privileges", []string{"drc"},
			[]datasource.Grant{on("drc", "heartbeat", "CREATE"), on("drc", "heartbeat", rows...)}, asked,
			checktest.Expectation{}},
		{"everything on the database", nil, []datasource.Grant{on("drc", "", append(rows, "CREATE")...)}, asked,
			checktest.Expectation{}},
		{"the table cannot be changed", []string{"drc"}, []datasource.Grant{on("drc", "heartbeat", "CREATE", "INSERT")},
			asked, checktest.Expectation{Want: []string{"failure missing_right drc.heartbeat"},
				SQL: "GRANT UPDATE, DELETE ON `drc`.`heartbeat` TO 'pre'@'%'"}},
		{"the database cannot be created", []string{"shop"},
			[]datasource.Grant{on("drc", "heartbeat", append(rows, "CREATE")...)}, asked,
			checktest.Expectation{Want: []string{"failure missing_right drc"},
				SQL: "GRANT CREATE ON `drc`.* TO 'pre'@'%'"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := shop(tc.grants...)
			var schemas []datasource.Schema
			for _, name := range tc.schemas {
				schemas = append(schemas, datasource.Schema{Name: name})
			}
			source[datasource.FactSchemas] = schemas
			tc.Verify(t, privilege.HeartbeatPrivilege, checktest.Facts{Source: source, Settings: tc.settings})
		})
	}
}
