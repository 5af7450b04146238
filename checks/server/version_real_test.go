package server_test

import (
	"testing"

	"github.com/dbprecheck/precheck/checks"
	"github.com/dbprecheck/precheck/checks/server"
	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/checktest"
)

func TestVersionOnRealServer(t *testing.T) {
	t.Parallel()
	other := map[dbtest.Product]datasource.Type{dbtest.MariaDB: datasource.MySQL, dbtest.MySQL: datasource.MariaDB}
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		end := checktest.Endpoint{Server: s}
		task := checktest.Real{Source: end, Dest: end}
		wantEnd(t, task.Run(t, server.Version), "passed")
		wantEnd(t, task.Run(t, server.VersionCompatible), "passed")
		task.Source.Type = other[s.Product]
		wantEnd(t, task.Run(t, server.Version), "warned", "other_product")
		wantEnd(t, task.Run(t, server.Version, checks.Dest), "passed")
		task.Source.Type = datasource.OceanBaseMySQL
		wantEnd(t, task.Run(t, server.Version), "failed", "other_family")
	})
}
