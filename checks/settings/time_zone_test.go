package settings_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestTimeZoneOfOracle(t *testing.T) {
	t.Parallel()
	const zoned, local = "TIMESTAMP WITH TIME ZONE", "TIMESTAMP WITH LOCAL TIME ZONE"
	file := func(version int, database string) any {
		return datasource.OracleTimeZone{Database: database, File: version, Named: true}
	}
	tenant := func(named bool) any { return datasource.OracleTimeZone{Database: "+00:00", Named: named} }
	for _, tc := range []struct {
		name         string
		route        [2]datasource.Type
		column       string
		source, dest any
		checktest.Expectation
	}{
		{"equal files", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(32, "+00:00"),
			file(32, "+00:00"), checktest.Expectation{}},
		{"a newer file", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(32, "+00:00"),
			file(43, "+08:00"), checktest.Expectation{}},
		{"an older file", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(43, "+00:00"),
			file(32, "+00:00"), checktest.Expectation{Want: []string{"warning older_file time zone file"}}},
		{"an older file and local times", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, local,
			file(43, "+00:00"),
			file(32, "+00:00"), checktest.Expectation{}},
		{"an older file and dates", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, "DATE",
			file(43, "+00:00"),
			file(32, "+00:00"), checktest.Expectation{Note: "DATE and TIMESTAMP do not have a time zone"}},
		{"dates, with unreadable time zones", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, "TIMESTAMP",
			checktest.ErrRefusedView, checktest.ErrRefusedView, checktest.Expectation{}},
		{"another DBTIMEZONE", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, local, file(32, "+00:00"),
			file(32, "+08:00"), checktest.Expectation{Want: []string{"info database_zone DBTIMEZONE"}}},
		{"an unreadable file", [2]datasource.Type{datasource.Oracle, datasource.Oracle}, zoned, file(32, "+00:00"),
			checktest.ErrRefusedView, checktest.Expectation{Unknown: true}},
		{"a tenant with names", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseOracle}, zoned,
			file(32, "+00:00"),
			tenant(true), checktest.Expectation{}},
		{"a tenant without names", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseOracle}, zoned,
			file(32, "+00:00"), tenant(false),
			checktest.Expectation{Want: []string{"warning no_regions time zone file"}}},
		{"a tenant without names and local times", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseOracle},
			local,
			file(32, "+00:00"), tenant(false), checktest.Expectation{}},
		{"from a tenant to Oracle", [2]datasource.Type{datasource.OceanBaseOracle, datasource.Oracle}, zoned,
			tenant(true),
			file(32, "+00:00"), checktest.Expectation{}},
		{"MySQL with names", [2]datasource.Type{datasource.Oracle, datasource.MySQL}, zoned, nil, zone(0, 0, true),
			checktest.Expectation{}},
		{"MySQL without names", [2]datasource.Type{datasource.Oracle, datasource.MySQL}, zoned, nil, zone(0, 0, false),
			checktest.Expectation{Want: []string{"warning no_zones_for_columns time_zone"}}},
		{"MySQL without names and dates", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseMySQL}, "DATE", nil,
			zone(0, 0, false), checktest.Expectation{}},
		{"MySQL and local times", [2]datasource.Type{datasource.Oracle, datasource.OceanBaseMySQL}, local, nil,
			zone(0, 0, false), checktest.Expectation{Want: []string{"info local_zone time_zone"}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			tc.Verify(t, settings.TimeZone,
				checktest.Facts{Route: checks.Route{Source: tc.route[0], Dest: tc.route[1]}, Side: checks.Dest,
					Source: checktest.Oracle19(checktest.OracleTable(tc.column),
						datasource.Snapshot{datasource.FactOracleTimeZone: tc.source}),
					Dest: datasource.Snapshot{datasource.FactServer: datasource.Server{},
						datasource.FactOracleTimeZone: tc.dest,
						datasource.FactTimeZone:       tc.dest}})
		})
	}
}

func zone(winter, summer time.Duration, named bool) datasource.TimeZone {
	return datasource.TimeZone{Name: "SYSTEM", System: "XST", Winter: winter, Summer: summer, Named: named}
}

func TestTimeZone(t *testing.T) {
	t.Parallel()
	const h = time.Hour
	for _, tc := range []struct {
		name         string
		source, dest datasource.TimeZone
		column       string
		want         []string // level and rule
		sql          []string
		actual       string
	}{
		{"equal offset, other name", zone(8*h, 8*h, true),
			datasource.TimeZone{Name: "+08:00", Winter: 8 * h, Summer: 8 * h, Named: true}, "timestamp", nil, nil, ""},
		{"other offset, with TIMESTAMP", zone(-h/2, -h/2, true), zone(0, 0, true), "timestamp",
			[]string{"warning differs"},
			[]string{"SET GLOBAL time_zone = '-00:30'"}, "SYSTEM (XST, +00:00)"},
		{"other offset, without TIMESTAMP", zone(8*h, 8*h, true), zone(0, 0, true), "datetime",
			[]string{"info differs_without_timestamps"}, []string{"SET GLOBAL time_zone = '+08:00'"}, ""},
		{"summer time on the source only", zone(h, 2*h, true), zone(h, h, true), "timestamp",
			[]string{"warning differs"},
			nil, ""},
		{"summer time on the destination only", zone(h, h, true), zone(h, 2*h, true), "timestamp",
			[]string{"warning differs"}, []string{"SET GLOBAL time_zone = '+01:00'"},
			"SYSTEM (XST, +01:00 in January, +02:00 in July)"},
		{"no names on the destination", zone(0, 0, true), zone(0, 0, false), "int", []string{"warning no_named_zones"},
			nil,
			""},
		{"no names on source and destination", zone(0, 0, false), zone(0, 0, false), "int", nil, nil, ""},
		{"no names on the source", zone(0, 0, false), zone(0, 0, true), "int", nil, nil, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			source := checktest.OneTable(datasource.Server{}, checktest.ColumnOfType("c", tc.column))
			source[datasource.FactTimeZone] = tc.source
			dest := datasource.Snapshot{datasource.FactServer: checktest.ServerAt(datasource.FlavorMariaDB, "10.11.6"),
				datasource.FactTimeZone: tc.dest}
			findings, _, err := checktest.Facts{Source: source, Dest: dest}.Run(t, settings.TimeZone)
			if err != nil {
				t.Fatal(err)
			}
			var got, sql []string
			for _, f := range findings {
				got, sql = append(got, f.Level.String()+" "+f.Rule), append(sql, f.SQL...)
				if tc.actual != "" && f.Actual != tc.actual {
					t.Errorf("actual %q, want %q", f.Actual, tc.actual)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("findings (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tc.sql, sql); diff != "" {
				t.Errorf("SQL (-want +got):\n%s", diff)
			}
		})
	}
}
