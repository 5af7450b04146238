package mysql_test

import (
	"context"
	"os"
	"testing"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

func TestMain(m *testing.M) { os.Exit(dbtest.Main(m)) }

// facts returns the facts of schemas of s, as an account sees them.
func facts(t testing.TB, s *dbtest.Server, user, password string, schemas ...string) *datasource.Facts {
	t.Helper()
	r := open(t, s, user, password, schemas...)
	t.Cleanup(func() { _ = r.Close() })
	return datasource.NewFacts(t.Context(), r)
}

// open returns a reader of schemas of s, which the caller closes.
func open(t testing.TB, s *dbtest.Server, user, password string, schemas ...string) *mysql.Reader {
	t.Helper()
	r, err := mysql.Open(datasource.Endpoint{Type: datasource.MySQL, Host: s.Host, Port: s.Port, User: user,
		Password: datasource.NewSecret(password)},
		func(context.Context) ([]string, error) { return schemas, nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}
