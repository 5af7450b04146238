package datasource_test

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
)

func TestOwnsSchema(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		server datasource.Server
		name   string
		want   bool
	}{
		{datasource.Server{Flavor: datasource.FlavorMySQL}, "mysql", true},
		{datasource.Server{Flavor: datasource.FlavorMySQL}, "MySQL", false},
		{datasource.Server{Flavor: datasource.FlavorMySQL, NameCase: datasource.CaseLower}, "MySQL", true},
		{datasource.Server{Flavor: datasource.FlavorMariaDB}, "INFORMATION_SCHEMA", true},
		{datasource.Server{Flavor: datasource.FlavorMariaDB}, "ocs", false},
		{datasource.Server{Flavor: datasource.FlavorMySQL}, "oceanbase", false},
		{datasource.Server{Flavor: datasource.FlavorOceanBase}, "OCS", true},
		{datasource.Server{Flavor: datasource.FlavorOceanBase}, "SYS", true},
		{datasource.Server{Flavor: datasource.FlavorOceanBase, Mode: "ORACLE"}, "MYSQL", false},
		{datasource.Server{Flavor: datasource.FlavorTiDB}, "METRICS_SCHEMA", true},
		{datasource.Server{Flavor: datasource.FlavorTiDB}, "shop", false},
	} {
		if got := tc.server.OwnsSchema(tc.name); got != tc.want {
			t.Errorf("%s owns %s: %t, want %t", tc.server.Flavor, tc.name, got, tc.want)
		}
	}
}
