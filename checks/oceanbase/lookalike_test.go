package oceanbase_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/checks/oceanbase"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// lookAlike starts a MariaDB that calls itself OceanBase 4.3.5 and has some of its views as tables,
// with the columns of OceanBase's manual (V4.3). It proves that the queries are sound SQL over
// these columns and that their rows are read right; not that a tenant shows such rows, nor what
// its accounts may see. It has no variable ob_compatibility_mode, so its mode is not known.
func lookAlike(t *testing.T) *dbtest.Server {
	t.Helper()
	s := dbtest.Start(t, dbtest.MariaDB, "--version=5.7.25-OceanBase_CE-v4.3.5")
	s.Exec(t, "CREATE DATABASE oceanbase",
		`CREATE TABLE oceanbase.DBA_OB_TENANTS (TENANT_ID BIGINT, TENANT_NAME VARCHAR(128), TENANT_TYPE VARCHAR(4), STATUS VARCHAR(64),
			TENANT_ROLE VARCHAR(100), SWITCHOVER_STATUS VARCHAR(100), LOG_MODE VARCHAR(100))`,
		"INSERT INTO oceanbase.DBA_OB_TENANTS VALUES (1002, 'shop', 'USER', 'NORMAL', 'PRIMARY', 'NORMAL', 'ARCHIVELOG')",
		"CREATE TABLE oceanbase.GV$OB_PARAMETERS (NAME VARCHAR(128), VALUE VARCHAR(4096))",
		"INSERT INTO oceanbase.GV$OB_PARAMETERS VALUES ('cluster_id', '7'), ('obconfig_url', 'http://10.0.0.9:8080/services'), ('cpu_count', '16')",
		`CREATE TABLE oceanbase.GV$OB_UNITS (SVR_IP VARCHAR(46), SVR_PORT BIGINT, UNIT_ID BIGINT, TENANT_ID BIGINT, ZONE VARCHAR(128), MAX_CPU DOUBLE, MIN_CPU DOUBLE,
			MEMORY_SIZE BIGINT, LOG_DISK_SIZE BIGINT, LOG_DISK_IN_USE BIGINT, DATA_DISK_IN_USE BIGINT, STATUS VARCHAR(64))`,
		"INSERT INTO oceanbase.GV$OB_UNITS VALUES ('10.0.0.1', 2882, 1, 1002, 'z1', 4, 4, 8589934592, 25769803776, 1024, 2048, 'NORMAL'), ('10.0.0.2', 2882, 2, 1004, 'z2', 4, 4, 1, 1, 1, 1, 'ERROR')",
		"CREATE TABLE oceanbase.GV$OB_MEMSTORE (SVR_IP VARCHAR(46), SVR_PORT BIGINT, TENANT_ID BIGINT, ACTIVE_SPAN BIGINT, FREEZE_TRIGGER BIGINT, FREEZE_CNT BIGINT, MEMSTORE_USED BIGINT, MEMSTORE_LIMIT BIGINT)",
		"INSERT INTO oceanbase.GV$OB_MEMSTORE VALUES ('10.0.0.1', 2882, 1002, 1, 1, 0, 104857600, 1073741824), ('10.0.0.1', 2882, 1004, 1, 1, 0, 1073741824, 1073741824)")
	s.Exec(t, `CREATE TABLE oceanbase.GV$OB_TRANSACTION_PARTICIPANTS (TENANT_ID BIGINT, SVR_IP VARCHAR(46), SESSION_ID BIGINT, TX_ID BIGINT, LS_ID BIGINT, CTX_CREATE_TIME TIMESTAMP(6) NULL)`,
		"INSERT INTO oceanbase.GV$OB_TRANSACTION_PARTICIPANTS VALUES (1002, '10.0.0.1', 4242, 1, 1001, NOW(6)), (1002, '10.0.0.1', 4242, 1, 1002, NOW(6)), (1004, '10.0.0.1', 7, 2, 1001, '2020-01-01')")
	return s
}

func TestChecksOnLookAlike(t *testing.T) {
	t.Parallel()
	s := lookAlike(t)
	schema := s.Database(t)
	end := checktest.End{Server: s, Schema: schema, Type: datasource.OceanBaseMySQL}
	task := checktest.Real{Source: end, Dest: end}
	for _, tc := range []struct {
		check          *checks.Check
		side           checks.Side
		defect, mended string
		outcome        engine.Outcome
		object         string
	}{
		{check: oceanbase.LogService, side: checks.Source, outcome: engine.Failed, object: "obconfig_url",
			defect: "UPDATE oceanbase.GV$OB_PARAMETERS SET value = '' WHERE name = 'obconfig_url'",
			mended: "UPDATE oceanbase.GV$OB_PARAMETERS SET value = 'http://10.0.0.9:8080/services' WHERE name = 'obconfig_url'"},
		{check: oceanbase.LogService, side: checks.Source, outcome: engine.Warned, object: "shop",
			defect: "UPDATE oceanbase.DBA_OB_TENANTS SET log_mode = 'NOARCHIVELOG'", mended: "UPDATE oceanbase.DBA_OB_TENANTS SET log_mode = 'ARCHIVELOG'"},
		{check: common.LongTransaction, side: checks.Source, outcome: engine.Warned, object: "session 4242",
			defect: "UPDATE oceanbase.GV$OB_TRANSACTION_PARTICIPANTS SET ctx_create_time = NOW(6) - INTERVAL 1 HOUR WHERE tenant_id = 1002",
			mended: "DELETE FROM oceanbase.GV$OB_TRANSACTION_PARTICIPANTS WHERE tenant_id = 1002"},
		{check: oceanbase.Memstore, side: checks.Dest, outcome: engine.Warned, object: "10.0.0.1:2882",
			defect: "UPDATE oceanbase.GV$OB_MEMSTORE SET memstore_used = 900000000 WHERE tenant_id = 1002",
			mended: "UPDATE oceanbase.GV$OB_MEMSTORE SET memstore_used = 1 WHERE tenant_id = 1002"},
	} {
		if got := task.Run(t, tc.check, tc.side); got.Outcome != engine.Passed {
			t.Errorf("%s: healthy, it is %s:\n%s", tc.check.Type, got.Outcome, got.Message(20))
		}
		s.Exec(t, tc.defect)
		got := task.Run(t, tc.check, tc.side)
		if got.Outcome != tc.outcome || len(got.Findings) != 1 || got.Findings[0].Object.Name != tc.object {
			t.Errorf("%s: with the defect it is %s:\n%s", tc.check.Type, got.Outcome, got.Message(20))
		}
		s.Exec(t, tc.mended)
		if got := task.Run(t, tc.check, tc.side); got.Outcome != engine.Passed {
			t.Errorf("%s: mended, it is %s:\n%s", tc.check.Type, got.Outcome, got.Message(20))
		}
	}
	if got := task.Run(t, oceanbase.TenantMode, checks.Dest); got.Outcome != engine.Unknown {
		t.Errorf("a tenant whose mode is not known is %s:\n%s", got.Outcome, got.Message(20))
	}

	user, password := s.Account(t)
	task.Source.User, task.Source.Password = user, password
	if got := task.Run(t, oceanbase.LogService, checks.Source); got.Outcome != engine.Unknown {
		t.Errorf("without a right on the views it is %s:\n%s", got.Outcome, got.Message(20))
	}
}

// The units of the look-alike's own tenant, and of no other, are read.
func TestUnitsOnLookAlike(t *testing.T) {
	t.Parallel()
	s := lookAlike(t)
	reader, err := engine.Open(datasource.Endpoint{Type: datasource.OceanBaseMySQL, Host: s.Host, Port: s.Port, User: s.User, Password: datasource.NewSecret(s.Password)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	units, err := datasource.NewFacts(t.Context(), reader).Units(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := datasource.Unit{Zone: "z1", Server: "10.0.0.1:2882", Status: "NORMAL", CPU: 4, Memory: 8589934592, LogDisk: 25769803776, LogDiskUsed: 1024}
	if len(units) != 1 || units[0] != want {
		t.Errorf("got %+v, want %+v alone", units, want)
	}
}

// On a real tenant, for hosts that can pull the image.
func TestChecksOnOceanBase(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.OceanBase)
	schema := s.Database(t)
	s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
	end := checktest.End{Server: s, Schema: schema}
	task := checktest.Real{Source: end, Dest: end}
	for _, c := range []*checks.Check{oceanbase.TenantMode, oceanbase.Variables, oceanbase.Memstore} {
		if got := task.Run(t, c, checks.Dest); got.Outcome != engine.Passed {
			t.Errorf("%s is %s:\n%s", c.Type, got.Outcome, got.Message(20))
		}
	}
}

// Every check over a pair of look-alikes with a healthy table passes, but for what a look-alike
// cannot tell.
func TestEveryCheckOnLookAlikes(t *testing.T) {
	t.Parallel()
	untold := map[string]engine.Outcome{
		"RDB_VERSION_COMPATIBLE": engine.Unknown, // MariaDB has no variable ob_compatibility_mode
		"OB_TENANT_MODE":         engine.Unknown, // the same
		"RDB_UNDO_RETENTION":     engine.Unknown, // nor undo_retention
		"RDB_SAME_INSTANCE":      engine.Warned,  // both have the same cluster and tenant
		"RDB_LOG_PRIVILEGE":      engine.Unknown, // of the tenant sys, on real tenants too
		"RDB_NAME_LENGTH":        engine.Unknown, // MariaDB's CHECK_CONSTRAINTS has other columns than OceanBase's
		"RDB_CHECK_CONSTRAINT":   engine.Unknown, // the same
	}
	from, to := lookAlike(t), lookAlike(t)
	for _, s := range []*dbtest.Server{from, to} {
		s.Exec(t, "CREATE DATABASE shop CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
	}
	from.Exec(t, "CREATE TABLE shop.t (id INT PRIMARY KEY, name VARCHAR(20))")
	task := checktest.Real{Source: checktest.End{Server: from, Schema: "shop", Type: datasource.OceanBaseMySQL},
		Dest: checktest.End{Server: to, Schema: "shop", Type: datasource.OceanBaseMySQL}}.Task(checks.AllPhases)
	e, err := engine.New()
	if err != nil {
		t.Fatal(err)
	}
	report, err := e.Run(t.Context(), task)
	if err != nil {
		t.Fatal(err)
	}
	for _, res := range report.Results {
		if want, ok := untold[res.Item.Check.Type]; res.Outcome != engine.Passed && !(ok && res.Outcome == want) {
			t.Errorf("%s %s is %s:\n%s", res.Item.Check.Type, res.Item.Side, res.Outcome, res.Message(20))
		}
	}
}
