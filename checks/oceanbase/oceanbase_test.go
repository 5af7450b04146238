package oceanbase_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/oceanbase"
	"github.com/dbprecheck/precheck/datasource"
)

// healthy are the facts of a tenant with nothing wrong.
func healthy() datasource.Snapshot {
	return datasource.Snapshot{
		datasource.FactServer:       datasource.Server{Flavor: datasource.FlavorOceanBase, Version: datasource.Version{Major: 4, Minor: 3, Patch: 5}, Mode: "MYSQL"},
		datasource.FactTenant:       datasource.Tenant{ID: 1002, Name: "shop", Status: "NORMAL", Role: "PRIMARY", LogMode: "ARCHIVELOG"},
		datasource.FactUnits:        []datasource.Unit{{Zone: "z1", Server: "10.0.0.1:2882", Status: "NORMAL", CPU: 4, Memory: 8 << 30}},
		datasource.FactMemstores:    []datasource.Memstore{{Server: "10.0.0.1:2882", Used: 1 << 30, Limit: 4 << 30}},
		datasource.FactOBParameters: datasource.Variables{"obconfig_url": "http://10.0.0.9:8080/services?Action=ObRootServiceInfo&ObCluster=c1"},
		datasource.FactVariables:    datasource.Variables{"ob_read_consistency": "STRONG", "recyclebin": "OFF"},
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	refused := errors.New("SELECT command denied")
	server := func(flavor datasource.Flavor, mode string) datasource.Server {
		return datasource.Server{Flavor: flavor, Version: datasource.Version{Major: 4, Minor: 3}, Mode: mode}
	}
	for _, tc := range []struct {
		name    string
		check   *checks.Check
		side    checks.Side
		facts   datasource.Snapshot // what differs from a healthy tenant
		want    []string
		unknown bool
	}{
		{"a healthy tenant", oceanbase.TenantMode, checks.Dest, nil, nil, false},
		{"another product", oceanbase.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactServer: server(datasource.FlavorMySQL, "")}, []string{"not_oceanbase"}, false},
		{"the other mode", oceanbase.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactServer: server(datasource.FlavorOceanBase, "ORACLE")}, []string{"mode"}, false},
		{"no mode", oceanbase.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactServer: server(datasource.FlavorOceanBase, "")}, nil, true},
		{"a tenant being restored", oceanbase.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactTenant: datasource.Tenant{Status: "RESTORE"}}, []string{"status"}, false},
		{"a unit in error", oceanbase.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactUnits: []datasource.Unit{{Status: "ERROR"}, {Status: "NORMAL"}}}, []string{"unit"}, false},
		{"a tenant that cannot be seen", oceanbase.TenantMode, checks.Dest, datasource.Snapshot{datasource.FactTenant: refused}, nil, true},

		{"strong reads", oceanbase.Variables, checks.Source, nil, nil, false},
		{"weak reads", oceanbase.Variables, checks.Source, datasource.Snapshot{datasource.FactVariables: datasource.Variables{"ob_read_consistency": "WEAK"}}, []string{"weak_read"}, false},
		{"weak reads of a destination", oceanbase.Variables, checks.Dest, datasource.Snapshot{datasource.FactVariables: datasource.Variables{"ob_read_consistency": "WEAK"}}, nil, false},
		{"a recycle bin", oceanbase.Variables, checks.Dest, datasource.Snapshot{datasource.FactVariables: datasource.Variables{"recyclebin": "ON"}}, []string{"recyclebin"}, false},

		{"a log that can be found", oceanbase.LogService, checks.Source, nil, nil, false},
		{"no URL", oceanbase.LogService, checks.Source, datasource.Snapshot{datasource.FactOBParameters: datasource.Variables{"obconfig_url": ""}}, []string{"no_url"}, false},
		{"no archive", oceanbase.LogService, checks.Source, datasource.Snapshot{datasource.FactTenant: datasource.Tenant{LogMode: "NOARCHIVELOG"}}, []string{"no_archive"}, false},
		{"a URL that cannot be seen", oceanbase.LogService, checks.Source, datasource.Snapshot{datasource.FactOBParameters: datasource.Variables{}}, nil, true},

		{"room in memory", oceanbase.Memstore, checks.Dest, nil, nil, false},
		{"a full memstore", oceanbase.Memstore, checks.Dest, datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{{Used: 60, Limit: 100}, {Used: 59, Limit: 100}}}, []string{"full"}, false},
		{"no memstore in sight", oceanbase.Memstore, checks.Dest, datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{}}, nil, true},
		{"a memstore without a limit", oceanbase.Memstore, checks.Dest, datasource.Snapshot{datasource.FactMemstores: []datasource.Memstore{{Used: 1}}}, nil, true},
	} {
		t.Run(tc.check.Type+" "+tc.name, func(t *testing.T) {
			t.Parallel()
			facts := healthy()
			for fact, value := range tc.facts {
				facts[fact] = value
			}
			findings, _, err := checktest.Facts{Source: facts, Dest: facts, Side: tc.side,
				Route: checks.Route{Source: datasource.OceanBaseMySQL, Dest: datasource.OceanBaseMySQL}}.Run(t, tc.check)
			if (err != nil) != tc.unknown {
				t.Errorf("error %v, want one: %v", err, tc.unknown)
			}
			if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	name := datasource.TableName{Schema: "shop", Name: "t"}
	for dataType, tc := range map[string]struct {
		chars, bytes int64
		want         []string
	}{
		"char": {chars: 255}, "varchar": {chars: 16383}, "varbinary": {bytes: 65000}, "text": {bytes: 65535}, "longtext": {bytes: 4294967295, want: []string{"large_object"}},
		"int": {}, "binary": {bytes: 257, want: []string{"length"}}, "nchar": {chars: 9999},
	} {
		source := datasource.Snapshot{
			datasource.FactServer: datasource.Server{}, datasource.FactSchemas: []datasource.Schema{{Name: "shop"}},
			datasource.FactTables: datasource.Tables{{TableName: name, Kind: datasource.BaseTable}},
			datasource.FactColumns: datasource.GroupByTable(datasource.TableRows[datasource.Column]{Table: name,
				Rows: []datasource.Column{{Name: "c", ColumnType: &datasource.ColumnType{DataType: dataType, ColumnType: dataType, CharLength: tc.chars, ByteLength: tc.bytes}}}}),
		}
		findings, _, err := checktest.Facts{Source: source, Dest: healthy(), Route: checks.Route{Dest: datasource.OceanBaseMySQL}}.Run(t, oceanbase.Limits)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, checktest.Rules(findings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", dataType, diff)
		}
	}
}

// The checks look at the ends that are OceanBase, and at no other.
func TestEnds(t *testing.T) {
	t.Parallel()
	toOB := checks.Route{Source: datasource.MySQL, Dest: datasource.OceanBaseMySQL, Phases: checks.AllPhases}
	if got := oceanbase.TenantMode.Sides(toOB); !cmp.Equal(got, []checks.Side{checks.Dest}) {
		t.Errorf("to OceanBase it looks at %v", got)
	}
	without := checks.Route{Source: datasource.MySQL, Dest: datasource.MariaDB, Phases: checks.AllPhases}
	for _, c := range []*checks.Check{oceanbase.TenantMode, oceanbase.Variables, oceanbase.LogService, oceanbase.Memstore} {
		if applies, reason := c.Applies(without); applies || reason == "" {
			t.Errorf("%s belongs to a task without OceanBase (%q)", c.Type, reason)
		}
	}
}
