package dbtest

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource/disposable"
)

// Group is a group of MySQL servers under Group Replication, of which one is the primary.
type Group struct{ Members []*Server }

// StartGroup returns a group of that many servers for t alone, stopped at t's end. The first is the primary.
//
// The settings are those of the MySQL Reference Manual, "Deploying Group Replication in Single-Primary Mode".
func StartGroup(t testing.TB, size int) *Group { return StartGroupOn(t, size, 0) }

// StartGroupOn is StartGroup for servers in containers with this space for their data, in bytes; 0 is no limit.
func StartGroupOn(t testing.TB, size int, disk int64) *Group {
	t.Helper()
	addresses := make([]string, size)
	for i := range addresses {
		addresses[i] = freeAddress(t)
	}
	g := &Group{}
	password := disposable.NewPassword()
	for i, address := range addresses {
		s := start(t, MySQL, disposable.Options{Loopback: true, Disk: disk, Args: []string{
			"--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--server-id=" + strconv.Itoa(i+1),
			"--report-host=127.0.0.1", "--plugin-load-add=group_replication.so",
			"--loose-group-replication-group-name=5f0a1c3e-9d34-4a3f-8a55-0d7a4f9b2c11",
			"--loose-group-replication-local-address=" + address,
			"--loose-group-replication-group-seeds=" + strings.Join(addresses, ","),
			"--loose-group-replication-ip-allowlist=127.0.0.1", "--loose-group-replication-start-on-boot=OFF",
			"--loose-group-replication-recovery-get-public-key=ON",
			// On a loaded machine, members are silent for longer than the 5 seconds after which they are suspected.
			"--loose-group-replication-member-expel-timeout=10"}})
		s.Exec(t, "SET SQL_LOG_BIN = 0", "CREATE USER joiner@'%' IDENTIFIED BY '"+password+"'",
			"GRANT REPLICATION SLAVE, CONNECTION_ADMIN, BACKUP_ADMIN, GROUP_REPLICATION_STREAM ON *.* TO joiner@'%'",
			"SET SQL_LOG_BIN = 1", "RESET BINARY LOGS AND GTIDS",
			"CHANGE REPLICATION SOURCE TO SOURCE_USER = 'joiner', SOURCE_PASSWORD = '"+password+
				"' FOR CHANNEL 'group_replication_recovery'")
		g.Members = append(g.Members, s)
		g.join(t, s)
	}
	return g
}

// join makes a server a member of the group; the first one founds it.
func (g *Group) join(t testing.TB, s *Server) {
	t.Helper()
	if s == g.Members[0] {
		s.Exec(t, "SET GLOBAL group_replication_bootstrap_group = ON", "START GROUP_REPLICATION",
			"SET GLOBAL group_replication_bootstrap_group = OFF")
	} else {
		s.Exec(t, "START GROUP_REPLICATION")
	}
	g.AwaitOnline(t)
}

// AwaitOnline waits until all members that run are online. A member that was expelled, or has left after an error,
// joins again as soon as it knows it.
func (g *Group) AwaitOnline(t testing.TB) {
	t.Helper()
	running := g.Running()
	for _, s := range running {
		g.await(t, s, func(members []string) bool {
			if slices.ContainsFunc(members, func(m string) bool {
				return strings.HasPrefix(m, fmt.Sprintf("%d ERROR", s.Port))
			}) {
				s.joinAgain(t)
				return false
			}
			return len(members) == len(running) && !slices.ContainsFunc(members, func(m string) bool {
				return !strings.Contains(m, "ONLINE")
			})
		})
	}
}

// joinAgain does what an administrator does: by itself an expelled member tries at once and then every 5 minutes
// (group_replication_autorejoin_tries), one that has left after an error does not, and accepts no clients
// (group_replication_exit_state_action).
func (s *Server) joinAgain(t testing.TB) {
	t.Helper()
	err := s.exec("STOP GROUP_REPLICATION", "START GROUP_REPLICATION", "SET GLOBAL offline_mode = OFF")
	if err != nil {
		t.Logf("dbtest: %d tries to join again: %v", s.Port, err)
	}
}

// Running returns the members that were not stopped.
func (g *Group) Running() []*Server {
	return slices.DeleteFunc(slices.Clone(g.Members), func(s *Server) bool { return s.stopped })
}

// Primary returns the member that is the primary as the others see it, once they agree on one that runs.
func (g *Group) Primary(t testing.TB) *Server {
	t.Helper()
	var primary *Server
	running := g.Running()
	for _, s := range running {
		g.await(t, s, func(members []string) bool {
			for _, other := range running {
				if slices.Contains(members, fmt.Sprintf("%d ONLINE PRIMARY", other.Port)) {
					primary = other
					return true
				}
			}
			return false
		})
	}
	return primary
}

// await waits until the members of the group as one of them sees it satisfy a condition: their ports, states and roles.
func (g *Group) await(t testing.TB, s *Server, is func(members []string) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		members, err := g.seenBy(ctx, t, s)
		if err == nil && is(members) {
			return
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("dbtest: the group is %q, %v", members, err)
		}
	}
}

func (g *Group) seenBy(ctx context.Context, t testing.TB, s *Server) (members []string, err error) {
	t.Helper()
	db, err := s.Open(s.User, s.Password)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(ctx, "SELECT CONCAT_WS(' ', MEMBER_PORT, MEMBER_STATE, MEMBER_ROLE) "+
		"FROM performance_schema.replication_group_members")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var m string
		if err := rows.Scan(&m); err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, rows.Err()
}

// freeAddress returns a loopback address that nothing listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("dbtest: %v", err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// FillDisk writes to the disk of a member, and of no other one, until it is full. free makes the space free again.
func (s *Server) FillDisk(t testing.TB) (free func() error) {
	t.Helper()
	s.Exec(t, "SET SQL_LOG_BIN = 0", "SET GLOBAL super_read_only = OFF", "CREATE DATABASE ballast",
		"CREATE TABLE ballast.b (x LONGBLOB)")
	for _, size := range []string{"1 << 22", "1 << 14"} {
		var err error
		for err == nil {
			err = s.exec("SET SQL_LOG_BIN = 0", "INSERT INTO ballast.b VALUES (REPEAT('x', "+size+"))")
		}
		if !strings.Contains(err.Error(), "full") {
			t.Fatalf("dbtest: fill the disk: %v", err)
		}
	}
	return func() error { return s.exec("SET SQL_LOG_BIN = 0", "DROP DATABASE ballast") }
}
