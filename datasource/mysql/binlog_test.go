package mysql_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func TestBinaryLogStatus(t *testing.T) {
	t.Parallel()
	right := map[dbtest.Product]string{dbtest.MariaDB: "BINLOG MONITOR", dbtest.MySQL: "REPLICATION CLIENT"}
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		user, password := s.Account(t)
		_, err := datasource.FactBinaryLogStatus.Of(t.Context(), facts(t, s, user, password))
		if datasource.ClassOf(err) != datasource.ErrPrivilege || !strings.Contains(err.Error(), right[s.Product]) {
			t.Errorf("without a right: %v, want a missing privilege that names %s", err, right[s.Product])
		}
		user, password = s.Account(t, "GRANT "+right[s.Product]+" ON *.* TO %s")
		got, err := datasource.FactBinaryLogStatus.Of(t.Context(), facts(t, s, user, password))
		if err != nil {
			t.Fatal(err)
		}
		if !got.Enabled || got.File == "" || got.Position == 0 || got.DoDatabases != nil || got.IgnoreDatabases != nil {
			t.Errorf("got %+v, want a log that is written and filters nothing", got)
		}
	})
}

func TestBinaryLogStatusSettings(t *testing.T) {
	t.Parallel()
	for _, p := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, p, "--binlog-do-db=shop", "--binlog-do-db=stock", "--binlog-ignore-db=scratch")
			got, err := datasource.FactBinaryLogStatus.Of(t.Context(), facts(t, s, s.User, s.Password))
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got.DoDatabases, []string{"shop", "stock"}) ||
				!slices.Equal(got.IgnoreDatabases, []string{"scratch"}) {
				t.Errorf("got the filters %q and %q", got.DoDatabases, got.IgnoreDatabases)
			}
			s = dbtest.Start(t, p, "--skip-log-bin")
			if got, err := datasource.FactBinaryLogStatus.Of(t.Context(),
				facts(t, s, s.User, s.Password)); err != nil ||
				got.Enabled {
				t.Errorf("with the log off: %+v, %v", got, err)
			}
		})
	}
}
