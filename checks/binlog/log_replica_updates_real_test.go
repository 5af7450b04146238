package binlog_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dbprecheck/precheck/checks/binlog"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestReplicaOnRealServer(t *testing.T) {
	t.Parallel()
	for product, off := range map[dbtest.Product]string{dbtest.MariaDB: "--skip-log-slave-updates",
		dbtest.MySQL: "--skip-log-replica-updates"} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			source := dbtest.Get(t, product)
			s := dbtest.Start(t, product, off, "--replicate-do-db=none")
			end := checktest.Endpoint{Server: s, Schema: s.Database(t)}
			task := checktest.Real{Source: end, Dest: end}
			if got := task.Run(t, binlog.LogReplicaUpdates); got.Outcome != engine.Passed {
				t.Errorf("a primary is %s:\n%s", got.Outcome, got.Message(20))
			}
			var id, sources int
			if err := s.DB(t).QueryRowContext(t.Context(), "SELECT @@server_id").Scan(&id); err != nil {
				t.Fatal(err)
			}
			if err := source.DB(t).QueryRowContext(t.Context(), "SELECT @@server_id").Scan(&sources); err != nil {
				t.Fatal(err)
			}
			pair := checktest.Real{Source: checktest.Endpoint{Server: source}, Dest: end}
			if got := pair.Run(t, binlog.ServerID); got.Outcome != engine.Passed {
				t.Errorf("server IDs %d and %d: %s", sources, id, got.Message(20))
			}
			s.Exec(t, fmt.Sprintf("SET GLOBAL server_id = %d", sources))
			if diff := cmp.Diff(checktest.Verdict{Outcome: engine.Warned,
				Found: []string{"same_as_destination server_id"}},
				checktest.VerdictOf(pair.Run(t, binlog.ServerID))); diff != "" {
				t.Errorf("server ID %d on both servers (-want +got):\n%s", sources, diff)
			}
			s.Exec(t, fmt.Sprintf("SET GLOBAL server_id = %d", id))

			s.ReplicateFrom(t, source)
			name := map[dbtest.Product]string{dbtest.MariaDB: "log_slave_updates",
				dbtest.MySQL: "log_replica_updates"}[product]
			if diff := cmp.Diff(checktest.Verdict{Outcome: engine.Failed, Found: []string{"not_logged " + name}},
				checktest.VerdictOf(task.Run(t, binlog.LogReplicaUpdates))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			user, password := s.Account(t)
			task.Source.User, task.Source.Password = user, password
			if got := task.Run(t, binlog.LogReplicaUpdates); got.Outcome != engine.Unknown {
				t.Errorf("without a privilege it is %s, want %s:\n%s", got.Outcome, engine.Unknown, got.Message(20))
			}
		})
	}
}
