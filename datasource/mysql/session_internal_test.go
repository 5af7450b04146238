package mysql

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"

	"github.com/dbprecheck/precheck/datasource"
	"github.com/dbprecheck/precheck/datasource/dbtest"
)

func open(t *testing.T, s *dbtest.Server, user, password string, change ...func(*datasource.Endpoint)) *Reader {
	t.Helper()
	e := datasource.Endpoint{Type: datasource.MySQL, Host: s.Host, Port: s.Port, User: user,
		Password: datasource.NewSecret(password)}
	for _, c := range change {
		c(&e)
	}
	r, err := Open(e, func(context.Context) ([]string, error) { return nil, nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	return r
}

func TestSessionOnRealServer(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		schema := s.Database(t)
		s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
		r := open(t, s, s.User, s.Password, func(e *datasource.Endpoint) { e.StatementTimeout = 7 * time.Second })

		readOnly, limit, most := "@@transaction_read_only", "@@max_execution_time", "7000"
		if s.Product == dbtest.MariaDB {
			readOnly, limit, most = "@@tx_read_only", "@@max_statement_time", "7"
		}
		var ro bool
		var mode, results, got string
		if err := r.one(t.Context(), "SELECT "+readOnly+", @@sql_mode, @@character_set_results, "+limit, &ro, &mode,
			&results,
			&got); err != nil {
			t.Fatal(err)
		}
		if !ro || mode != "" || results != "utf8mb4" || got != most {
			t.Errorf("read only %v, sql_mode %q, results in %s, limit %s (want %s)", ro, mode, results, got, most)
		}
		// With more tables, statements may take longer, on the server too.
		r.count.Store(2*datasource.TablesWithinTimeout + 1)
		if err := r.one(t.Context(), "SELECT "+limit, &got); err != nil || r.limit() != 21*time.Second ||
			got != strings.Replace(most, "7", "21", 1) {
			t.Errorf("with many tables the limit is %s, on the server %s, %v", r.limit(), got, err)
		}
		// 1792: cannot execute in a READ ONLY transaction. The account is the administrator's.
		for _, statement := range []string{"INSERT INTO " + schema + ".t VALUES (1)", "DROP TABLE " + schema + ".t",
			"CREATE TABLE " + schema + ".u (id INT)"} {
			err := r.query(t.Context(), statement, nil, func(row) error { return nil })
			var refused *mysql.MySQLError
			if !errors.As(err, &refused) || refused.Number != 1792 {
				t.Errorf("%s: %v, want it refused", statement, err)
			}
		}
	})
}

// A cancelled statement does not continue on the server, neither after its caller cancels it nor after its
// own timeout.
func TestCancelledStatementIsKilled(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		for name, timeout := range map[string]time.Duration{"by its caller": time.Minute,
			"by its time limit": 300 * time.Millisecond} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				schema := s.Database(t)
				s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
				user, password := s.Account(t, "GRANT SELECT ON "+schema+".* TO %s")
				r := open(t, s, user, password, func(e *datasource.Endpoint) { e.StatementTimeout = timeout })
				if err := r.one(t.Context(), "SELECT 1", new(int)); err != nil {
					t.Fatal(err)
				}
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

				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				ended := make(chan error, 1)
				go func() {
					ended <- r.classify(ctx,
						r.query(ctx, "SELECT COUNT(*) FROM "+schema+".t", nil, func(row) error { return nil }))
				}()
				running := func() (n int) {
					t.Helper()
					err := db.QueryRowContext(t.Context(),
						"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE user = ? AND info LIKE '%COUNT(*)%'",
						user).Scan(&n)
					if err != nil {
						t.Fatal(err)
					}
					return n
				}
				want := datasource.ErrTimeout
				if timeout == time.Minute {
					await(t, "the statement waits", func() bool { return running() == 1 })
					cancel()
					want = datasource.ErrCancelled
				}
				if err := <-ended; datasource.ClassOf(err) != want {
					t.Errorf("it ended with %v, want class %q", err, want)
				}
				await(t, "the statement is gone", func() bool { return running() == 0 })
			})
		}
	})
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// The server would reject an extra connection.
func TestConnectionsStayWithinTheLimit(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		const limit = 3
		user, password := s.Account(t)
		s.Exec(t, "ALTER USER '"+user+"'@'%' WITH MAX_USER_CONNECTIONS 3")
		r := open(t, s, user, password, func(e *datasource.Endpoint) { e.Connections = limit })
		facts := []datasource.AnyFact{datasource.FactServer, datasource.FactVariables, datasource.FactSchemas,
			datasource.FactTables, datasource.FactColumns}
		var readers sync.WaitGroup
		for i := range 50 {
			readers.Go(func() {
				fact := facts[i%len(facts)]
				if _, err := r.Read(datasource.WithCaller(t.Context(), "RDB_TEST"), fact); err != nil {
					t.Errorf("%s: %v", fact, err)
				}
			})
		}
		readers.Wait()
		usage := r.Usage()
		if usage.Connections < 1 || usage.Connections > limit {
			t.Errorf("%d connections were open at a time, want at most %d", usage.Connections, limit)
		}
		if n := usage.Statements["RDB_TEST"]; n == 0 || len(usage.Statements) != 1 {
			t.Errorf("statements were counted as %v", usage.Statements)
		}
	})
}

// Every statement contains the type of the calling check, and a fact is one statement regardless of its size.
func TestStatementsCarryTheirCheck(t *testing.T) {
	t.Parallel()
	dbtest.Each(t, func(t *testing.T, s *dbtest.Server) {
		user, password := s.Account(t)
		r := open(t, s, user, password)
		texts := s.Statements(t, func() {
			if _, err := r.Read(datasource.WithCaller(t.Context(), "RDB_TEST"), datasource.FactVariables); err != nil {
				t.Error(err)
			}
		}).By(user).Texts()
		if !slices.Contains(texts, "/* precheck:RDB_TEST */ "+variablesQuery) {
			t.Errorf("statements on the server: %q", texts)
		}
	})
}
