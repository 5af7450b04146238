package common_test

import (
	"database/sql"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/checktest"
	"github.com/dbprecheck/precheck/checks/common"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
)

// ended says how an item ended: its outcome, then what it found.
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

func TestConnectOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		user, password := s.Account(t)
		end := checktest.End{Server: s, User: user, Password: password}
		got := checktest.Real{Source: end, Dest: end}.Run(t, common.Connect)
		wantEnd(t, got, "passed")
		if !strings.Contains(got.Message(20), user+"@") {
			t.Errorf("it does not tell the account: %s", got.Message(20))
		}
		end.Password = "wrong-" + password
		task := checktest.Real{Source: end, Dest: checktest.End{Server: s}}
		got = task.Run(t, common.Connect)
		wantEnd(t, got, "failed", "no_connection")
		if text := got.Message(20) + got.Findings[0].Err.Error(); !strings.Contains(text, "1045") || strings.Contains(text, end.Password) {
			t.Errorf("want the server's error and not the password in: %s", text)
		}
		got = task.Run(t, common.ClockLatency)
		wantEnd(t, got, "blocked")
		wantEnd(t, task.Run(t, common.ClockLatency, checks.Dest), "passed")
	})
}

func TestVersionOnRealServer(t *testing.T) {
	t.Parallel()
	other := map[dbtest.Product]datasource.Type{dbtest.MariaDB: datasource.MySQL, dbtest.MySQL: datasource.MariaDB}
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		end := checktest.End{Server: s}
		task := checktest.Real{Source: end, Dest: end}
		wantEnd(t, task.Run(t, common.Version), "passed")
		wantEnd(t, task.Run(t, common.VersionCompatible), "passed")
		task.Source.Type = other[s.Product]
		wantEnd(t, task.Run(t, common.Version), "warned", "other_product")
		wantEnd(t, task.Run(t, common.Version, checks.Dest), "passed")
		task.Source.Type = datasource.OceanBaseMySQL
		wantEnd(t, task.Run(t, common.Version), "failed", "other_family")
	})
}

// A MariaDB that calls itself OceanBase and has its views as tables.
func TestOnOceanBaseLookAlike(t *testing.T) {
	t.Parallel()
	s := dbtest.Start(t, dbtest.MariaDB, "--version=5.7.25-OceanBase_CE-v4.3.5")
	s.Exec(t, "CREATE DATABASE oceanbase",
		"CREATE TABLE oceanbase.DBA_OB_TENANTS (TENANT_ID BIGINT, TENANT_NAME VARCHAR(128), TENANT_TYPE VARCHAR(4), STATUS VARCHAR(64), TENANT_ROLE VARCHAR(100), SWITCHOVER_STATUS VARCHAR(100), LOG_MODE VARCHAR(100))",
		"INSERT INTO oceanbase.DBA_OB_TENANTS VALUES (1002, 'shop', 'USER', 'NORMAL', 'PRIMARY', 'NORMAL', 'NOARCHIVELOG')",
		"CREATE TABLE oceanbase.GV$OB_PARAMETERS (NAME VARCHAR(128), VALUE VARCHAR(4096))",
		"INSERT INTO oceanbase.GV$OB_PARAMETERS VALUES ('cluster_id', '7'), ('cpu_count', '16')")
	from := s.Database(t)
	s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY)")
	end := checktest.End{Server: s, Schema: from, Type: datasource.OceanBaseMySQL}
	task := checktest.Real{Source: end, Dest: end}
	wantEnd(t, task.Run(t, common.Version), "passed")
	wantEnd(t, task.Run(t, common.Role), "passed")
	wantEnd(t, task.Run(t, common.SameInstance), "warned", "maybe_onto_itself "+from+".t")

	s.Exec(t, "UPDATE oceanbase.DBA_OB_TENANTS SET tenant_role = 'STANDBY'")
	wantEnd(t, task.Run(t, common.Role), "warned", "tenant_is_standby shop")
	wantEnd(t, task.Run(t, common.Role, checks.Dest), "failed", "tenant_read_only shop")

	user, password := s.Account(t)
	task.Dest.User, task.Dest.Password = user, password
	wantEnd(t, task.Run(t, common.Role, checks.Dest), "unknown")
}

func TestSameInstanceOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY)", "CREATE VIEW "+from+".v AS SELECT * FROM "+from+".t")
		task := checktest.Real{Source: checktest.End{Server: s, Schema: from}, Dest: checktest.End{Server: s, Schema: from}}
		got := task.Run(t, common.SameInstance)
		if s.Product == dbtest.MariaDB && !s.AtLeast(10, 6, 19) { // server_uid is what tells a server from another
			wantEnd(t, got, "warned", "maybe_onto_itself "+from+".t", "maybe_onto_itself "+from+".v")
		} else {
			wantEnd(t, got, "failed", "onto_itself "+from+".t", "onto_itself "+from+".v")
		}
		if len(got.Removable) != 2 {
			t.Errorf("removable are %v, want both", got.Removable)
		}
		task.Dest.Schema = to
		wantEnd(t, task.Run(t, common.SameInstance), "passed")
	})
}

// What changes a whole server, on one of its own: read-only, replication, clock.
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
			if product == dbtest.MariaDB && !s.AtLeast(10, 11) { // where SUPER may write, too
				may.mayNot = "BINLOG ADMIN"
			}
			schema := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schema+".t (id INT AUTO_INCREMENT PRIMARY KEY)")
			shared.Exec(t, "CREATE DATABASE "+schema, "CREATE TABLE "+schema+".t (id INT AUTO_INCREMENT PRIMARY KEY)")
			t.Cleanup(func() { shared.Exec(t, "DROP DATABASE "+schema) })
			account := func(right string) checktest.End {
				user, password := s.Account(t, "GRANT ALL ON "+schema+".* TO %s", "GRANT "+right+" ON *.* TO %s")
				return checktest.End{Server: s, User: user, Password: password, Schema: schema}
			}
			plain, exempt, lookedAt := account(may.mayNot), account(may.writeReadOnly), account(may.seeReplication)
			task := func(dest checktest.End) checktest.Real {
				return checktest.Real{Source: checktest.End{Server: shared, Schema: schema}, Dest: dest, Phases: checks.Full | checks.Incremental}
			}

			// Two servers with the same objects are not one.
			wantEnd(t, task(plain).Run(t, common.SameInstance), "passed")

			wantEnd(t, task(plain).Run(t, common.Role, checks.Dest), "passed")
			s.Exec(t, "SET GLOBAL read_only = ON")
			got := task(plain).Run(t, common.Role, checks.Dest)
			wantEnd(t, got, "failed", "read_only read_only")
			if err := insert(t, plain); err == nil {
				t.Errorf("with %s alone the server takes writes while it is read-only", may.mayNot)
			}
			wantEnd(t, task(exempt).Run(t, common.Role, checks.Dest), "warned", "read_only_but read_only")
			if err := insert(t, exempt); err != nil {
				t.Errorf("with %s the server refuses writes: %v", may.writeReadOnly, err)
			}
			checktest.Mend(t, s, got.Findings)
			wantEnd(t, task(plain).Run(t, common.Role, checks.Dest), "passed")
			if err := insert(t, plain); err != nil {
				t.Errorf("mended, the server refuses writes: %v", err)
			}
			sessions := "transaction_read_only"
			if product == dbtest.MariaDB && !s.AtLeast(11, 1, 1) {
				sessions = "tx_read_only"
			}
			s.Exec(t, "SET GLOBAL "+sessions+" = ON")
			got = task(plain).Run(t, common.Role, checks.Dest)
			wantEnd(t, got, "warned", "sessions_read_only "+sessions)
			if err := insert(t, plain); err == nil {
				t.Error("the server takes writes in sessions that begin read-only")
			}
			checktest.Mend(t, s, got.Findings)
			wantEnd(t, task(plain).Run(t, common.Role, checks.Dest), "passed")
			if product == dbtest.MySQL {
				s.Exec(t, "SET GLOBAL super_read_only = ON")
				got := task(exempt).Run(t, common.Role, checks.Dest)
				wantEnd(t, got, "failed", "read_only super_read_only")
				if err := insert(t, exempt); err == nil {
					t.Error("the server takes writes while it is super-read-only")
				}
				checktest.Mend(t, s, got.Findings)
				wantEnd(t, task(exempt).Run(t, common.Role, checks.Dest), "passed")
			}

			// The server is an hour late for accounts that init_connect holds for.
			s.Exec(t, "SET GLOBAL init_connect = 'SET timestamp = UNIX_TIMESTAMP() - 3600'")
			wantEnd(t, task(lookedAt).Run(t, common.ClockLatency, checks.Dest), "warned", "clock")
			s.Exec(t, "SET GLOBAL init_connect = ''")
			wantEnd(t, task(lookedAt).Run(t, common.ClockLatency, checks.Dest), "passed")

			s.ReplicateFrom(t, shared)
			replica := checktest.Real{Source: lookedAt, Dest: checktest.End{Server: shared, Schema: schema}, Phases: checks.Full | checks.Incremental}
			eventually(t, func() []string { return ended(replica.Run(t, common.Role)) }, "warned", "source_is_replica")
			eventually(t, func() []string { return ended(task(lookedAt).Run(t, common.Role, checks.Dest)) }, "warned", "destination_is_replica")
			replica.Source = plain
			if product == dbtest.MySQL { // SUPER may look on MariaDB
				wantEnd(t, replica.Run(t, common.Role), "unknown")
			}
			s.Exec(t, map[dbtest.Product]string{dbtest.MariaDB: "STOP SLAVE SQL_THREAD", dbtest.MySQL: "STOP REPLICA SQL_THREAD"}[product])
			replica.Source = lookedAt
			wantEnd(t, replica.Run(t, common.Role), "warned", "source_is_replica", "stopped")
		})
	}
}

// insert tries to write a row with the end's account.
func insert(t *testing.T, end checktest.End) error {
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

// eventually waits for what a server does in its own time.
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

func TestLatencyOnRealServer(t *testing.T) {
	t.Parallel()
	s := dbtest.Get(t, dbtest.MariaDB)
	far := *s
	far.Port = slowly(t, net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), 60*time.Millisecond)
	task := checktest.Real{Source: checktest.End{Server: &far}, Dest: checktest.End{Server: s}}
	wantEnd(t, task.Run(t, common.ClockLatency), "warned", "far")
	near := task.Run(t, common.ClockLatency, checks.Dest)
	wantEnd(t, near, "passed")
	if len(near.Measured) != 1 || near.Record(20).Message != nil {
		t.Errorf("measured %q, want it, but not in the record %+v", near.Measured, near.Record(20))
	}
}

// slowly passes connections on to target, what the client says a while later.
func slowly(t *testing.T, target string, delay time.Duration) (port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			in, err := listener.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", target)
			if err != nil {
				in.Close()
				return
			}
			go func() {
				defer in.Close()
				io.Copy(in, out)
			}()
			go func() {
				defer out.Close()
				buffer := make([]byte, 1<<16)
				for {
					n, err := in.Read(buffer)
					if err != nil {
						return
					}
					time.Sleep(delay)
					if _, err := out.Write(buffer[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	return listener.Addr().(*net.TCPAddr).Port
}
