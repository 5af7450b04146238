package server_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// ended returns the outcome of an item, then the rules and objects of its findings.
func ended(res engine.Result) []string {
	said := []string{string(res.Outcome)}
	for _, f := range res.Findings {
		said = append(said, strings.TrimSpace(f.Rule+" "+f.Object.String()))
	}
	return said
}

func wantEnd(t *testing.T, res engine.Result, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, ended(res)); diff != "" {
		t.Errorf("%s (-want +got):\n%s\n%s", res.Item.Check.Type, diff, res.Message(20))
	}
}

func flavor(f datasource.Flavor, major, minor, patch int) datasource.Server {
	v := datasource.Version{Major: major, Minor: minor, Patch: patch}
	return datasource.Server{Flavor: f, Version: v, VersionText: v.String()}
}

var (
	mysql8036   = flavor(datasource.FlavorMySQL, 8, 0, 36)
	mysql974    = flavor(datasource.FlavorMySQL, 9, 7, 4)
	mariadb1011 = flavor(datasource.FlavorMariaDB, 10, 11, 18)
	oceanbase43 = flavor(datasource.FlavorOceanBase, 4, 3, 5)
)

func rules(t *testing.T, want []string, findings []checks.Finding) {
	t.Helper()
	if diff := cmp.Diff(want, checktest.Rules(findings)); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}
