package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestSameInstanceOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		from, to := s.Database(t), s.Database(t)
		s.Exec(t, "CREATE TABLE "+from+".t (id INT PRIMARY KEY)", "CREATE VIEW "+from+".v AS SELECT * FROM "+from+".t")
		task := checktest.Real{Source: checktest.Endpoint{Server: s, Schema: from},
			Dest: checktest.Endpoint{Server: s, Schema: from}}
		got := task.Run(t, server.SameInstance)
		if s.Product == dbtest.MariaDB && !s.AtLeast(10, 6, 19) { // only server_uid identifies a server
			wantEnd(t, got, "warned", "maybe_onto_itself "+from+".t", "maybe_onto_itself "+from+".v")
		} else {
			wantEnd(t, got, "failed", "onto_itself "+from+".t", "onto_itself "+from+".v")
		}
		if len(got.Removable) != 2 {
			t.Errorf("removable objects %v, want both", got.Removable)
		}
		task.Dest.Schema = to
		wantEnd(t, task.Run(t, server.SameInstance), "passed")
	})
}
