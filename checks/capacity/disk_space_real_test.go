package capacity_test

import (
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestDiskSpaceOnRealServers(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY, b LONGBLOB)")
		end := checktest.Endpoint{Server: s, Schema: schema}
		s.Exec(t, "INSERT INTO "+schema+".t VALUES (1, REPEAT('x', 4000000))", "ANALYZE TABLE "+schema+".t")
		task := checktest.Real{Source: end, Dest: end, Settings: checks.Settings{Deep: true}}
		got := task.Run(t, capacity.DiskSpace)
		if got.Outcome != engine.Passed || len(got.Notes) != 1 || !strings.Contains(got.Notes[0], "The tables use ") {
			t.Errorf("%s: %s", got.Outcome, got.Message(5))
		}
		for stated, want := range map[int64]engine.Outcome{1 << 20: engine.Failed, 1 << 40: engine.Passed} {
			task.Settings.DiskSpace = stated
			if got := task.Run(t, capacity.DiskSpace); got.Outcome != want {
				t.Errorf("with diskSpace %d: %s: %s", stated, got.Outcome, got.Message(5))
			}
		}
	})
}

// TestDiskSpaceOnLookAlikeOfOceanBase uses a table with the name of OceanBase's view on MariaDB.
func TestDiskSpaceOnLookAlikeOfOceanBase(t *testing.T) {
	t.Parallel()
	from, to := dbtest.Get(t, dbtest.MySQL), dbtest.Start(t, dbtest.MariaDB, "--version=5.7.25-OceanBase_CE-v4.3.5")
	source := from.Database(t)
	from.Exec(t, "CREATE TABLE "+source+".t (id INT PRIMARY KEY, b LONGBLOB)",
		"INSERT INTO "+source+".t VALUES (1, REPEAT('x', 4000000))", "ANALYZE TABLE "+source+".t")
	to.Exec(t, "CREATE DATABASE oceanbase",
		"CREATE TABLE oceanbase.`GV$OB_SERVERS` (zone VARCHAR(64), data_disk_capacity BIGINT, data_disk_in_use BIGINT)",
		"INSERT INTO oceanbase.`GV$OB_SERVERS` VALUES ('z1', 3000000, 1000000), ('z1', 3000000, 1000000), ('z2', "+
			"2000000, "+
			"1000000), ('z2', 3000000, 1000000)")
	task := checktest.Real{Source: checktest.Endpoint{Server: from, Schema: source},
		Dest:     checktest.Endpoint{Server: to, Type: datasource.OceanBaseMySQL, Schema: source},
		Settings: checks.Settings{Deep: true}}
	got := task.Run(t, capacity.DiskSpace)
	// z2 has 3,000,000 bytes left
	if got.Outcome != engine.Failed || len(got.Findings) != 1 || got.Findings[0].Actual != "2.9 MiB" {
		t.Errorf("%s:\n%s", got.Outcome, got.Message(20))
	}
	to.Exec(t, "UPDATE oceanbase.`GV$OB_SERVERS` SET data_disk_capacity = 1000000000")
	if got := task.Run(t, capacity.DiskSpace); got.Outcome != engine.Passed {
		t.Errorf("with more free space it is still %s:\n%s", got.Outcome, got.Message(20))
	}
}
