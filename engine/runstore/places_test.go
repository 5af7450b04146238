package runstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine/runstore"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// place is where a test has a store: a folder, or a database of a server.
type place struct {
	folder  string
	servers runstore.Servers
	server  *dbtest.Server
}

// everywhere runs a test on a store of each kind.
func everywhere(t *testing.T, test func(*testing.T, place)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, place{folder: t.TempDir()})
	})
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) { test(t, on(t, s)) })
}

// on is a new database of a server, with an account that has the privileges that the README names.
func on(t testing.TB, s *dbtest.Server) place {
	t.Helper()
	database := s.Database(t)
	user, password := s.Account(t, "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX ON "+database+".* TO %s")
	if _, tenant, named := strings.Cut(s.User, "@"); named {
		user += "@" + tenant
	}
	servers := runstore.Servers{Database: database, Endpoints: []datasource.Endpoint{{Type: datasource.MySQL,
		Host: s.Host, Port: s.Port, User: user, Password: datasource.NewSecret(password)}}}
	return place{servers: servers, server: s}
}

// open opens the store as one more process.
func (p place) open(t testing.TB, o runstore.Options) runstore.Store {
	t.Helper()
	s, err := p.tryOpen(t, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (p place) tryOpen(t testing.TB, o runstore.Options) (runstore.Store, error) {
	t.Helper()
	if p.folder != "" {
		return runstore.OpenFolder(t.Context(), p.folder, o)
	}
	return runstore.OpenServers(t.Context(), p.servers, o)
}

// contents returns all that is stored.
func (p place) contents(t testing.TB) string {
	t.Helper()
	var all []byte
	if p.folder != "" {
		files, err := filepath.Glob(filepath.Join(p.folder, "*"))
		must(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			must(t, err)
			all = append(all, data...)
		}
		return string(all)
	}
	for _, column := range []string{"run_bodies.task", "plans.plan", "items.result", "projects.body", "meta.value"} {
		table := column[:len(column)-len(filepath.Ext(column))]
		rows, err := p.server.DB(t).Query(fmt.Sprintf("SELECT %s FROM %s.%s", filepath.Ext(column)[1:],
			p.servers.Database, table))
		must(t, err)
		for rows.Next() {
			var data []byte
			must(t, rows.Scan(&data))
			all = append(all, data...)
		}
		must(t, rows.Err())
		must(t, rows.Close())
	}
	return string(all)
}
