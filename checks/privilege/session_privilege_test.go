package privilege_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/privilege"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSessionPrivilege(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name      string
		server    datasource.Server
		privilege datasource.Privilege
		source    datasource.Type
		want      []string
		sql       string
	}{
		{"MySQL 8.4", product(datasource.FlavorMySQL, 8, 4), "SESSION_VARIABLES_ADMIN", "", nil, ""},
		{"MySQL 8.4, more", product(datasource.FlavorMySQL, 8, 4), "SYSTEM_VARIABLES_ADMIN", "", nil, ""},
		{"MySQL 8.4, nothing", product(datasource.FlavorMySQL, 8, 4), "SELECT", "", []string{"missing_right"},
			"GRANT SESSION_VARIABLES_ADMIN ON *.* TO 'pre'@'%'"},
		{"MySQL 8.0.11, not known yet", product(datasource.FlavorMySQL, 8, 0, 11), "SESSION_VARIABLES_ADMIN", "",
			[]string{"missing_right"}, "GRANT SYSTEM_VARIABLES_ADMIN ON *.* TO 'pre'@'%'"},
		{"MySQL 5.7", product(datasource.FlavorMySQL, 5, 7), "SELECT", "", []string{"missing_right"},
			"GRANT SUPER ON *.* TO 'pre'@'%'"},
		{"MariaDB 10.11 by SUPER", product(datasource.FlavorMariaDB, 10, 11), "SUPER", "", nil, ""},
		{"MariaDB 11.4 by SUPER", product(datasource.FlavorMariaDB, 11, 4), "SUPER", "", []string{"missing_right"},
			"GRANT BINLOG ADMIN ON *.* TO 'pre'@'%'"},
		{"from OceanBase", product(datasource.FlavorMySQL, 8, 4), "SELECT", datasource.OceanBaseMySQL,
			[]string{"not_documented"}, "GRANT SESSION_VARIABLES_ADMIN ON *.* TO 'pre'@'%'"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dest := datasource.Snapshot{datasource.FactServer: tc.server, datasource.FactGrants: held(tc.privilege)}
			findings, _, err := checktest.Facts{Dest: dest, Route: checks.Route{Source: tc.source}}.Run(t,
				privilege.SessionPrivilege)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if tc.sql != "" && findings[0].SQL[0] != tc.sql {
				t.Errorf("statement %q, want %q", findings[0].SQL[0], tc.sql)
			}
		})
	}
}
