package oracletest_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	go_ora "github.com/sijms/go-ora/v2"
	"go.uber.org/goleak"

	"github.com/dbprecheck/precheck/datasource/oracletest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open returns a pool of the driver itself on the server's default account.
func open(t *testing.T, srv *oracletest.Server, options map[string]string) *sql.DB {
	t.Helper()
	all := map[string]string{"TIMEOUT": "10"}
	for k, v := range options {
		all[k] = v
	}
	db := sql.OpenDB(go_ora.NewConnector(go_ora.BuildUrl(srv.Host, srv.Port, srv.Service, srv.User, srv.Password, all)))
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func bounded(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestEveryReleaseLogsOnAndAnswers(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		for _, verifier11g := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s 11g=%v", release, verifier11g), func(t *testing.T) {
				t.Parallel()
				srv := oracletest.New(t, release, oracletest.Options{})
				srv.SetAccount(oracletest.Account{User: srv.User, Password: srv.Password, Verifier11g: verifier11g})
				db := open(t, srv, nil)
				var n int
				if err := db.QueryRowContext(bounded(t), "SELECT 41 + :1 FROM dual WHERE dummy = :2", 1,
					"X").Scan(&n); err != nil || n != 42 {
					t.Errorf("got %d, %v, want 42", n, err)
				}
				var version, product string
				if err := db.QueryRowContext(bounded(t),
					"SELECT product, version FROM product_component_version").Scan(&product,
					&version); err != nil ||
					!strings.HasPrefix(version, release.String()) {
					t.Errorf("got %s %s, %v", product, version, err)
				}
			})
		}
	}
}

func TestRefusedLogons(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	for code := range map[int]bool{28000: true, 28001: true, 1045: true, 18: true, 2391: true} {
		user := fmt.Sprint("U", code)
		srv.SetAccount(oracletest.Account{User: user, Password: "pw", Code: code, Verifier11g: true})
		for password, want := range map[string]int{"pw": code, "wrong": 1017} {
			err := connect(t, srv, srv.Service, user, password)
			if got, _ := codeOf(t, err); got != want {
				t.Errorf("%s with password %s: got %v, want ORA-%05d", user, password, err, want)
			}
		}
	}
	for _, c := range []struct {
		service, user, password string
		code                    int
	}{
		{srv.Service, "NOBODY", "pw", 1017},
		{srv.Service, srv.User, "", 1017},
		{"OTHER", srv.User, srv.Password, 12514},
		{strings.ToLower(srv.Service), strings.ToLower(srv.User), srv.Password, 0},
	} {
		if got, _ := codeOf(t, connect(t, srv, c.service, c.user, c.password)); got != c.code {
			t.Errorf("%s@%s: got ORA-%05d, want ORA-%05d", c.user, c.service, got, c.code)
		}
	}
}

func connect(t *testing.T, srv *oracletest.Server, service, user, password string) error {
	t.Helper()
	db := sql.OpenDB(go_ora.NewConnector(go_ora.BuildUrl(srv.Host, srv.Port, service, user, password,
		map[string]string{"TIMEOUT": "5"})))
	defer db.Close()
	err := db.PingContext(bounded(t))
	srv.CutConnections() // the driver does not close the socket of a failed logon
	return err
}

func TestNumbersSurviveTheWire(t *testing.T) {
	t.Parallel()
	db := open(t, shared(t), nil)
	random := rand.New(rand.NewPCG(1, 2))
	numbers := []string{"0", "1", "-1", "100", "-100", "0.01", "-0.001", "99.99", "1000000",
		"12345678901234567890123456789012345678",
		"-0.000000000000000000000000012", "9.9", "-9.9", "10", "255", "256", "-12345.678"}
	for range 50 {
		digits := make([]byte, 1+random.IntN(14))
		for i := range digits {
			digits[i] = byte('0' + random.IntN(10))
		}
		s := "1" + string(digits)
		if at := random.IntN(len(s) + 3); at < len(s) {
			s = s[:at] + "." + s[at:]
		}
		if random.IntN(2) == 0 {
			s = "-" + s
		}
		numbers = append(numbers, strings.Replace(strings.Replace(s, "-.", "-0.", 1), " .", "0.", 1))
	}
	for _, n := range numbers {
		if strings.HasPrefix(n, ".") {
			n = "0" + n
		}
		got, err := read(t, db, "SELECT TO_NUMBER(:1) FROM dual", n)
		if err != nil {
			t.Fatalf("%s: %v", n, err)
		}
		want, _ := new(big.Rat).SetString(n)
		have, ok := new(big.Rat).SetString(got[0])
		if difference := new(big.Rat).Sub(want, have); !ok || want.Cmp(have) != 0 && !tiny(difference, want) {
			t.Errorf("sent %s, got %s", n, got[0])
		}
	}
}

// tiny reports whether d is no more than the rounding of a float of n.
func tiny(d, n *big.Rat) bool {
	f, _ := new(big.Rat).Quo(d, n).Float64()
	return f > -1e-15 && f < 1e-15
}

func TestLongAndClobAreSentInPieces(t *testing.T) {
	t.Parallel()
	for _, release := range []oracletest.Release{oracletest.Release11g, oracletest.Release19c} {
		srv := oracletest.New(t, release, oracletest.Options{})
		long := strings.Repeat("SELECT 'größer' FROM dual UNION ALL ", 1000)
		for i := range 30 {
			srv.Insert("ALL_VIEWS",
				oracletest.Row{"OWNER": "APP", "VIEW_NAME": fmt.Sprint("V", 100+i), "TEXT": long[:36*i]})
		}
		srv.Insert("ALL_EXTERNAL_TABLES", oracletest.Row{"OWNER": "APP", "TABLE_NAME": "E", "ACCESS_PARAMETERS": long},
			oracletest.Row{"OWNER": "APP", "TABLE_NAME": "F"})
		db := open(t, srv, map[string]string{"PREFETCH_ROWS": "7"})
		got, err := read(t, db, "SELECT view_name, text FROM all_views ORDER BY view_name")
		if err != nil || len(got) != 30 || got[29] != "V129|"+long[:36*29] || got[0] != "V100|NULL" {
			t.Errorf("%s: %d views, %v", release, len(got), err)
		}
		got, err = read(t, db, "SELECT access_parameters FROM all_external_tables ORDER BY table_name")
		if err != nil || len(got) != 2 || got[0] != long || got[1] != "NULL" {
			t.Errorf("%s: %d external tables, %v", release, len(got), err)
		}
		if got, err = read(t, db, "SELECT text FROM all_views WHERE owner = 'NOBODY'"); err != nil || len(got) != 0 {
			t.Errorf("%s: without a row got %v, %v", release, got, err)
		}
	}
}

func TestTimesAndRawSurviveTheWire(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	at := time.Date(2031, 12, 31, 23, 59, 58, 123456000, time.UTC)
	srv.Insert("V$PDBS", oracletest.Row{"NAME": "P", "OPEN_TIME": at, "GUID": []byte{1, 2, 255}})
	var moment time.Time
	var raw []byte
	if err := open(t, srv, nil).QueryRowContext(bounded(t), "SELECT open_time, guid FROM v$pdbs WHERE open_time = :1",
		at).Scan(&moment, &raw); err != nil {
		t.Fatal(err)
	}
	if !moment.Equal(at) || string(raw) != "\x01\x02\xff" {
		t.Errorf("got %v % x", moment, raw)
	}
}

func TestManyRowsTakeTheExpectedFetches(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	const n = 2500 // more than are read ahead
	srv.Fill("ALL_OBJECTS", []string{"OWNER", "OBJECT_NAME", "OBJECT_ID", "CREATED"}, n, func(i int) []any {
		return []any{"APP", fmt.Sprint("O", i), i, "2024-01-01"}
	})
	db := open(t, srv, map[string]string{"PREFETCH_ROWS": "1000"})
	rows, err := db.QueryContext(bounded(t), "SELECT object_id FROM all_objects")
	if err != nil {
		t.Fatal(err)
	}
	seen, sum := 0, 0
	for rows.Next() {
		var id int
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		seen++
		sum += id
	}
	if err := rows.Close(); err != nil || seen != n || sum != n*(n-1)/2 {
		t.Errorf("%d rows, sum %d, %v", seen, sum, err)
	}
	if got := srv.Fetches(); got != 2 {
		t.Errorf("%d fetches, want 2", got)
	}
}

func TestPreparedStatementRunsAgain(t *testing.T) {
	t.Parallel()
	db := open(t, shared(t), nil)
	db.SetMaxOpenConns(1)
	stmt, err := db.PrepareContext(bounded(t), "SELECT :1 || dummy FROM dual")
	if err != nil {
		t.Fatal(err)
	}
	defer stmt.Close()
	for _, in := range []string{"a", "b", "c"} {
		var out string
		if err := stmt.QueryRowContext(bounded(t), in).Scan(&out); err != nil || out != in+"X" {
			t.Errorf("got %q, %v", out, err)
		}
	}
}

// wiretap dials for the driver and stores the socket. The driver's own break, when a context ends, races with
// its reading.
type wiretap struct{ net.Conn }

func (w *wiretap) DialContext(ctx context.Context, network, address string) (conn net.Conn, err error) {
	w.Conn, err = (&net.Dialer{}).DialContext(ctx, network, address)
	return w.Conn, err
}

// sendBreak asks the server to cancel the current call.
func (w *wiretap) sendBreak(t *testing.T) {
	t.Helper()
	if _, err := w.Write([]byte{0, 0, 0, 11, 12, 0, 0, 0, 1, 0, 3}); err != nil {
		t.Fatal(err)
	}
}

func TestCancelledConnectionIsUsableAfterwards(t *testing.T) {
	t.Parallel()
	for _, stage := range []oracletest.Stage{oracletest.StageExecute, oracletest.StageRow} {
		srv := shared(t)
		connector := go_ora.NewConnector(go_ora.BuildUrl(srv.Host, srv.Port, srv.Service, srv.User, srv.Password,
			map[string]string{"TIMEOUT": "10", "SERVER LOCATION": "UTC"})).(*go_ora.OracleConnector)
		wire := new(wiretap)
		connector.Dialer(wire)
		db := sql.OpenDB(connector)
		t.Cleanup(func() { _ = db.Close() })
		conn, err := db.Conn(bounded(t))
		if err != nil {
			t.Fatal(err)
		}
		fault := srv.Fault(oracletest.Fault{Stage: stage, SQL: "111", Stall: true})
		done := make(chan error, 1)
		go func() {
			var n int
			done <- conn.QueryRowContext(bounded(t), "SELECT 111 FROM dual").Scan(&n)
		}()
		if err := fault.Wait(bounded(t)); err != nil {
			t.Fatal(err)
		}
		wire.sendBreak(t)
		if code, _ := codeOf(t, <-done); code != 1013 {
			t.Errorf("%s: got ORA-%05d, want ORA-01013", stage, code)
		}
		fault.Release()
		var n int
		if err := conn.QueryRowContext(bounded(t), "SELECT 222 FROM dual").Scan(&n); err != nil || n != 222 {
			t.Errorf("%s: the same connection answers %d, %v", stage, n, err)
		}
		if got := srv.Sessions(); got.LoggedOn != 1 {
			t.Errorf("%s: %d sessions logged on", stage, got.LoggedOn)
		}
		_ = conn.Close()
	}
}

func TestFaultsStrikeTheConfiguredNumberOfTimes(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	db := open(t, srv, nil)
	db.SetMaxOpenConns(1)
	fault := srv.Fault(oracletest.Fault{Stage: oracletest.StageExecute, SQL: "Dual WHERE", Skip: 1, Times: 2,
		Code:     1555,
		Position: 3})
	for i, want := range []int{0, 1555, 1555, 0} {
		_, err := read(t, db, "SELECT 1 FROM dual WHERE 1 = 1")
		if code, _ := codeOf(t, err); code != want {
			t.Errorf("statement %d: got ORA-%05d, want ORA-%05d", i, code, want)
		}
	}
	if fault.Struck() != 2 {
		t.Errorf("struck %d times", fault.Struck())
	}
	slow := srv.Fault(oracletest.Fault{Stage: oracletest.StageRow, Wait: 30 * time.Millisecond})
	began := time.Now()
	if _, err := read(t, db, "SELECT 1 FROM dual"); err != nil || time.Since(began) < 30*time.Millisecond {
		t.Errorf("a slow row took %v, %v", time.Since(began), err)
	}
	slow.Release()
}

func TestDeniedViews(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	srv.Deny(942, "DBA_*", "V$SESSION")
	srv.Deny(1031, "V$DATABASE")
	db := open(t, srv, nil)
	for query, want := range map[string]int{
		"SELECT 1 FROM dba_tables":      942,
		"SELECT 1 FROM sys.dba_tables":  942,
		"SELECT 1 FROM all_tables":      0,
		"SELECT 1 FROM v$database":      1031,
		"SELECT 1 FROM sys.v_$database": 1031,
		"SELECT 1 FROM v$instance":      0,
	} {
		_, err := read(t, db, query)
		if code, _ := codeOf(t, err); code != want {
			t.Errorf("%s: got ORA-%05d, want ORA-%05d", query, code, want)
		}
	}
}

func TestRedirectAndSID(t *testing.T) {
	t.Parallel()
	target := shared(t)
	listener := oracletest.New(t, oracletest.Release19c, oracletest.Options{RedirectTo: target})
	if _, err := read(t, open(t, listener, nil), "SELECT 1 FROM dual"); err != nil {
		t.Error(err)
	}
	if got := target.Sessions(); got.LoggedOn == 0 {
		t.Error("the target was not contacted")
	}
	url := go_ora.BuildUrl(target.Host, target.Port, "", target.User, target.Password, map[string]string{"SID": "ORCL"})
	db := sql.OpenDB(go_ora.NewConnector(url))
	defer db.Close()
	if err := db.PingContext(bounded(t)); err != nil {
		t.Errorf("by SID: %v", err)
	}
}

func TestRowsCanBeChangedAndCleared(t *testing.T) {
	t.Parallel()
	srv := shared(t)
	db := open(t, srv, nil)
	srv.Set("V$DATABASE", oracletest.Row{"LOG_MODE": "NOARCHIVELOG"})
	srv.Clear("V$PDBS")
	got, err := read(t, db, "SELECT log_mode, name, (SELECT COUNT(*) FROM v$pdbs) FROM v$database")
	if err != nil || len(got) != 1 || got[0] != "NOARCHIVELOG|ORCL|0" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestRowsThatDoNotFitAreErrors(t *testing.T) {
	t.Parallel()
	for want, insert := range map[string]func(*oracletest.Server){
		"no view ALL_TABLE": func(s *oracletest.Server) {
			s.Insert("ALL_TABLE",
				oracletest.Row{"OWNER": "A"})
		},
		"ALL_TABLES has no column OWNR": func(s *oracletest.Server) {
			s.Insert("ALL_TABLES",
				oracletest.Row{"OWNR": "A"})
		},
		"ALL_TABLES has no column HYBRID": func(s *oracletest.Server) {
			s.Insert("ALL_TABLES",
				oracletest.Row{"HYBRID": "NO"})
		},
		"USER_TABLES has no column OWNER": func(s *oracletest.Server) {
			s.Insert("USER_TABLES",
				oracletest.Row{"OWNER": "A"})
		},
		`LAST_ANALYZED: "yesterday" is no`: func(s *oracletest.Server) {
			s.Insert("ALL_TABLES",
				oracletest.Row{"LAST_ANALYZED": "yesterday"})
		},
		"no view V$PDBS": func(s *oracletest.Server) {
			s.Insert("V$PDBS",
				oracletest.Row{"NAME": "A"})
		},
		"V$INSTANCE has no column VERSION_FULL": func(s *oracletest.Server) {
			s.Set("V$INSTANCE",
				oracletest.Row{"VERSION_FULL": "1"})
		},
	} {
		release := oracletest.Release12c
		if strings.Contains(want, "PDBS") {
			release = oracletest.Release11g
		}
		srv, err := oracletest.Start(release, oracletest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		insert(srv)
		srv.Close()
		if err := srv.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, expected %q", err, want)
		}
	}
}

// fakeTest records the failures of a test.
type fakeTest struct {
	oracletest.TB
	failed  string
	cleanup func()
}

func (*fakeTest) Helper()            {}
func (f *fakeTest) Cleanup(c func()) { f.cleanup = c }
func (f *fakeTest) Fatalf(format string, args ...any) {
	f.failed = fmt.Sprintf(format, args...)
}

func TestErrorFailsTheTestThatStartedTheServer(t *testing.T) {
	t.Parallel()
	fake := &fakeTest{}
	srv := oracletest.New(fake, oracletest.Release19c, oracletest.Options{})
	srv.Insert("ALL_TABLE", oracletest.Row{"OWNER": "A"})
	fake.cleanup()
	if !strings.Contains(fake.failed, "no view ALL_TABLE") || srv.Err() != nil {
		t.Errorf("got %q, %v", fake.failed, srv.Err())
	}
}

// TestEveryViewAnswers reads every view of every release, which also puts in the rows that
// every database has.
func TestEveryViewAnswers(t *testing.T) {
	t.Parallel()
	for _, release := range oracletest.Releases() {
		t.Run(release.String(), func(t *testing.T) {
			t.Parallel()
			db := open(t, oracletest.New(t, release, oracletest.Options{}), nil)
			views := oracletest.Views(release)
			if len(views) < 100 {
				t.Errorf("only %d views", len(views))
			}
			const most = 60                               // tables in a join of SQLite
			for some := range slices.Chunk(views, most) { // makes the tables at once
				if _, err := read(t, db,
					"SELECT 1 FROM dual WHERE 1 = 2 AND EXISTS (SELECT 1 FROM "+strings.Join(some, ", ")+
						")"); err != nil {
					t.Error(err)
				}
			}
			for _, v := range views {
				if _, err := read(t, db, "SELECT * FROM "+v); err != nil {
					t.Errorf("%s: %v", v, err)
				}
			}
		})
	}
}
