package redo_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/redo"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestLogService(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		change  datasource.Snapshot // from a healthy tenant
		want    []string
		unknown bool
	}{
		{"a log service with a URL", nil, nil, false},
		{"no URL", datasource.Snapshot{datasource.FactOBParameters: datasource.Variables{"obconfig_url": ""}},
			[]string{"no_url"}, false},
		{"no URL in Community Edition", datasource.Snapshot{
			datasource.FactOBParameters: datasource.Variables{"obconfig_url": ""},
			datasource.FactServer: datasource.Server{Flavor: datasource.FlavorOceanBase,
				VersionText: "5.7.25-OceanBase_CE-v4.3.5"}},
			[]string{"no_url_of_community"}, false},
		{"no archive", datasource.Snapshot{datasource.FactTenant: datasource.Tenant{LogMode: "NOARCHIVELOG"}},
			[]string{"no_archive"}, false},
		{"a URL that cannot be read", datasource.Snapshot{datasource.FactOBParameters: datasource.Variables{}}, nil,
			true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			checktest.WantOutcome(t, checktest.BetweenTenants(checks.Source, tc.change), redo.LogService, tc.unknown,
				tc.want...)
		})
	}
}

func TestLogServiceAppliesOnlyToOceanBase(t *testing.T) {
	t.Parallel()
	checktest.WantOnlyOceanBase(t, redo.LogService)
}
