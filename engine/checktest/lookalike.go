package checktest

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// LookAlike starts a MariaDB that identifies itself as OceanBase 4.3.5 and has some of its views as tables,
// with the columns that the manual of OceanBase V4.3 names. It shows that the queries are valid SQL over
// these columns and that their rows are read correctly. It does not show that a tenant has such rows, or what
// its accounts may see. It has no variable ob_compatibility_mode, so its mode is unknown.
func LookAlike(t testing.TB) *dbtest.Server {
	t.Helper()
	s := dbtest.Start(t, dbtest.MariaDB, "--version=5.7.25-OceanBase_CE-v4.3.5")
	s.Exec(t, "CREATE DATABASE oceanbase",
		`CREATE TABLE oceanbase.DBA_OB_TENANTS (TENANT_ID BIGINT, TENANT_NAME VARCHAR(128), TENANT_TYPE VARCHAR(4),
STATUS
VARCHAR(64),
			TENANT_ROLE VARCHAR(100), SWITCHOVER_STATUS VARCHAR(100), LOG_MODE VARCHAR(100))`,
		"INSERT INTO oceanbase.DBA_OB_TENANTS VALUES (1002, 'shop', 'USER', 'NORMAL', 'PRIMARY', 'NORMAL', "+
			"'ARCHIVELOG')",
		"CREATE TABLE oceanbase.GV$OB_PARAMETERS (NAME VARCHAR(128), VALUE VARCHAR(4096))",
		"INSERT INTO oceanbase.GV$OB_PARAMETERS VALUES ('cluster_id', '7'), ('obconfig_url', "+
			"'http://10.0.0.9:8080/services'), ('cpu_count', '16')",
		`CREATE TABLE oceanbase.GV$OB_UNITS (SVR_IP VARCHAR(46), SVR_PORT BIGINT, UNIT_ID BIGINT, TENANT_ID BIGINT, ZONE
VARCHAR(128), MAX_CPU DOUBLE, MIN_CPU DOUBLE,
			MEMORY_SIZE BIGINT, LOG_DISK_SIZE BIGINT, LOG_DISK_IN_USE BIGINT, DATA_DISK_IN_USE BIGINT, STATUS
VARCHAR(64))`,
		"INSERT INTO oceanbase.GV$OB_UNITS VALUES ('10.0.0.1', 2882, 1, 1002, 'z1', 4, 4, 8589934592, 25769803776, "+
			"1024, "+
			"2048, 'NORMAL'), ('10.0.0.2', 2882, 2, 1004, 'z2', 4, 4, 1, 1, 1, 1, 'ERROR')",
		"CREATE TABLE oceanbase.GV$OB_MEMSTORE (SVR_IP VARCHAR(46), SVR_PORT BIGINT, TENANT_ID BIGINT, ACTIVE_SPAN "+
			"BIGINT, "+
			"FREEZE_TRIGGER BIGINT, FREEZE_CNT BIGINT, MEMSTORE_USED BIGINT, MEMSTORE_LIMIT BIGINT)",
		"INSERT INTO oceanbase.GV$OB_MEMSTORE VALUES ('10.0.0.1', 2882, 1002, 1, 1, 0, 104857600, 1073741824), "+
			"('10.0.0.1', 2882, 1004, 1, 1, 0, 1073741824, 1073741824)")
	s.Exec(t,
		`CREATE TABLE oceanbase.GV$OB_TRANSACTION_PARTICIPANTS (TENANT_ID BIGINT, SVR_IP VARCHAR(46), SESSION_ID BIGINT,
TX_ID
BIGINT, LS_ID BIGINT, CTX_CREATE_TIME TIMESTAMP(6) NULL)`,
		"INSERT INTO oceanbase.GV$OB_TRANSACTION_PARTICIPANTS VALUES (1002, '10.0.0.1', 4242, 1, 1001, NOW(6)), "+
			"(1002, "+
			"'10.0.0.1', 4242, 1, 1002, NOW(6)), (1004, '10.0.0.1', 7, 2, 1001, '2020-01-01')")
	return s
}
