package server_test

import (
	"database/sql"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// TestOnOceanBaseLookAlike uses a MariaDB server that reports to be OceanBase and holds its views as tables.
func TestOnOceanBaseLookAlike(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MariaDB, "--version=5.7.25-OceanBase_CE-v4.3.5")
	s.Exec(t, "CREATE DATABASE oceanbase",
		"CREATE TABLE oceanbase.DBA_OB_TENANTS (TENANT_ID BIGINT, TENANT_NAME VARCHAR(128), TENANT_TYPE VARCHAR(4), "+
			"STATUS "+
			"VARCHAR(64), TENANT_ROLE VARCHAR(100), SWITCHOVER_STATUS VARCHAR(100), LOG_MODE VARCHAR(100))",
		"INSERT INTO oceanbase.DBA_OB_TENANTS VALUES (1002, 'shop', 'USER', 'NORMAL', 'PRIMARY', 'NORMAL', "+
			"'NOARCHIVELOG')",
		"CREATE TABLE oceanbase.GV$OB_PARAMETERS (NAME VARCHAR(128), VALUE VARCHAR(4096))",
		"INSERT INTO oceanbase.GV$OB_PARAMETERS VALUES ('cluster_id', '7'), ('cpu_count', '16')")
	from := s.Database(t)
	s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY)")
	end := checktest.Endpoint{Server: s, Schema: from, Type: datasource.OceanBaseMySQL}
	task := checktest.Real{Source: end, Dest: end}
	wantEnd(t, task.Run(t, server.Version), "passed")
	wantEnd(t, task.Run(t, server.Role), "passed")
	wantEnd(t, task.Run(t, server.SameInstance), "warned", "maybe_onto_itself "+from+".t")

	s.Exec(t, "UPDATE oceanbase.DBA_OB_TENANTS SET tenant_role = 'STANDBY'")
	wantEnd(t, task.Run(t, server.Role), "warned", "tenant_is_standby shop")
	wantEnd(t, task.Run(t, server.Role, checks.Dest), "failed", "tenant_read_only shop")

	user, password := s.Account(t)
	task.Dest.User, task.Dest.Password = user, password
	wantEnd(t, task.Run(t, server.Role, checks.Dest), "unknown")
}

// TestStateOfRealServers changes global state (read-only, replication, clock) on a server of its own.
func TestStateOfRealServers(t *testing.T) {
	t.Parallel()
	for product, may := range map[dbtest.Product]struct{ writeReadOnly, mayNot, seeReplication string }{
		dbtest.MariaDB: {"READ_ONLY ADMIN", "SUPER", "SLAVE MONITOR"},
		dbtest.MySQL:   {"CONNECTION_ADMIN", "SYSTEM_VARIABLES_ADMIN", "REPLICATION CLIENT"},
	} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			shared := dbtest.Get(t, product)
			s := dbtest.Start(t, product, "--replicate-do-db=none")
			if product == dbtest.MariaDB && !s.AtLeast(10, 11) { // where SUPER may write too
				may.mayNot = "BINLOG ADMIN"
			}
			schema := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schema+".t (id INT AUTO_INCREMENT PRIMARY KEY)")
			shared.Exec(t, "CREATE DATABASE "+schema, "CREATE TABLE "+schema+".t (id INT AUTO_INCREMENT PRIMARY KEY)")
			t.Cleanup(func() { shared.Exec(t, "DROP DATABASE "+schema) })
			account := func(privilege string) checktest.Endpoint {
				user, password := s.Account(t, "GRANT ALL ON "+schema+".* TO %s", "GRANT "+privilege+" ON *.* TO %s")
				return checktest.Endpoint{Server: s, User: user, Password: password, Schema: schema}
			}
			plain := account(may.mayNot + ", " + may.seeReplication)
			exempt := account(may.writeReadOnly + ", " + may.seeReplication)
			hidden, monitored := account(may.mayNot), account(may.seeReplication)
			task := func(dest checktest.Endpoint) checktest.Real {
				return checktest.Real{Source: checktest.Endpoint{Server: shared, Schema: schema}, Dest: dest,
					Phases: checks.Full | checks.Incremental}
			}

			// Two servers with the same objects are different servers.
			wantEnd(t, task(plain).Run(t, server.SameInstance), "passed")

			wantEnd(t, task(plain).Run(t, server.Role, checks.Dest), "passed")
			s.Exec(t, "SET GLOBAL read_only = ON")
			got := task(plain).Run(t, server.Role, checks.Dest)
			wantEnd(t, got, "failed", "read_only read_only")
			if err := insert(t, plain); err == nil {
				t.Errorf("with %s alone the server accepts writes while it is read-only", may.mayNot)
			}
			wantEnd(t, task(exempt).Run(t, server.Role, checks.Dest), "warned", "read_only_but read_only")
			if err := insert(t, exempt); err != nil {
				t.Errorf("with %s the server refuses writes: %v", may.writeReadOnly, err)
			}
			checktest.Fix(t, task(plain), got.Findings)
			wantEnd(t, task(plain).Run(t, server.Role, checks.Dest), "passed")
			if err := insert(t, plain); err != nil {
				t.Errorf("after the fix the server refuses writes: %v", err)
			}
			sessions := "transaction_read_only"
			if product == dbtest.MariaDB && !s.AtLeast(11, 1, 1) {
				sessions = "tx_read_only"
			}
			s.Exec(t, "SET GLOBAL "+sessions+" = ON")
			got = task(plain).Run(t, server.Role, checks.Dest)
			wantEnd(t, got, "warned", "sessions_read_only "+sessions)
			if err := insert(t, plain); err == nil {
				t.Error("the server accepts writes in sessions that start read-only")
			}
			checktest.Fix(t, task(plain), got.Findings)
			wantEnd(t, task(plain).Run(t, server.Role, checks.Dest), "passed")
			if product == dbtest.MySQL {
				s.Exec(t, "SET GLOBAL super_read_only = ON")
				got := task(exempt).Run(t, server.Role, checks.Dest)
				wantEnd(t, got, "failed", "read_only super_read_only")
				if err := insert(t, exempt); err == nil {
					t.Error("the server accepts writes while super_read_only is set")
				}
				checktest.Fix(t, task(plain), got.Findings)
				wantEnd(t, task(exempt).Run(t, server.Role, checks.Dest), "passed")
			}

			// For accounts to which init_connect applies, the clock of the server is an hour behind.
			s.Exec(t, "SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() - 3600'")
			wantEnd(t, task(monitored).Run(t, server.ClockLatency, checks.Dest), "warned", "clock")
			s.Exec(t, "SET GLOBAL init_connect = ''")
			wantEnd(t, task(monitored).Run(t, server.ClockLatency, checks.Dest), "passed")

			s.ReplicateFrom(t, shared)
			replica := checktest.Real{Source: monitored, Dest: checktest.Endpoint{Server: shared, Schema: schema},
				Phases: checks.Full | checks.Incremental}
			eventually(t, func() []string { return ended(replica.Run(t, server.Role)) }, "warned", "source_is_replica")
			eventually(t, func() []string { return ended(task(monitored).Run(t, server.Role, checks.Dest)) }, "warned",
				"destination_is_replica")
			replica.Source = hidden
			if product == dbtest.MySQL { // on MariaDB, SUPER may read the replication status
				wantEnd(t, replica.Run(t, server.Role), "unknown")
				wantEnd(t, task(hidden).Run(t, server.Role, checks.Dest), "unknown")
			}
			s.Exec(t, map[dbtest.Product]string{dbtest.MariaDB: "STOP SLAVE SQL_THREAD",
				dbtest.MySQL: "STOP REPLICA SQL_THREAD"}[product])
			replica.Source = monitored
			wantEnd(t, replica.Run(t, server.Role), "warned", "source_is_replica", "stopped")
		})
	}
}

// insert writes a row with the account of the endpoint.
func insert(t *testing.T, end checktest.Endpoint) error {
	t.Helper()
	connector, err := driver.NewConnector(end.Server.Config(end.User, end.Password, end.Schema))
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(connector)
	defer db.Close()
	_, err = db.ExecContext(t.Context(), "INSERT INTO t () VALUES ()")
	return err
}

// eventually waits until got returns want.
func eventually(t *testing.T, got func() []string, want ...string) {
	t.Helper()
	var last []string
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if last = got(); cmp.Equal(want, last) {
			return
		}
	}
	t.Errorf("still %q, want %q", last, want)
}
