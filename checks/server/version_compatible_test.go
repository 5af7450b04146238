package server_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestVersionCompatible(t *testing.T) {
	t.Parallel()
	tenant := func(mode string) datasource.Server {
		s := oceanbase43
		s.Mode = mode
		return s
	}
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		to           datasource.Type
		want         []string
		unknown      bool
	}{
		{"the same", mysql8036, mysql8036, datasource.MySQL, nil, false},
		{"a later patch of the source", flavor(datasource.FlavorMySQL, 8, 0, 40), mysql8036, datasource.MySQL, nil,
			false},
		{"later", mysql8036, mysql974, datasource.MySQL, nil, false},
		{"older", mysql974, mysql8036, datasource.MySQL, []string{"older"}, false},
		{"an older related product", mysql974, flavor(datasource.FlavorPercona, 8, 4, 0), datasource.MySQL,
			[]string{"older"},
			false},
		{"another product with lower numbers", mariadb1011, mysql8036, datasource.MySQL, nil, false},
		{"a tenant in the required mode", mysql8036, tenant("MYSQL"), datasource.OceanBaseMySQL, nil, false},
		{"a tenant in the other mode", mysql8036, tenant("ORACLE"), datasource.OceanBaseMySQL, []string{"wrong_mode"},
			false},
		{"a tenant without a mode", mysql8036, tenant(""), datasource.OceanBaseMySQL, nil, true},
		{"an unreadable version", mysql8036, datasource.Server{Flavor: datasource.FlavorMySQL}, datasource.MySQL, nil,
			true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			findings, _, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: tc.source},
				Dest:  datasource.Snapshot{datasource.FactServer: tc.dest},
				Route: checks.Route{Dest: tc.to}}.Run(t, server.VersionCompatible)
			if (err != nil) != tc.unknown {
				t.Fatalf("error %v, want one: %v", err, tc.unknown)
			}
			rules(t, tc.want, findings)
		})
	}
}

// What later releases of MySQL removed is noted if the migration reaches that release.
func TestVersionCompatibleNotes(t *testing.T) {
	t.Parallel()
	mysql57, mysql84 := flavor(datasource.FlavorMySQL, 5, 7, 44), flavor(datasource.FlavorMySQL, 8, 4, 3)
	for _, tc := range []struct {
		name         string
		source, dest datasource.Server
		want         []string // words of the notes
	}{
		{"5.7 to 5.7", mysql57, mysql57, nil},
		{"5.7 to 8.0", mysql57, mysql8036, []string{"RDB_VIEW", "does not sort"}},
		{"5.7 to 8.4", mysql57, mysql84, []string{"RDB_VIEW", "does not sort", "RDB_FOREIGN_KEY", "off by default"}},
		{"5.7 to 9.7", mysql57, mysql974, []string{"RDB_VIEW", "does not sort", "RDB_FOREIGN_KEY",
			"does not have the plugin"}},
		{"8.0 to 9.7", mysql8036, mysql974, []string{"RDB_FOREIGN_KEY", "does not have the plugin"}},
		{"9.7 to 9.7", mysql974, mysql974, nil},
		{"MariaDB to MariaDB", flavor(datasource.FlavorMariaDB, 5, 5, 68), mariadb1011, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, notes, err := checktest.Facts{Source: datasource.Snapshot{datasource.FactServer: tc.source},
				Dest:  datasource.Snapshot{datasource.FactServer: tc.dest},
				Route: checks.Route{Dest: datasource.MySQL}}.Run(t, server.VersionCompatible)
			if err != nil || len(notes) != len(tc.want) {
				t.Fatalf("notes %q, error %v", notes, err)
			}
			for i, word := range tc.want {
				if !strings.Contains(notes[i], word) {
					t.Errorf("note %q does not contain %q", notes[i], word)
				}
			}
		})
	}
}
