package mysql_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/datasource/faulttest"
	"github.com/dbprecheck/precheck/datasource/mysql"
)

// The statements of many runs that are cancelled at once are gone from the server, whether they had begun or
// not. A server that is not asked to end them would notice only when they end.
func TestInterruptedStatementsAreGone(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		const runs, statements = 10, datasource.DefaultConnections
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
		user, password := s.Account(t, "GRANT SELECT ON "+schema+".* TO %s")
		db := s.DB(t)
		holder, err := db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer holder.Close()
		if _, err := holder.ExecContext(t.Context(), "LOCK TABLES "+schema+".t WRITE"); err != nil {
			t.Fatal(err)
		}
		defer func() { _, _ = holder.ExecContext(context.WithoutCancel(t.Context()), "UNLOCK TABLES") }()
		running := func() (n int) {
			t.Helper()
			if err := db.QueryRowContext(t.Context(),
				"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE user = ? AND info LIKE ?",
				user, "%FROM "+schema+".t%").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		for _, begun := range []bool{true, false} {
			ctx, cancel := context.WithCancel(t.Context())
			proxy := faulttest.Start(t, faulttest.MySQL, fmt.Sprintf("%s:%d", s.Host, s.Port))
			var reading sync.WaitGroup
			for range runs {
				r, err := mysql.Open(datasource.Endpoint{Type: datasource.MySQL, Host: proxy.Host, Port: proxy.Port,
					User: user, Password: datasource.NewSecret(password)},
					func(context.Context) ([]string, error) { return nil, nil })
				if err != nil {
					t.Fatal(err)
				}
				var run sync.WaitGroup
				for range statements {
					run.Go(func() {
						_ = r.Query(datasource.WithCaller(ctx, "RDB_TEST"), "SELECT COUNT(*) FROM "+schema+".t",
							func(*sql.Rows) error { return nil })
					})
				}
				reading.Go(func() { run.Wait(); _ = r.Close() })
			}
			sent := func() bool { return count(proxy, faulttest.Statement) > 0 }
			if begun {
				sent = func() bool { return running() == runs*statements }
			}
			await(t, "the statements are sent", sent)
			began := time.Now()
			cancel()
			reading.Wait()
			await(t, "the statements are gone", func() bool { return running() == 0 })
			t.Logf("gone after %v", time.Since(began))
			if n := count(proxy, faulttest.Kill); begun && n != runs*statements {
				t.Errorf("%d sessions were killed, want %d", n, runs*statements)
			}
		}
	})
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// count returns how many statements of the phase were sent.
func count(p *faulttest.Proxy, phase faulttest.Phase) (n int) {
	for _, s := range p.Statements() {
		if s.Phase == phase {
			n++
		}
	}
	return n
}
