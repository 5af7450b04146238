package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestVersion(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name     string
		declared datasource.Type
		server   datasource.Server
		want     []string
	}{
		{"MySQL 5.6", datasource.MySQL, flavor(datasource.FlavorMySQL, 5, 6, 10), nil},
		{"MySQL 9.7", datasource.MySQL, mysql974, nil},
		{"MySQL 5.5", datasource.MySQL, flavor(datasource.FlavorMySQL, 5, 5, 62), []string{"too_old"}},
		{"MySQL 9.8", datasource.MySQL, flavor(datasource.FlavorMySQL, 9, 8, 0), []string{"newer"}},
		{"MySQL 8.10 is later than 8.9 and earlier than 9", datasource.MySQL, flavor(datasource.FlavorMySQL, 8, 10, 0),
			nil},
		{"Percona Server", datasource.MySQL, flavor(datasource.FlavorPercona, 8, 0, 36), nil},
		{"TiDB", datasource.MySQL, flavor(datasource.FlavorTiDB, 7, 5, 1), nil},
		{"MariaDB", datasource.MariaDB, mariadb1011, nil},
		{"MariaDB 5.5", datasource.MariaDB, flavor(datasource.FlavorMariaDB, 5, 5, 68), []string{"too_old"}},
		{"MariaDB 12", datasource.MariaDB, flavor(datasource.FlavorMariaDB, 12, 0, 2), []string{"newer"}},
		{"MariaDB where MySQL is declared", datasource.MySQL, mariadb1011, []string{"other_product"}},
		{"MySQL where MariaDB is declared", datasource.MariaDB, mysql8036, []string{"other_product"}},
		{"MySQL where OceanBase is declared", datasource.OceanBaseMySQL, mysql8036, []string{"other_family"}},
		{"OceanBase where MySQL is declared", datasource.MySQL, oceanbase43, []string{"other_family"}},
		{"OceanBase", datasource.OceanBaseMySQL, oceanbase43, nil},
		{"OceanBase 2", datasource.OceanBaseMySQL, flavor(datasource.FlavorOceanBase, 2, 2, 77), []string{"too_old"}},
		{"OceanBase 4.4", datasource.OceanBaseMySQL, flavor(datasource.FlavorOceanBase, 4, 4, 2), nil},
		{"OceanBase 4.6", datasource.OceanBaseMySQL, flavor(datasource.FlavorOceanBase, 4, 6, 0), nil},
		{"OceanBase 4.7", datasource.OceanBaseMySQL, flavor(datasource.FlavorOceanBase, 4, 7, 0), []string{"newer"}},
		{"Oracle 19c", datasource.Oracle, flavor(datasource.FlavorOracle, 19, 3, 0), nil},
		{"Oracle 10g", datasource.Oracle, flavor(datasource.FlavorOracle, 10, 2, 0), []string{"too_old"}},
		{"another product", datasource.MySQL, flavor(datasource.FlavorDolt, 8, 0, 31), []string{"unknown_product"}},
		{"another product, too old and of the wrong type", datasource.OceanBaseMySQL,
			flavor(datasource.FlavorMySQL, 5, 1, 0),
			[]string{"other_family", "too_old"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			facts := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: tc.server},
				Route: checks.Route{Source: tc.declared}}
			findings, _, err := facts.Run(t, server.Version)
			if err != nil {
				t.Fatal(err)
			}
			rules(t, tc.want, findings)
			facts = checktest.Facts{Dest: facts.Source, Side: checks.Dest, Route: checks.Route{Dest: tc.declared}}
			if findings, _, err = facts.Run(t, server.Version); err != nil {
				t.Fatal(err)
			}
			rules(t, tc.want, findings)
		})
	}
	unread := datasource.Snapshot{datasource.FactServer: datasource.Server{Flavor: datasource.FlavorMySQL,
		VersionText: "nonsense"}}
	if _, _, err := (checktest.Facts{Source: unread}).Run(t, server.Version); err == nil {
		t.Error("an unreadable version is accepted")
	}
}
