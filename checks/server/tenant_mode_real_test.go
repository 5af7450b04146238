package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/checks/settings"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestUnitsOnLookAlike reads only the units of the own tenant.
func TestUnitsOnLookAlike(t *testing.T) {
	t.Parallel()
	s := checktest.LookAlike(t)
	reader, err := engine.Open(datasource.Endpoint{Type: datasource.OceanBaseMySQL, Host: s.Host, Port: s.Port,
		User: s.User, Password: datasource.NewSecret(s.Password)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	units, err := datasource.FactUnits.Of(t.Context(), datasource.NewFacts(t.Context(), reader))
	if err != nil {
		t.Fatal(err)
	}
	want := datasource.Unit{Zone: "z1", Server: "10.0.0.1:2882", Status: "NORMAL", CPU: 4, Memory: 8589934592,
		LogDisk: 25769803776, LogDiskUsed: 1024}
	if len(units) != 1 || units[0] != want {
		t.Errorf("got %+v, want only %+v", units, want)
	}
}

// TestChecksOnOceanBase runs on a real tenant where the image is available.
func TestChecksOnOceanBase(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.OceanBase)
	schema := s.Database(t)
	s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
	end := checktest.Endpoint{Server: s, Schema: schema}
	task := checktest.Real{Source: end, Dest: end}
	for _, c := range []*checks.Check{server.TenantMode, settings.Variables, capacity.Memstore} {
		if got := task.Run(t, c, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("%s is %s:\n%s", c.Type, got.Outcome, got.Message(20))
		}
	}
}
