package runstore

import (
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

// openOn opens a store in a database of a server.
func openOn(t *testing.T, s *dbtest.Server, database string) (Store, error) {
	t.Helper()
	return OpenServers(t.Context(), Servers{Database: database, Endpoints: []datasource.Endpoint{{
		Type: datasource.MySQL, Host: s.Host, Port: s.Port, User: s.User,
		Password: datasource.NewSecret(s.Password)}}}, Options{})
}

// A store in a server is migrated forward with what it holds, also by a program that ended in the middle of it before.
// This test is not parallel, because it changes migrations.
func TestMigrateServers(t *testing.T) {
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			server := dbtest.Get(t, p)
			database := server.Database(t)
			s, err := openOn(t, server, database)
			if err != nil {
				t.Fatal(err)
			}
			l, err := s.CreateLabel(t.Context(), "prod")
			if err != nil {
				t.Fatal(err)
			}
			known := migrations
			defer func() { migrations = known }()
			migrations = append(known[:len(known):len(known)], []string{
				"CREATE TABLE later (id {key} PRIMARY KEY, n BIGINT NOT NULL)", "CREATE INDEX later_n ON later (n)",
				"ALTER TABLE labels ADD COLUMN n BIGINT",
				"INSERT INTO later SELECT id, 1 FROM labels WHERE missing = 1"})
			if _, err := openOn(t, server, database); err == nil {
				t.Error("a migration that failed was accepted")
			}
			if err := s.Ready(t.Context()); err != nil {
				t.Errorf("the store of the older program: %v", err)
			}
			last := migrations[len(migrations)-1]
			last[len(last)-1] = "INSERT INTO later SELECT id, 1 FROM labels"
			for range 2 { // the second time there is nothing to do
				migrated, err := openOn(t, server, database)
				if err != nil {
					t.Fatal(err)
				}
				found, err := one[string](t.Context(), migrated.(*store), "SELECT id FROM later")
				if err != nil || found != l.ID {
					t.Errorf("%s, %v", found, err)
				}
				if err := migrated.Close(); err != nil {
					t.Error(err)
				}
			}
			migrations = known
			if err := s.Ready(t.Context()); err == nil {
				t.Error("a program that is older than the store goes on")
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// This test is not parallel, because it changes migrations.
func TestMigrateServersFromFirst(t *testing.T) {
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			server := dbtest.Get(t, p)
			database := server.Database(t)
			s := fromFirst(t, func() (Store, error) { return openOn(t, server, database) })
			testClaims(t, s)
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
