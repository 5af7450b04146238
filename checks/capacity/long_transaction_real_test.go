package capacity_test

import (
	"testing"
	"time"

	"github.com/dbprecheck/precheck/checks/capacity"
	"github.com/dbprecheck/precheck/datasource/dbtest"
	"github.com/dbprecheck/precheck/engine"
	"github.com/dbprecheck/precheck/engine/checktest"
)

// A prepared XA transaction is reported at once, an open transaction only when it is old.
func TestPreparedTransactionOnRealServers(t *testing.T) {
	t.Parallel()
	for _, product := range []dbtest.Product{dbtest.MariaDB, dbtest.MySQL} {
		t.Run(string(product), func(t *testing.T) {
			t.Parallel()
			s := dbtest.Start(t, product)
			schema := s.Database(t)
			s.Exec(t, "CREATE TABLE "+schema+".t (id INT PRIMARY KEY)")
			end := checktest.Endpoint{Server: s, Schema: schema}
			task := checktest.Real{Source: end, Dest: end}
			conn, err := s.DB(t).Conn(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			run := func(statements ...string) {
				t.Helper()
				for _, statement := range statements {
					if _, err := conn.ExecContext(t.Context(), statement); err != nil {
						t.Fatalf("%s: %v", statement, err)
					}
				}
			}
			// wait waits for an outcome: MySQL refreshes INNODB_TRX only if it was not read for 0.1 s.
			wait := func(want engine.Outcome) engine.Result {
				t.Helper()
				for range 30 {
					if got := task.Run(t, capacity.LongTransaction); got.Outcome == want {
						return got
					}
					<-time.After(200 * time.Millisecond)
				}
				t.Fatalf("it does not become %s", want)
				return engine.Result{}
			}
			run("XA START 'x'", "INSERT INTO "+schema+".t VALUES (1)", "XA END 'x'")
			wait(engine.Passed)
			run("XA PREPARE 'x'")
			want := map[dbtest.Product]string{dbtest.MariaDB: "prepared_in_session XA transaction",
				dbtest.MySQL: "prepared XA transaction"}[product]
			checktest.WantFindings(t, wait(engine.Warned), want)
			run("XA ROLLBACK 'x'")
			wait(engine.Passed)

			// without a session
			s.Exec(t, "XA START 'y'; INSERT INTO "+schema+".t VALUES (2); XA END 'y'; XA PREPARE 'y'")
			wait(engine.Warned)
			run("XA ROLLBACK 'y'")
			wait(engine.Passed)
		})
	}
}
